"""An ingest costs what has changed, and what is gone from the notes is gone from the index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus_place import BIRDS, Place

from rag.embedding import Embedder


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The passages that the model was given, from here on."""
    given: list[str] = []
    encode = Embedder.encode_passages

    def counted(self: Embedder, texts: list[str], *more: object) -> object:
        given.extend(texts)
        return encode(self, texts, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(Embedder, "encode_passages", counted)
    yield given


def test_unchanged_notes_cost_nothing(place: Place, embedded: list[str]) -> None:
    first = place.ingest()
    assert first.embedded == first.chunks > 0
    before, ids = place.index(), [chunk.id for chunk in place.index().chunks]
    assert embedded
    embedded.clear()

    again = place.ingest()
    assert embedded == []
    assert (again.embedded, again.reused, again.removed) == (0, first.chunks, 0)
    assert (again.changed, again.generation) == (False, first.generation)
    assert place.index().generation == before.generation
    assert [chunk.id for chunk in place.index().chunks] == ids
    done = place.command()
    assert "Nothing has changed" in done.stdout
    assert embedded == []


def test_an_edited_bullet_embeds_only_its_chunks(place: Place, embedded: list[str]) -> None:
    place.ingest()
    birds, fish = place.ids("birds.md"), place.ids("sea/fish.md")
    embedded.clear()
    place.write("birds.md", BIRDS.replace("blue eggs", "pale blue eggs"))
    summary = place.ingest()

    assert embedded
    assert all("pale blue eggs" in text for text in embedded)
    now = place.ids("birds.md")
    changed = {text for id_, text in now.items() if id_ not in birds}
    assert changed
    assert all("pale blue eggs" in text for text in changed)
    assert summary.embedded == len(changed)
    assert summary.removed == len(birds.keys() - now.keys()) == len(changed)
    assert place.ids("sea/fish.md") == fish
    assert not any("lay blue eggs" in chunk.text for chunk in place.index().chunks)


def test_lines_that_move_are_found_at_their_new_place(place: Place, embedded: list[str]) -> None:
    place.ingest()
    before = place.index()
    embedded.clear()
    place.write("birds.md", "\n\n\n" + BIRDS)
    summary = place.ingest()
    after = place.index()

    assert (summary.changed, summary.embedded, embedded) == (True, 0, [])
    assert [chunk.id for chunk in after.chunks] == [chunk.id for chunk in before.chunks]
    for old, new in zip(before.chunks, after.chunks, strict=True):
        assert old.locator.start_line is not None
        moved = 3 if new.source == "birds.md" else 0
        assert new.locator.start_line == old.locator.start_line + moved


@pytest.mark.parametrize("chunker", ["CHUNKER_VERSION", "ARTICLE_CHUNKER_VERSION"])
def test_another_chunker_of_notes_or_articles_writes_anew_and_embeds_nothing(
    chunker: str, place: Place, embedded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = place.ingest()
    embedded.clear()
    monkeypatch.setattr(f"ingest.pipeline.{chunker}", "another")
    again = place.ingest()
    assert (again.changed, again.embedded, embedded) == (True, 0, [])
    assert again.generation != first.generation
    assert not place.ingest().changed


def test_a_deleted_note_leaves_none_of_its_chunks(place: Place, embedded: list[str]) -> None:
    place.ingest()
    fish, birds = place.ids("sea/fish.md"), place.ids("birds.md")
    embedded.clear()
    (place.corpus / "sea" / "fish.md").unlink()
    summary = place.ingest()
    index = place.index()

    assert (summary.removed, summary.embedded, embedded) == (len(fish), 0, [])
    assert place.ids("birds.md") == birds
    assert set(index.sources) == {"birds.md"}
    assert not fish.keys() & {chunk.id for chunk in index.chunks}
    assert len(index.lexical.search("salmon sargasso")[0]) == len(index.chunks)
    assert not index.lexical.search("salmon sargasso")[0].any()


def test_a_note_that_comes_back_is_embedded_at_most_once(place: Place, tmp_path: Path) -> None:
    first = place.ingest()
    aside = (place.corpus / "sea" / "fish.md").rename(tmp_path / "aside")
    place.ingest()
    aside.rename(place.corpus / "sea" / "fish.md")
    assert place.ingest().chunks == first.chunks
    assert len(place.ids("sea/fish.md")) > 0
