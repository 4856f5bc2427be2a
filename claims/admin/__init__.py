"""The admin in which curators attribute quotes."""
