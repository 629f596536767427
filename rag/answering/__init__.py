"""From passages to an answer with citations: quoted, or written by a model and checked."""
