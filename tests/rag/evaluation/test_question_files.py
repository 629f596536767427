"""Question files: what is read, and every way in which one can be wrong, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from evaluation_fakes import write

from rag.errors import QuestionFileError
from rag.evaluation.dataset.question import Place
from rag.evaluation.dataset.questions import load_questions
from rag.types import Turn

GOOD = """\
questions:
  - id: hosts-en
    question: "Which hosts?"
    lang: en
    split: test
    answerable: true
    kind: list
    tags: [paraphrase, short]
    expect:
      - quote: "GitLab、GitHubに対応"
      - {source: notes.md, lines: 84-86}
      - path: [Updates, CI/CD]
      - source: https://example.org/a
    facts:
      - ["GitLab"]
      - GitHub
    note: "for people"
  - id: price-ja
    question: いくら？
    lang: ja
    answerable: false
  - id: then-en
    question: "And then?"
    lang: en
    kind: follow-up
    history: [{question: "Which hosts?", answer: "GitLab."}]
    standalone: "Which hosts come then?"
    expect: [{quote: "later"}]
"""


def one(extra: str) -> str:
    return f"questions:\n  - id: a\n    question: Q?\n    lang: en\n{extra}"


def test_a_file_is_read_as_written(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    first, second, third = load_questions(path).questions
    assert (first.id, first.split, first.kind, first.tags) == (
        "hosts-en",
        "test",
        "list",
        ("paraphrase", "short"),
    )
    assert first.expect == (
        Place(quote="GitLab、GitHubに対応", line=10),
        Place(source="notes.md", lines=(84, 86), line=11),
        Place(path=("Updates", "CI/CD"), line=12),
        Place(source="https://example.org/a", line=13),
    )
    assert first.facts == (("GitLab",), ("GitHub",))
    assert (first.file, first.line) == (str(path), 2)
    assert (second.language, second.answerable, second.split) == ("ja", False, "dev")
    assert third.history == (Turn("Which hosts?", "GitLab."),)
    assert third.standalone == "Which hosts come then?"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (one("    expcet: [{quote: x}]\n"), 5, "unknown key 'expcet' (did you mean 'expect'?)"),
        (one("    expect: [{qoute: x}]\n"), 5, "unknown key 'qoute' (did you mean 'quote'?)"),
        (one("    expect: [{quote: x}]\n    lang: ja\n"), 6, "key 'lang' is there twice"),
        (one("    kind: lists\n    expect: [{quote: x}]\n"), 5, "(did you mean 'list'?)"),
        (one("    split: train\n    expect: [{quote: x}]\n"), 5, "'train' is none of dev, test"),
        (one("    answerable: maybe\n"), 5, "answerable: expected true or false"),
        (one("    answerable: 'true'\n"), 5, "answerable: expected true or false"),
        (one("    tags: short\n    expect: [{quote: x}]\n"), 5, "tags: expected a list"),
        (one("    facts: [[]]\n    expect: [{quote: x}]\n"), 5, "a fact without any wording"),
        (one("    facts: [['']]\n    expect: [{quote: x}]\n"), 5, "fact is empty"),
        (one("    expect: []\n"), 5, "'expect' names no place"),
        (one("    expect: [{}]\n"), 5, "a place needs a quote, a source"),
        (one("    expect: [x]\n"), 5, "expected keys and values, found the text 'x'"),
        (one("    expect: [{lines: 3}]\n"), 5, "'lines' need the 'source'"),
        (one("    expect: [{source: a, lines: 9-3}]\n"), 5, "lines '9-3': expected a line or"),
        (one("    expect: [{source: a, lines: abc}]\n"), 5, "lines 'abc'"),
        (one("    expect:\n      - quote: ''\n"), 6, "quote is empty"),
        (one(""), 2, "answerable, but 'expect' names no place"),
        (
            one("    answerable: false\n    expect: [{quote: x}]\n"),
            6,
            "not answerable, yet 'expect'",
        ),
        (one("    kind: follow-up\n    standalone: S\n    expect: [{quote: x}]\n"), 2, "'history'"),
        (
            one("    kind: follow-up\n    history: [{question: A}]\n    expect: [{quote: x}]\n"),
            2,
            "needs 'standalone'",
        ),
        (one("    standalone: S\n    expect: [{quote: x}]\n"), 5, "only for a question with"),
        (one("    history: [{answer: A}]\n    expect: [{quote: x}]\n"), 5, "needs a 'question'"),
        (
            "questions:\n  - question: Q?\n    lang: en\n    expect: [{quote: x}]\n",
            2,
            "'id' is miss",
        ),
        (
            "questions:\n  - id: a b\n    question: Q\n    lang: en\n    answerable: no\n",
            2,
            "'a b'",
        ),
        (
            "questions:\n  - id: a\n    question: ' '\n    lang: en\n    expect: [{quote: x}]\n",
            3,
            "question is empty",
        ),
        (
            f"questions:\n  - id: a\n    question: {'x' * 2001}\n    lang: en\n",
            3,
            "longer than 2000 characters",
        ),
        ("question:\n  - id: a\n", 1, "unknown key 'question' (did you mean 'questions'?)"),
        ("- id: a\n", 1, "expected keys and values, found a list"),
        ("questions: all\n", 1, "questions: expected a list, found the text 'all'"),
        ("questions:\n  - id: a\n   question: [\n", 3, "not YAML"),
        ("questions:\n  - id: \x01\n", 2, "not YAML: it may not hold the character U+0001"),
        ("questions:\n\t- id: a\n", 2, "not YAML: a tab where only spaces may indent"),
        ("questions: []\n---\nquestions: []\n", 2, "not YAML: but found another document"),
        ("questions:\n  - just text\n", 2, "expected keys and values, found the text 'just text'"),
        ("questions:\n  -\n", 2, "expected keys and values, found nothing"),
        ("questions: !!python/object/apply:os.system [exit]\n", 1, "found the text 'exit'"),
        (one("    facts: " + "[" * 3000 + "]" * 3000 + "\n"), 5, "more than 12 levels within"),
        ("questions:\n" + "  - &q {}\n  - *q\n", 3, "the alias '*q' is not read; write out what"),
        ("x: &x {lang: en}\nquestions:\n  - <<: *x\n", 3, "the alias '*x' is not read"),
        (one("    history: [hello]\n    expect: [{quote: x}]\n"), 5, "found the text 'hello'"),
        (one("    history: hello\n    expect: [{quote: x}]\n"), 5, "history: expected a list"),
        (
            one("    history: [{question: A, answer: [1]}]\n    expect: [{quote: x}]\n"),
            5,
            "answer: expected text, found a list",
        ),
        (
            one("    history: [{asked: A}]\n    expect: [{quote: x}]\n"),
            5,
            "unknown key 'asked'",
        ),
        (
            "questions:\n  - {id: [1], question: Q, lang: en}\n",
            2,
            "id: expected text, found a list",
        ),
        ("questions:\n  - {id: a, question: {a: 1}, lang: en}\n", 2, "question: expected text"),
        (one("    expect: {quote: x}\n"), 5, "expect: expected a list, found keys and values"),
        (one("    tags: [[a]]\n    expect: [{quote: x}]\n"), 5, "tags: expected text, found a"),
        ("questions:\n  - id: a\n    question: Q\n    lang: de\n", 4, "'de' is none of en, ja"),
        ("{}\n", 1, "expected the key 'questions'"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(QuestionFileError) as caught:
        load_questions(path)
    told = [message for message in str(caught.value).split("\n") if says in message]
    assert told, str(caught.value)
    assert told[0].startswith(f"{path}:{line}: ")
    assert caught.value.exit_code == 2


def test_a_few_lines_cannot_keep_it_busy_for_hours(tmp_path: Path) -> None:
    """A bomb of aliases: 12 lines that stand for a thousand million words."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]")
    path = write(tmp_path, "\n".join([*lines, "questions: *i", ""]))
    with pytest.raises(QuestionFileError) as caught:
        load_questions(path)
    assert str(caught.value) == (
        f"{path}:2: the alias '*a' is not read; write out what it stands for"
    )


