"""`python -m rag`: search, ask, status, settings; evaluation and its questions."""

from rag.cli.main import main

if __name__ == "__main__":
    main()
