"""A run as HTML, JSON, JUnit, Markdown and lines of text, and runs over time."""
