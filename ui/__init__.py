"""The chat page in the browser, and what belongs to it."""
