"""Which parts of the hits answer a question, and whether any does."""
