"""Ask the notes from Python.

    shiori ingest
    python examples/ask.py "what changed for CloudFormation?"

The notes and the index are those of the settings: environment, `.env`, or what is given to
`load_settings`.
"""

from __future__ import annotations

import sys

from rag import Citation, Pipeline, ShioriError, load_settings


def place(citation: Citation) -> str:
    """Where a quote stands, in words."""
    locator = citation.locator
    if locator.start_line is not None:
        return f"{citation.chunk.source}, line {locator.start_line}"
    if locator.page is not None:
        return f"{citation.chunk.source}, page {locator.page}"
    return citation.chunk.url or citation.chunk.source


def main(question: str) -> int:
    """Print the answer and its places."""
    try:
        answer = Pipeline(load_settings()).ask(question)
    except ShioriError as error:  # says what to do
        print(error, file=sys.stderr)
        return error.exit_code
    print(answer.text)
    for citation in answer.citations:
        print(f"[{citation.number}] {place(citation)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
