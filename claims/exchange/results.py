"""What became of the lines of an import."""

from collections import Counter
from dataclasses import dataclass, field, fields, replace

#: lines that were read, and refusals that were told, stay so whatever is undone
_NEVER_UNDONE = {"lines", "refused"}


@dataclass
class Result:
    """What became of the lines; counts are by kind of record."""

    lines: int = 0
    created: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    published: int = 0
    #: statements that the file says are public, and that came in as drafts
    held_back: int = 0
    #: drafts that were changed since they came, and so were not published
    left: int = 0
    #: statements that the file calls published or withdrawn and that stand otherwise in the record
    otherwise: int = 0

    def kept(self) -> "Result":
        """Return a copy, to go back to."""
        return replace(self, created=self.created.copy(), unchanged=self.unchanged.copy())

    def go_back_to(self, kept: "Result") -> None:
        """Take back what was counted of lines that were not kept."""
        for one in fields(self):
            if one.name not in _NEVER_UNDONE:
                setattr(self, one.name, getattr(kept, one.name))
