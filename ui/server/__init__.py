"""The server of the pages, and what stands guard before it."""
