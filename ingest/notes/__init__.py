"""Notes: found, read as outlines, cut into chunks."""