def test_what_is_no_question_is_told_once(tmp_path: Path) -> None:
    path = write(tmp_path, "questions:\n  - one\n  - history: [x]\n    expect: [y]\n")
    with pytest.raises(QuestionFileError) as caught:
        load_questions(path)
    told = str(caught.value).split("\n")
    assert [line for line in told if ":2:" in line] == [
        f"{path}:2: expected keys and values, found the text 'one'"
    ]
    assert not [line for line in told if "needs a" in line]


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, one("    kinds: list\n    expect: [{quote: x}]\n"), "a.yaml")
    write(tmp_path, one("    tag: [x]\n    expect: [{quote: x}]\n"), "b.yml")
    with pytest.raises(QuestionFileError) as caught:
        load_questions(tmp_path)
    assert "a.yaml:5: unknown key 'kinds'" in str(caught.value)
    assert "b.yml:5: unknown key 'tag'" in str(caught.value)


def test_a_long_list_of_mistakes_is_cut(tmp_path: Path) -> None:
    entries = "".join(f"  - id: q{n}\n    question: Q\n    lang: de\n" for n in range(60))
    write(tmp_path, "questions:\n" + entries)
    with pytest.raises(QuestionFileError) as caught:
        load_questions(tmp_path)
    assert len(str(caught.value).split("\n")) == 31
    assert "and 90 more" in str(caught.value)


