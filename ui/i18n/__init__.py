"""The words of the pages, English and Japanese."""
