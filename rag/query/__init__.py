"""A question: validated, made to stand alone, and what it asks for."""
