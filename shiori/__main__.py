"""`python -m shiori`: as the command `shiori`."""

from shiori.command import main

if __name__ == "__main__":
    main()
