"""What a reader, a browser and the process hold."""
