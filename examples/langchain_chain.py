"""Shiori's search as the retriever of a LangChain chain.

    python examples/langchain_chain.py openai:gpt-4.1-mini "what changed for CloudFormation?"

A chain of your own is as good as its prompt: nothing checks what it writes. `Pipeline.ask` does.
"""

from __future__ import annotations

import sys

from langchain_core.documents import Document
from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough

from rag import Pipeline, load_settings
from rag.integrations.langchain import ShioriRetriever

PROMPT = ChatPromptTemplate.from_template(
    "Answer from these passages alone and name the number of the one you use.\n\n"
    "{passages}\n\nQuestion: {question}"
)


def numbered(documents: list[Document]) -> str:
    """The passages with their numbers and headings."""
    return "\n\n".join(
        f"[{document.metadata['rank']}] {' > '.join(document.metadata['path'])}\n"
        f"{document.page_content}"
        for document in documents
    )


def chain(pipeline: Pipeline, model: BaseChatModel) -> Runnable[str, str]:
    """From a question to what the model makes of the passages."""
    passages = ShioriRetriever(pipeline=pipeline, k=4) | RunnableLambda(numbered)
    asked = {"passages": passages, "question": RunnablePassthrough()}
    return asked | PROMPT | model | StrOutputParser()


if __name__ == "__main__":
    from langchain.chat_models import init_chat_model

    name, *words = sys.argv[1:]
    made = chain(Pipeline(load_settings()), init_chat_model(name))
    print(made.invoke(" ".join(words)))
