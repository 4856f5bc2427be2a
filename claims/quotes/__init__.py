"""The quote check: whether words, as somebody quotes them, are on record, and where they differ."""
