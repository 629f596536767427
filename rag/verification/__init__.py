"""A generated sentence against the sources it cites."""
