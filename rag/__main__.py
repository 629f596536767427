"""`python -m rag`: search, ask, status, settings; evaluation and its questions."""

from rag.cli import main

if __name__ == "__main__":
    main()
