"""What the triggers of documents say when they refuse, for the catalogue of translations."""

from sources.text.problems import mark

#: word for word as `migrations/0003_invariants.py` and `0006_versions.py` have them
SENTENCES = (
    mark("The text of a source never changes: add a revision."),
    mark("Revisions are numbered 1, 2, 3 … without gaps."),
    mark("A document cannot be a copy of its own copy."),
    mark("The record is not emptied: delete rows, which the history keeps."),
)
