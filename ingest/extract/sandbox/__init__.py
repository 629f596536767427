"""Child processes in which documents of strangers are read, within bounds."""
