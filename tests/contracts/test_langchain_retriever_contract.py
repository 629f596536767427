"""What LangChain expects of a retriever, over every pipeline that Shiori's may stand on."""

from __future__ import annotations

import asyncio
import json

import pytest
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda

from rag.errors import QuestionError
from rag.integrations.langchain import ShioriRetriever
from rag.pipeline import Pipeline

QUESTION = "What changed for CloudFormation?"


@pytest.fixture
def retriever(shipped_pipeline: Pipeline) -> ShioriRetriever:
    return ShioriRetriever(pipeline=shipped_pipeline, k=3)


def test_it_is_a_retriever_that_gives_so_many_documents(retriever: ShioriRetriever) -> None:
    assert isinstance(retriever, BaseRetriever)
    found = retriever.invoke(QUESTION)
    assert len(found) == 3
    assert all(isinstance(one, Document) and one.page_content for one in found)


def test_asked_in_every_way_it_gives_the_same(retriever: ShioriRetriever) -> None:
    found = retriever.invoke(QUESTION)
    assert retriever.batch([QUESTION, QUESTION]) == [found, found]
    assert asyncio.run(retriever.ainvoke(QUESTION)) == found
    assert (retriever | RunnableLambda(len)).invoke(QUESTION) == 3


def test_metadata_is_json_and_names_the_place(retriever: ShioriRetriever) -> None:
    for rank, one in enumerate(retriever.invoke(QUESTION), 1):
        assert json.loads(json.dumps(one.metadata)) == one.metadata
        assert one.metadata["rank"] == rank
        assert {"source", "locator", "path", "score", "chunk_id"} <= one.metadata.keys()


def test_what_cannot_be_asked_is_an_error_that_says_so(retriever: ShioriRetriever) -> None:
    with pytest.raises(QuestionError, match="empty"):
        retriever.invoke("  ")
