"""From a folder of notes, and the pages they link to, to the index."""
