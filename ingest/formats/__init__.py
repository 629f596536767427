"""Files beside the notes that are no notes: tables, notebooks, canvases, web pages, PDFs."""
