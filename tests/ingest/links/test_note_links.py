"""Links between notes: what they lead to in every dialect, and what becomes of the others."""

from __future__ import annotations

import pytest

from ingest.links.note_links import ResolvedLinks, resolve_links
from ingest.links.wiki import wiki_links, wiki_target
from ingest.notes.chunking import Note, chunk_note
from rag.types import Source

NOTES = {
    "index.md": "# Handbook\n",
    "Ferry Times.md": "# Ferry times\n\n## On Sundays (and feasts)\n\nNo.\n\n## 冬の時刻\n\n九時\n",
    "deep/pump.md": "# Pump\n\n## Restart {#again}\n\nPress it.\n\n## Restart\n\nTwice.\n",
    "deep/README.md": "# Deep things\n\n- all\n",
    "deep/other/pump.md": "# Another pump\n\n- other\n",
    "content/docs/guide/_index.md": "# The guide\n\n- guide\n",
    "content/docs/guide/setup.mdx": "# Set up\n\n- set up\n",
    "_posts/2024-03-11-first-post.md": "# First\n\n- post\n",
    "pages/project___plan.md": "- plan\n",
    "a#b.md": "# Sharp\n\n- sharp\n",
}


def made(text: str, name: str = "deep/here.md") -> tuple[ResolvedLinks, list[Note]]:
    notes = [chunk_note(*item) for item in {**NOTES, name: text}.items()]
    files = [Source("slides.pdf", "pdf", "Slides", ""), Source("deep/page.html", "html", "P", "")]
    links = [
        link for note in notes for link in (*note.links, *wiki_links(note.source, note.chunks))
    ]
    return (
        resolve_links(
            [chunk for note in notes for chunk in note.chunks],
            [note.source for note in notes] + files,
            links,
            files=[file.id for file in files],
            left_out=["deep/plan.docx", "deep/run.sh"],
        ),
        notes,
    )


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("[x](pump.md)", "deep/pump.md"),
        ("[x](./pump.md#restart)", "deep/pump.md#Restart"),
        ("[x](pump.md#again)", "deep/pump.md#Restart"),
        ("[x](pump.md#restart-1)", "deep/pump.md#Restart"),
        ("[x](pump.md#nowhere)", "deep/pump.md"),
        ("[x](pump)", "deep/pump.md"),
        ("[x](pump.html)", "deep/pump.md"),
        (
            "[x](../Ferry%20Times.md#on-sundays-and-feasts)",
            "Ferry Times.md#On Sundays (and feasts)",
        ),
        ("[x](<../Ferry Times.md>)", "Ferry Times.md"),
        (
            "[x](../Ferry%20Times.md#%E5%86%AC%E3%81%AE%E6%99%82%E5%88%BB)",
            "Ferry Times.md#冬の時刻",
        ),
        ("[x][r] and\n\n[r]: other/pump.md 'title'", "deep/other/pump.md"),
        ("[x](#here)", "deep/here.md#Here"),
        ("[x](/docs/guide/setup/)", "content/docs/guide/setup.mdx"),
        ("[x](/docs/guide/)", "content/docs/guide/_index.md"),
        ('[x]({{< ref "docs/guide/setup.mdx" >}})', "content/docs/guide/setup.mdx"),
        ("[x]({% post_url 2024-03-11-first-post %})", "_posts/2024-03-11-first-post.md"),
        ("[x](../deep/)", "deep/README.md"),
        ("[x](setup.mdx)", "content/docs/guide/setup.mdx"),
        ("[x](../a%23b.md)", "a#b.md"),
        ("[x](../slides.pdf#page=3)", "slides.pdf"),
        ("[x](page.html)", "deep/page.html"),
        ("[[Ferry Times]]", "Ferry Times.md"),
        (
            "[[ferry times#On Sundays (and feasts)|no boat]]",
            "Ferry Times.md#On Sundays (and feasts)",
        ),
        ("| [[pump\\|the pump]] |\n| - |", "deep/pump.md"),
        ("[[other/pump]]", "deep/other/pump.md"),
        ("[[Another pump]]", "deep/other/pump.md"),
        ("[[#Here]]", "deep/here.md#Here"),
        ("[[pump#^block]]", "deep/pump.md"),
        ("![[pump#Restart]]", "deep/pump.md#Restart"),
        ("[[project/plan]]", "pages/project___plan.md"),
        ("[[slides.pdf]]", "slides.pdf"),
    ],
)
def test_a_link_leads_to_its_note_and_heading(written: str, target: str) -> None:
    found, _ = made(f"# Top\n\n## Here\n\n- said: {written}\n")
    rows = [row for row in found.rows if row.linked_from[0].source == "deep/here.md"]
    assert [(row.canonical, row.status, row.kind) for row in rows] == [(target, "ok", "note")]
    (where,) = rows[0].linked_from
    assert where.line == 5
    assert "Here" in where.path
    assert "said" in where.text
    linked = [chunk for chunk in found.chunks if chunk.links]
    assert [(chunk.source, chunk.links) for chunk in linked] == [("deep/here.md", (target,))]


