"""How many publishers carry something independently of each other.

Documents are one dispatch where one repeats the other (`copy_of`), however often passed on, or where any revisions of
them have the very same words. A dispatch comes from one origin: the agency of the document that the others go back to;
else that document's publisher; else the first agency, or the first publisher, of those that repeat it. All of one
origin count once, an agency's own publication and the newspapers that carry its wire alike. Where nobody knows an
agency or publisher, a dispatch is an origin of its own, and no publisher.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Document:
    """What decides where a document's words come from; `hashes` are those of its revisions' words."""

    id: UUID
    copy_of: UUID | None
    publisher: UUID | None
    agency: UUID | None
    first_day: date | None
    hashes: Sequence[bytes]
    version: int

    @property
    def age(self) -> tuple[date, UUID]:
        """Sorts what was published first in front, the undated behind."""
        return self.first_day or date.max, self.id


@dataclass(frozen=True)
class Origin:
    """Documents that count once, and where they come from.

    `publisher` is None where nobody knows it; `dispatches` are the documents that others among them repeat.
    """

    publisher: UUID | None
    documents: Sequence[UUID]
    dispatches: Sequence[UUID]


@dataclass(frozen=True)
class _Dispatch:
    """Documents of the same words."""

    root: Document
    members: Sequence[Document]

    @property
    def publisher(self) -> UUID | None:
        agencies = [one.agency for one in self.members]
        publishers = [one.publisher for one in self.members]
        return next(filter(None, [self.root.agency, self.root.publisher, *agencies, *publishers]), None)


class Origins:
    """Where documents come from; those that they repeat must be given too."""

    def __init__(self, documents: Iterable[Document]) -> None:
        """Put together what is one dispatch."""
        self._documents = {one.id: one for one in documents}
        self._dispatches: dict[UUID, _Dispatch] = {}
        for members in _joined(self._documents):
            found = _Dispatch(min(members, key=_Rank(members, self._documents)), members)
            self._dispatches.update((one.id, found) for one in members)

    def publishers(self, carrying: Iterable[UUID]) -> set[UUID]:
        """Return the publishers that some documents come from, each once."""
        return {publisher for one in carrying if (publisher := self._dispatches[one].publisher)}

    def of(self, carrying: Collection[UUID]) -> list[Origin]:
        """Return the origins of some documents, what was published first in front."""
        groups: dict[UUID, list[Document]] = defaultdict(list)
        for one in sorted((self._documents[key] for key in carrying), key=lambda one: one.age):
            dispatch = self._dispatches[one.id]
            groups[dispatch.publisher or dispatch.root.id].append(one)
        return [self._origin(group) for group in groups.values()]

    def _origin(self, group: Sequence[Document]) -> Origin:
        dispatches = [self._dispatches[one.id] for one in group]
        repeated = [one.root.id for one in dispatches if len(one.members) > 1]
        return Origin(dispatches[0].publisher, [one.id for one in group], list(dict.fromkeys(repeated)))


class _Rank:
    """Sorts the document that the others of a dispatch go back to in front.

    It repeats none; of several such, one with an agency, one that others repeat, one whose publisher is known, the one
    published first.
    """

    def __init__(self, members: Iterable[Document], known: Collection[UUID]) -> None:
        self.known = known
        self.repeated = {one.copy_of for one in members}

    def __call__(self, one: Document) -> tuple[bool, bool, bool, bool, tuple[date, UUID]]:
        repeats = one.copy_of is not None and one.copy_of in self.known
        return repeats, one.agency is None, one.id not in self.repeated, one.publisher is None, one.age


def _joined(documents: dict[UUID, Document]) -> list[list[Document]]:
    """The documents in groups of the same dispatch, each by age."""
    towards = {key: key for key in documents}

    def end(key: UUID) -> UUID:
        while towards[key] != key:
            towards[key] = towards[towards[key]]
            key = towards[key]
        return key

    first_with: dict[bytes, UUID] = {}
    for one in documents.values():
        if one.copy_of in documents:
            towards[end(one.id)] = end(one.copy_of)
        for words in one.hashes:
            towards[end(one.id)] = end(first_with.setdefault(words, one.id))
    groups: dict[UUID, list[Document]] = defaultdict(list)
    for one in sorted(documents.values(), key=lambda one: one.age):
        groups[end(one.id)].append(one)
    return list(groups.values())
