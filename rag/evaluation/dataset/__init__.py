"""Questions with what is expected of their answers: read, checked, drafted."""