@pytest.mark.parametrize(
    ("written", "status", "reason"),
    [
        ("[x](gone.md)", "not_found", "no such note"),
        ("[x](../../outside.md)", "unsupported_type", "out of the notes folder"),
        ("[x](plan.docx)", "unsupported_type", "left out"),
        ("[x](run.sh)", "unsupported_type", "left out"),
        ("[x](elsewhere.zip)", "unsupported_type", "no text"),
        ("[x](other)", "unsupported_type", "folder of notes"),
        ("[[Not written yet]]", "unsupported_type", "No note has this name"),
        ("![[photo.png]]", "unsupported_type", "image"),
    ],
)
def test_a_link_that_leads_to_no_note_says_why(written: str, status: str, reason: str) -> None:
    found, _ = made(f"- {written}\n")
    (row,) = found.rows
    assert row.status == status
    assert reason in row.reason
    assert not any(chunk.links for chunk in found.chunks)


@pytest.mark.parametrize(
    "written",
    ["https://example.com/a.md", "[x](mailto:a@example.com)", "![x](photo.png)", "[x](//e.com/a)"],
)
def test_other_links_are_for_the_web(written: str) -> None:
    found, _ = made(f"- {written}\n")
    assert (len(found.web), found.rows) == (1, [])


def test_a_file_knows_the_bullets_that_link_to_it() -> None:
    found, _ = made("# Spring\n\n- [slides](../slides.pdf) of Ines\n- see [[slides.pdf]]\n")
    (row,) = found.rows
    (slides,) = [source for source in found.sources if source.id == "slides.pdf"]
    assert [place.line for place in slides.linked_from] == [3, 4]
    assert slides.linked_from == row.linked_from
    assert not any(one.linked_from for one in found.sources if one.kind == "note")


def test_a_line_cut_into_passages_has_its_links_where_they_are_shown() -> None:
    filler = "The boat leaves at nine from the north pier. " * 40
    found, _ = made(f"[the pump](pump.md) is old. {filler}[the ferry](../Ferry%20Times.md) too.\n")
    mine = [chunk for chunk in found.chunks if chunk.source == "deep/here.md"]
    assert len(mine) > 1
    assert mine[0].links == ("deep/pump.md",)
    assert mine[-1].links == ("Ferry Times.md",)


@pytest.mark.parametrize(
    "text",
    [
        "`[[code]]`",
        "```\n[[fenced]]\n```",
        "<!-- [[comment]] -->",
        "if [[ -f x ]]",
        "[[]]",
        "[[--]]",
    ],
)
def test_what_only_looks_like_a_wiki_link_is_none(text: str) -> None:
    found, _ = made(f"Text.\n\n{text}\n")
    assert found.rows == []


def test_the_parts_of_a_wiki_link() -> None:
    target = wiki_target("![[folder/Name#A#B|shown]]")
    assert target is not None
    assert (target.name, target.heading, target.alias) == ("folder/Name", "B", "shown")
    assert wiki_target("https://example.com/") is None


def test_thousands_of_notes_and_links_are_resolved() -> None:
    notes = [
        chunk_note(f"n{number}.md", f"- [[n{number + 1}]] and [x](n{number + 2}.md)\n")
        for number in range(1500)
    ]
    found = resolve_links(
        [chunk for note in notes for chunk in note.chunks],
        [note.source for note in notes],
        [link for note in notes for link in (*note.links, *wiki_links(note.source, note.chunks))],
    )
    assert sum(row.status == "ok" for row in found.rows) == 1499
