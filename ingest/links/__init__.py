"""What notes link to."""
