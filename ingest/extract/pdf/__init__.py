"""The text of PDFs, by page."""
