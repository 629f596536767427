"""Question answering over an index of notes and linked articles."""