def test_a_repeated_id_names_both_places(tmp_path: Path) -> None:
    body = one("    expect: [{quote: x}]\n")
    first, second = write(tmp_path, body, "a.yaml"), write(tmp_path, body, "b.yaml")
    with pytest.raises(QuestionFileError) as caught:
        load_questions(tmp_path)
    assert str(caught.value) == f"{second}:2: id 'a' is taken by {first}:2"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("questions: []\n", "holds no questions"),
        ("questions:\n", "holds no questions"),
        (one("    answerable: false\n"), "no answerable question at all"),
        (one("    draft: true\n    expect: [{quote: x}]\n"), "only 1 drafts, which do not count"),
    ],
)
def test_a_set_that_can_show_nothing_is_an_error(tmp_path: Path, text: str, says: str) -> None:
    write(tmp_path, text)
    with pytest.raises(QuestionFileError, match=says):
        load_questions(tmp_path)


def test_no_file_no_folder_and_unreadable_bytes(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.yaml"):
        with pytest.raises(QuestionFileError, match="questions add"):
            load_questions(path)
    (tmp_path / "dir.yaml").mkdir()
    with pytest.raises(QuestionFileError, match=r"dir\.yaml:1: cannot be read: Is a directory"):
        load_questions(tmp_path)
    (tmp_path / "dir.yaml").rmdir()
    (tmp_path / "sjis.yaml").write_bytes("questions: # 質問".encode("shift_jis"))
    with pytest.raises(QuestionFileError, match=r"sjis\.yaml:1: not UTF-8 \(byte 13\)"):
        load_questions(tmp_path)


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, "# nothing yet\n")
    with pytest.raises(QuestionFileError, match="holds no questions"):
        load_questions(path)


def test_thresholds_and_drafts_beside_the_questions(tmp_path: Path) -> None:
    write(tmp_path, one("    expect: [{quote: x}]\n"))
    write(tmp_path, "at_least: {hit_1: 0.5}\n", "thresholds.yaml")
    draft = one("    draft: true\n").replace("id: a", "id: b")
    write(tmp_path, draft, "drafts.yaml")
    loaded = load_questions(tmp_path)
    assert [one.id for one in loaded.questions] == ["a"]
    assert [one.id for one in loaded.drafts] == ["b"]


def test_scalars_are_texts_as_written(tmp_path: Path) -> None:
    text = "questions:\n  - {id: 2023, question: no, lang: en, expect: [{quote: 1.50}]}\n"
    found = load_questions(write(tmp_path, text)).questions[0]
    assert (found.id, found.text, found.expect[0].quote) == ("2023", "no", "1.50")


def test_the_digest_follows_what_is_asked_and_nothing_else(tmp_path: Path) -> None:
    base = load_questions(write(tmp_path / "1", GOOD))
    other_note = load_questions(write(tmp_path / "2", GOOD.replace("for people", "for all")))
    other_fact = load_questions(write(tmp_path / "3", GOOD.replace('["GitLab"]', '["Gitea"]')))
    assert base.digest() == other_note.digest()
    assert base.digest() != other_fact.digest()
    assert [one.id for one in base.only("test").questions] == ["hosts-en"]
    assert base.only("all").questions == base.questions
