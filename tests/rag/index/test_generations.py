"""What is written is what is read, and only what changed costs anything."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from index_fakes import (
    LINES,
    CheapEmbedder,
    edition,
    edition_of,
    note,
    vector_of,
    write,
    write_editions,
)

from rag.errors import IndexMissing
from rag.index import Index, IndexCatalog, read_manifest
from rag.index.chroma import COLLECTION
from rag.index.views import VIEWS
from rag.types import Locator, Provenance

A, B = note("a.md", LINES), note("b.md", ["to be deleted"])


def read(data: Path) -> Index:
    return IndexCatalog(data, "cheap-1").current()


def names(data: Path) -> set[str]:
    return {entry.name for entry in (data / "generations").iterdir()}


def test_everything_comes_back_as_it_was(tmp_path: Path) -> None:
    source, chunks = note("子/a.md", LINES)
    place = Provenance("n.md", 3, ("上", "下"), "see \u3000this")
    article = replace(
        chunks[0],
        id="article",
        source="https://example.org/a",
        kind="pdf",
        path=(),
        locator=Locator(page=2, fragment=":~:text=%E6%A0%9E"),
        url="https://example.org/a#page=2",
        linked_from=(place,),
    )
    page = replace(source, id=article.source, kind="pdf", text="\x00 odd\n", linked_from=(place,))
    write(tmp_path, (source, chunks), (page, [article]))

    index = read(tmp_path)
    assert index.chunks == (*chunks, article)
    assert dict(index.sources) == {source.id: source, page.id: page}
    assert index.position("article") == len(LINES)
    assert set(index.vectors) == set(VIEWS)
    for row, line in enumerate(LINES):
        (place_of_line,) = np.flatnonzero(index.vectors["line"].owners == row)
        assert np.allclose(index.vectors["line"].rows[place_of_line], vector_of(line), atol=1e-6)
    assert index.lexical.search("reserved capacity")[0].argmax() == 1
    assert index.manifest.sources == {"note": 1, "pdf": 1}
    with pytest.raises(ValueError, match="read-only"):
        index.vectors["full"].rows[0] = 0


def test_unchanged_corpus_costs_nothing(data: Path) -> None:
    first, before = read(data).generation, (data / "CURRENT").stat().st_mtime_ns
    embedder = CheapEmbedder()
    again = write(data, A, B, embedder=embedder)

    assert not again.changed
    assert (again.generation, again.embedded, again.reused) == (first, 0, len(LINES) + 1)
    assert embedder.texts == []
    assert (data / "CURRENT").stat().st_mtime_ns == before
    assert names(data) == {first}


def test_edited_bullet_embeds_itself_only(data: Path) -> None:
    embedder = CheapEmbedder()
    edited = [LINES[0], "Reserved capacity costs a third less.", LINES[2]]
    summary = write(data, note("a.md", edited), B, embedder=embedder)

    assert (summary.embedded, summary.reused, summary.added, summary.removed) == (1, 3, 1, 1)
    assert embedder.texts
    assert all(edited[1] in text for text in embedder.texts)
    assert [chunk.text for chunk in read(data).chunks[:3]] == edited


def test_moved_lines_reach_the_reader_without_embedding(data: Path) -> None:
    source, chunks = A
    moved = [
        replace(chunk, locator=Locator(chunk.order + 11, chunk.order + 11)) for chunk in chunks
    ]
    embedder = CheapEmbedder()
    summary = write(data, (source, moved), B, embedder=embedder)

    assert summary.changed
    assert (summary.embedded, summary.added, summary.removed) == (0, 0, 0)
    assert embedder.texts == []
    assert [chunk.locator.start_line for chunk in read(data).chunks] == [11, 12, 13, 1]


def test_deleted_note_is_gone(data: Path) -> None:
    reader = IndexCatalog(data, "cheap-1")
    held = reader.current()
    summary = write(data, A)

    assert (summary.removed, summary.embedded) == (1, 0)
    index = reader.current()
    assert {chunk.source for chunk in index.chunks} == set(index.sources) == {"a.md"}
    with pytest.raises(KeyError):
        index.position(held.chunks[-1].id)
    assert held.chunks[-1].text == "to be deleted"  # what one holds stays whole


def test_one_generation_is_kept_back(data: Path) -> None:
    done = [write(data, *edition(number)).generation for number in range(2)]
    assert names(data) == set(done)


def test_same_texts_are_embedded_once(tmp_path: Path) -> None:
    embedder = CheapEmbedder()
    source, chunks = note("a.md", ["same", "same too"])
    twin = replace(chunks[0], id="twin", order=2)
    write(tmp_path, (source, [*chunks, twin]), embedder=embedder)
    assert len(embedder.texts) == len(set(embedder.texts))
    assert len(read(tmp_path).chunks) == 3


def test_empty_corpus_can_be_indexed(data: Path) -> None:
    write(data)
    index = read(data)
    assert index.chunks == ()
    assert index.vectors["full"].rows.shape == (0, 16)


def test_two_chunks_of_one_id_are_refused(tmp_path: Path) -> None:
    source, chunks = note("a.md", ["one"])
    with pytest.raises(ValueError, match="share an id"):
        write(tmp_path, (source, [*chunks, *chunks]))


def test_lone_surrogates_do_no_harm(tmp_path: Path) -> None:
    source, chunks = note("a.md", ["broken \ud83d text"])
    write(tmp_path, (source, [replace(chunks[0], title="\ud83d", path=("\ud83d",))]))
    (chunk,) = read(tmp_path).chunks
    assert (chunk.text, chunk.title) == ("broken ? text", "?")


def test_progress_counts_texts_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    write(tmp_path, note("a.md", LINES), progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0
    assert told == sorted(told)


def test_store_is_one_that_other_programs_can_search(data: Path) -> None:
    import chromadb
    from chromadb.config import Settings

    store = data / "generations" / read(data).generation / "store"
    client = chromadb.PersistentClient(str(store), Settings(anonymized_telemetry=False))
    collection = client.get_collection(COLLECTION, embedding_function=None)
    text = f"見出し of a.md\n{LINES[1]}"
    found = collection.query(query_embeddings=[vector_of(text)], n_results=1)
    client.close()
    assert found["documents"] == [[LINES[1]]]
    assert found["metadatas"][0][0]["source"] == "a.md"
    assert found["metadatas"][0][0]["start_line"] == 2
    assert read(data).chunks  # searching it wrote into it, which is not taken for damage


def test_manifest_is_told_without_opening(data: Path) -> None:
    name, manifest = read_manifest(data)
    assert (name, manifest.chunks) == (read(data).generation, 4)
    assert manifest.rows == {"full": 4, "path": 4, "lead": 0, "line": 4}
    assert manifest.fingerprint["embedding"] == "cheap-1"


def test_nothing_ingested_yet(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="python -m ingest"):
        read_manifest(tmp_path)
    with pytest.raises(IndexMissing, match="python -m ingest"):
        IndexCatalog(tmp_path, "cheap-1").current()


def test_readers_in_threads_across_switches(tmp_path: Path) -> None:
    write(tmp_path, *edition(0))
    done = tmp_path / "done"
    done.write_text("0")
    reader = IndexCatalog(tmp_path, "cheap-1")
    stop = threading.Event()
    errors: list[BaseException] = []
    seen: set[int] = set()

    def ask() -> None:
        try:
            while not stop.is_set():
                complete = int(done.read_text())
                number = edition_of(reader.current())
                assert number >= complete, "a deleted passage was served"
                seen.add(number)
                time.sleep(0.05)  # leave the writer, in the same process, its share
        except BaseException as error:  # noqa: BLE001 - told below, in the main thread
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    write_editions(tmp_path, 1, 5, done)
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert edition_of(reader.current()) == 4
    assert len(seen) > 1
