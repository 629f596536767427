"""From a question to the passages nearest to it."""
