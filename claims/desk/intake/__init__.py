"""Bringing a source in: read what was pasted, uploaded or fetched, and record it."""
