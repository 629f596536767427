"""The outline of the notes as topics, and the topics to begin with."""

from __future__ import annotations

import pytest
from ui_fakes import chunk, small_index

from ingest.notes.chunking import chunk_note
from rag.types import Locator
from ui.components.topics import leaf_name, outline, starting_topics

KITCHEN = """# Bread

## Sourdough

- **Starter**: flour and water
  - feed it every day
  - keep it warm
  - discard half of it
- Baking
  - hot at first
  - then less
  - until it sounds hollow

## Pizza

- Dough rests for a day
  - in the fridge
- Toppings: few
  - tomatoes
  - basil

# Notes
"""


def test_topics_are_the_breadcrumbs_in_order() -> None:
    roots = outline(chunk_note("kitchen.md", KITCHEN).chunks)
    (root,) = roots.values()
    paths = [topic.path for topic in root.walk() if topic.path]
    assert paths[0] == ("kitchen",)
    assert [path[-1] for path in paths if path[-1] in {"Sourdough", "Pizza"}] == [
        "Sourdough",
        "Pizza",
    ]


def test_every_passage_of_the_notes_is_under_one_topic() -> None:
    chunks = chunk_note("kitchen.md", KITCHEN).chunks
    found = [c.id for root in outline(chunks).values() for t in root.walk() for c in t.chunks]
    assert sorted(found) == sorted(one.id for one in chunks)


def test_articles_are_no_topics() -> None:
    assert list(outline(small_index().chunks)) == ["garden.md"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("- **Watering**: every morning", "Watering"),
        ("1. Amazon Q （新サービス）\n  1. x", "Amazon Q"),
        ("- S3 Express One Zone：　高速アクセス", "S3 Express One Zone"),
        ("- re:Invent is a fair\n  - x", "re:Invent is a fair"),
        ("- [A page](https://a.example/x)", "A page"),
        ("## 道具。その他", "道具"),
        ("（まとめ）", "（まとめ）"),
    ],
)
def test_a_passage_is_named_by_its_first_line(text: str, name: str) -> None:
    assert leaf_name(chunk(text=text)) == name


def test_one_starts_from_telling_names_of_different_sections() -> None:
    names = starting_topics(outline(chunk_note("kitchen.md", KITCHEN).chunks), 2)
    assert len(names) == 2
    assert len(set(names)) == 2
    assert not {"Notes", "kitchen.md"} & set(names)


def test_names_that_every_note_has_say_nothing() -> None:
    notes = [
        chunk_note(f"{name}.md", f"# {name}\n\n## Summary\n\n- a\n- b\n\n## Details\n\n- c\n- d\n")
        for name in ("Kiln", "Lathe", "Anvil")
    ]
    names = starting_topics(outline([one for note in notes for one in note.chunks]), 4)
    assert set(names) == {"Kiln", "Lathe", "Anvil"}


@pytest.mark.parametrize(
    "name",
    ["どう使いますか？", "設定してください", "https://a.ex", "2023-11-27", "x", "y" * 60, "`code`"],
)
def test_sentences_addresses_and_figures_are_no_names(name: str) -> None:
    chunks = [
        chunk(id=str(n), path=(step,), order=n, text="- a\n- b", locator=Locator(n, n + 1))
        for n, step in enumerate((name, "Harvest"))
    ]
    assert name not in starting_topics(outline(chunks), 4)


def test_no_notes_give_no_topics() -> None:
    assert starting_topics(outline([]), 4) == []
