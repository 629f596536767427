"""The data that flows through Shiori: frozen, typed, and without behaviour.

A note or article is a `Source`; ingestion cuts it into `Chunk`s, each with a `Locator`; the
retriever returns `Hit`s; an answerer quotes them as `Citation`s; `Answer` is what a reader sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["note", "html", "pdf", "video"]
Language = Literal["ja", "en"]
SegmentKind = Literal[
    "sentence",  # of a paragraph, joined across wrapped lines
    "item",  # of a list, with its own text alone; nested items are its children
    "lead",  # what leads to what is under it: "The steps are:", a bold line, a callout's title
    "question",  # of a FAQ; its answer is under it
    "code",  # a block of code, commands or a diagram's labels, all its lines
    "header",  # of a table; its rows are under it
    "row",  # of a table or a CSV file
    "property",  # of front matter or of a page: `key: value`
    "links",  # navigation: a table of contents, a line of nothing but links
]


@dataclass(frozen=True, slots=True)
class Locator:
    """The place of a passage in its source; only the fields that fit the source's kind are set.

    Lines count from 1 and include both ends; pages count from 1; `seconds` is the start time in a
    video; `fragment` is what follows `#` in a link to an HTML page (a text fragment or an anchor).
    """

    start_line: int | None = None
    end_line: int | None = None
    page: int | None = None
    seconds: float | None = None
    fragment: str | None = None

    def as_dict(self) -> dict[str, int | float | str]:
        """The fields that are set, for JSON."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Provenance:
    """The place in a note that links to an article: note path, line (from 1), breadcrumb, text."""

    source: str
    line: int
    path: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class NoteLink:
    """A link as it stands in a note: `url` as written, and the bullet it stands in.

    `image` says that it is written as an image, whatever its URL looks like.
    """

    url: str
    label: str
    where: Provenance
    image: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A note or an article, whole.

    `id` is a note's path within the notes folder (with `/`) or an article's canonical URL. `text`
    is the source as indexed: a note's file decoded and with `\\n` line ends (locators count its
    lines), an article's extracted text; `times` holds the offset in it at which each line of a
    video's subtitles begins, with its second.
    """

    id: str
    kind: Kind
    title: str
    text: str
    url: str = ""
    language: str = ""
    site: str = ""
    author: str = ""
    published: str = ""
    fetched: str = ""
    linked_from: tuple[Provenance, ...] = ()
    times: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """The smallest part of a chunk that makes sense by itself; made once, at ingestion.

    `text` is what a reader is shown: wrapped lines joined by a space (nothing between Japanese
    characters), without list marker and without marks that only format; in `code` the lines as they
    are; cells of a `header` or `row` joined by ` | `. `marker` is how a list item was marked (`-`,
    `1.`, `①`, `[x]`), empty elsewhere. `locator` holds its own lines or place.

    `parent` is the index, in the chunk's `segments`, of what it stands under: the item, lead-in,
    question or header; -1 for none. A segment that `leads` must not be shown without what stands
    under it. `context` says that it belongs to an earlier chunk and is repeated because others
    here stand under it (a lead-in or a header of a list or table that was too long for one chunk).
    """

    kind: SegmentKind
    text: str
    locator: Locator
    parent: int = -1
    marker: str = ""
    leads: bool = False
    context: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage that is retrieved as one.

    `path` is the breadcrumb (outermost first, without the chunk's own text): the title unless the
    first heading says the same, the headings, the items it stands under; `text` is that of its
    `segments`, a line or more each, nested ones indented by two spaces; `order` counts the chunks
    of a source from 0; `url` opens the passage itself where that is possible (empty for notes).
    `folder` is where the note lies in the notes folder (with `/`, empty at the top); `date` (ISO:
    a year, a month or a day) stands in the nearest heading, else in the note's name, else in its
    front matter; `tags` are the note's tags and other names. `navigation` says that it is nothing
    but links to other places. `links` are the notes and files that it links to: the id of a source,
    with `#` and a heading of it, as breadcrumbs show it, where the link names one.
    """

    id: str
    source: str
    kind: Kind
    title: str
    path: tuple[str, ...]
    text: str
    locator: Locator
    order: int
    url: str = ""
    linked_from: tuple[Provenance, ...] = ()
    segments: tuple[Segment, ...] = ()
    folder: str = ""
    date: str = ""
    tags: tuple[str, ...] = ()
    navigation: bool = False
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved chunk: `rank` from 1, `score` in 0..1 (higher is better).

    `dense` is its cosine with the question, languages taken out, and `lexical` its BM25 as a share
    of what the question's words weigh; `near` holds the cosine of each of the chunk's segments (0
    for what is repeated as context). What the cross-encoder says, where it has read the chunk:
    `odds`, the log-odds that the chunk answers, and `answers`, the log-odds of each segment.
    """

    rank: int
    score: float
    chunk: Chunk
    dense: float = 0.0
    lexical: float = 0.0
    near: tuple[float, ...] = ()
    odds: float | None = None
    answers: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered quote in an answer; `verified` says that it stands word for word in its source."""

    number: int
    chunk: Chunk
    quote: str
    verified: bool
    locator: Locator


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a generated answer and what its check found.

    `numbers` are the citations that support it; `reason` says in one word why it was dropped
    (empty when kept).
    """

    text: str
    kept: bool
    numbers: tuple[int, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader sees, and what it stands on.

    `text` is Markdown with `[n]` marks; `standalone` is the question that was searched;
    `highlights` are the texts of the segments that answer, best first, at most three; `topics`
    are nearest topics offered with a refusal, and `brief` is its text without their list, for a
    page that offers them otherwise (empty elsewhere, and in what was stored before); `notice` is a
    line to the reader when something went differently than asked (a model that failed, a partial
    text); `seconds` are wall times by step; `tokens` holds `input` and `output` where the model
    told them; `confidence` is the estimated chance, 0..1, that the corpus answers the question at
    all; `calls` counts the requests to models, failed ones too, and `cost` is in US dollars where
    the price is known.
    """

    question: str
    standalone: str
    language: Language
    text: str
    refused: bool
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    model: str
    topics: tuple[str, ...] = ()
    notice: str = ""
    sentences: tuple[Sentence, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    tokens: Mapping[str, int] = field(default_factory=dict)
    confidence: float = 1.0
    calls: int = 0
    cost: float | None = None
    highlights: tuple[str, ...] = ()
    brief: str = ""


@dataclass(frozen=True, slots=True)
class Searched:
    """Event: retrieval is done."""

    standalone: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """Event: a further piece of the answer's text, already checked."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """Event: the last one of every stream."""

    answer: Answer


Event = Searched | Delta | Finished
