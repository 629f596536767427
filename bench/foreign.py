"""`python -m bench.foreign FOLDER`: the notes' questions with 500 foreign articles beside them.

FOLDER holds text files about anything else, a paragraph or so each. Nothing of it is kept.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.report import Row, Table
from bench.retrieval import shiori
from bench.scoring import score
from rag.embedding import load_embedder
from rag.evaluation.dataset.questions import load_questions
from rag.index import ingest_lock, write_generation
from rag.settings import Settings, load_settings
from rag.types import Chunk, Source

ARTICLES = 500
CHARACTERS = 400


def measure(settings: Settings, folder: Path, count: int = ARTICLES) -> Table:
    """The dev questions over the notes alone, then with so many articles beside them."""
    questions = load_questions(settings.corpus_dir / "questions").only("dev").questions
    rows = []
    for name, articles in (("notes alone", 0), (f"with {count} articles", count)):
        _index(settings, _paragraphs(folder, articles))
        for language, figures in score(questions, shiori(settings)).items():
            rows.append(Row(f"{name} [{language}]", figures))
    return Table("Notes among foreign articles (dev)", tuple(rows))


def _paragraphs(folder: Path, count: int) -> list[str]:
    texts: list[str] = []
    for path in sorted(folder.rglob("*.md")):
        if len(texts) == count:
            break
        text = " ".join(path.read_text(encoding="utf-8").split()).lstrip("# ")[:CHARACTERS]
        if text:
            texts.append(text)
    if len(texts) < count:
        raise SystemExit(f"{folder} holds {len(texts)} texts (*.md), and {count} are needed.")
    return texts


def _index(settings: Settings, paragraphs: Sequence[str]) -> None:
    from ingest.articles.chunking import article_source, chunk_article
    from ingest.extract import Extractor
    from ingest.notes.chunking import CHUNKER_VERSION, chunk_note
    from ingest.notes.files import read_corpus

    notes = [chunk_note(note.name, note.text) for note in read_corpus(settings.corpus_dir).notes]
    sources: list[Source] = [note.source for note in notes]
    chunks: list[Chunk] = [chunk for note in notes for chunk in note.chunks]
    with Extractor() as extractor:
        for number, text in enumerate(paragraphs):
            url = f"https://foreign.example/{number}"
            found = extractor.extract(text.encode(), content_type="text/plain", url=url)
            source = article_source(found, url=url, fetched="", linked_from=())
            sources.append(source)
            chunks += chunk_article(found, source)
    with ingest_lock(settings.data_dir):
        write_generation(
            settings.data_dir,
            sources,
            chunks,
            load_embedder(settings.embedding_model),
            chunker_version=CHUNKER_VERSION,
        )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.foreign", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--data", type=Path, help="a folder to keep embeddings in between runs")
    given = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="shiori-bench-") as own:
        settings = load_settings(data_dir=given.data or Path(own))
        print(measure(settings, given.folder, given.articles).text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
