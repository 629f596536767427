"""Search time beside the one part of it that cannot be saved: embedding the question.

And the time of a whole answer, which also reads two passages and chooses among their lines.
"""

from __future__ import annotations

from bench.report import Row, Table
from bench.timing import Times, paired_ratio, side_by_side
from rag.settings import Settings

TITLE = "Search, warm, beside embedding the question alone"
QUESTIONS = (
    "what changed for CloudFormation?",
    "which regions got the new instances",
    "How is the cost of a workload shown to its owners?",
    "is there a limit on the size of a vector index",
    "who announced the chip and what is it for",
    "difference between the two storage classes",
    "新しいインスタンスの特徴は",
    "CodeWhispererで何ができるようになったか",
    "コスト最適化のために追加された機能を教えて",
    "ログの料金はいくらですか",
    "Kubernetesのバージョン管理はどうなった",
    "生成AIのアプリを安全に作るには",
)
ROUNDS = 5


def measure(settings: Settings) -> Table:
    """Median seconds of both sides, and the median ratio of their turns."""
    from rag.embedding import load_embedder
    from rag.pipeline import Pipeline

    pipeline = Pipeline(settings)
    embedder = load_embedder(settings.embedding_model)
    for question in QUESTIONS:  # the first turns pay for loading
        pipeline.search(question)
    # A mark makes every question a new one, should either side remember the ones before.
    asked = [f"{question} {turn}" for turn in range(ROUNDS) for question in QUESTIONS]
    times = side_by_side(
        asked,
        {
            "search": pipeline.search,
            "whole answer": pipeline.ask,
            "embedding the question": lambda question: embedder.encode_queries([question]),
        },
    )
    search, alone = times["search"], times["embedding the question"]
    answer = times["whole answer"]
    rows = (
        Row("search", _figures(search)),
        Row("whole answer", _figures(answer)),
        Row("embedding the question", _figures(alone)),
        Row("ratio", {"median ms": paired_ratio(search, alone)}, goal="at most 1.3"),
        Row("ratio of the answer", {"median ms": paired_ratio(answer, alone)}),
    )
    return Table(TITLE, rows, f"{len(asked)} questions, English and Japanese, turn about.")


def _figures(times: Times) -> dict[str, float]:
    return {"median ms": times.median * 1000, "best ms": times.best * 1000}
