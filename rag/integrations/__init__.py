"""Shiori as a part of other frameworks."""
