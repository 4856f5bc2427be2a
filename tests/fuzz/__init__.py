"""Schemathesis against the whole API: what the document promises, and what it forbids, as public and as curator."""
