"""How lists of words are written here."""


def forms(listed: str) -> frozenset[str]:
    """Return the words of a list; they are folded (lower case, no accents), with a space between."""
    return frozenset(listed.split())
