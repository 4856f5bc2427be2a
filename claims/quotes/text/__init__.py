"""Comparing quotes, word by word. Imports no Django."""
