"""How versions look in answers: differences as paths, labels and plain values, named as the other answers name them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Field, Model
from rest_framework.settings import api_settings

from claims.history.public import PublicVersion
from claims.history.seen import Eyes, changes_of
from claims.models import (
    Appearance,
    Attribution,
    Mention,
    Position,
    Relay,
    Segment,
    Speaker,
    StatementTopic,
    Wording,
)
from config.history.names import Names, target_of
from config.history.states import Change, State, differences
from config.history.versions import History, Version
from config.history.words import label_of
from sources.models import SourceText

_PARTS = {"statementtopic_set": "topics", "texts": "revisions"}
_FIELDS: Mapping[tuple[type[Model], str], str] = {
    (Attribution, "membership"): "role",
    (Appearance, "source_text"): "source",
    (Mention, "attribution"): "speaker",
}
#: by what a row is found in a path; any other by its id
_KEYS: Mapping[type[Model], str] = {
    Wording: "language",
    StatementTopic: "topic_id",
    Position: "claim_id",
    Segment: "position",
    Relay: "level",
    SourceText: "number",
}


def answer_of_public(versions: Collection[PublicVersion], using: str) -> list[dict[str, Any]]:
    """Return public versions as plain data."""
    changes = [differences(one.before, one.after) for one in versions]
    wording = Wordings(changes, [], using)
    return [
        {
            "number": one.number,
            "version": None,
            "at": _time(one.transaction.at),
            "act": one.act,
            "origin": None,
            "by": None,
            "why": one.why or None,
            "changes": [wording.of(change) for change in several],
        }
        for one, several in zip(versions, changes, strict=True)
    ]


def answer_of_all(history: History, versions: Collection[Version], eyes: Eyes | None) -> list[dict[str, Any]]:
    """Return versions with who and why as plain data; with `eyes`, as much as these may see."""
    changes = [changes_of(history, one, eyes) for one in versions]
    wording = Wordings(changes, [one.transaction.user for one in versions], "default")
    return [
        {
            "number": one.number,
            "version": one.version,
            "at": _time(one.transaction.at),
            "act": one.act,
            "origin": one.transaction.origin,
            "by": wording.names.of_user(one.transaction.user) or None,
            "why": one.transaction.why or None,
            "changes": [wording.of(change) for change in several],
        }
        for one, several in zip(versions, changes, strict=True)
    ]


class Wordings:
    """Turns differences into plain data, with the names of what they refer to."""

    def __init__(self, changes: Collection[Collection[Change]], users: Collection[int | None], using: str) -> None:
        """Fetch all names at once."""
        every = [one for several in changes for one in several]
        self.names = Names(every, users, using)
        self.revisions = _revisions(every, using)

    def of(self, change: Change) -> dict[str, Any]:
        """Return one difference: where it is, as a path and in words, and what it was and is."""
        old, new = change.old, change.new
        if change.field is not None:
            old = self._value(change.field, old, change.before)
            new = self._value(change.field, new, change.after)
        else:
            row = self._row(change.row, change.whole)
            old, new = (None, row) if change.kind == "added" else (row, None)
        return {"field": _path(change), "label": label_of(change, self.names), "old": old, "new": new}

    def _row(self, state: State, whole: State | None) -> dict[str, Any]:
        told = {
            _name(state, one): self._value(one, state.values[one.attname], whole)
            for one in state.shape.fields
            if one.attname in state.values
        }
        parts = {
            _PARTS.get(name, name): [self._row(one, whole) for one in rows.values()]
            for name, rows in state.parts.items()
        }
        return {**told, **parts}

    def _value(self, field: "Field[Any, Any]", value: Any, whole: State | None) -> Any:
        model = target_of(field)
        if value in (None, ""):
            return None
        if isinstance(value, datetime):
            return _time(value)
        return value if model is None else self._reference(model, value, whole)

    def _reference(self, model: type[Model], pk: Any, whole: State | None) -> dict[str, Any]:
        if model is Attribution:
            return self._speaker(whole.part(Attribution, pk) if whole else None)
        if model is SourceText:
            return self.revisions.get(pk) or {"id": None, "name": None, "revision": None}
        return {"id": pk if isinstance(pk, int) else str(pk), "name": self.names.known(model, pk)}

    def _speaker(self, attribution: State | None) -> dict[str, Any]:
        """Who a mention names: the speaker that its attribution had in the state that is shown."""
        if attribution is None:
            return {"id": None, "name": None}
        return self._reference(Speaker, attribution.values["speaker_id"], None)


def _path(change: Change) -> str:
    steps: list[str] = []
    for state in [*change.owners, *([change.row] if change.row.shape.owner else [])]:
        key = _KEYS.get(state.shape.model)
        steps += [_PARTS.get(state.shape.name, state.shape.name), str(state.values[key] if key else state.pk)]
    if change.field is not None:
        steps.append(_name(change.row, change.field))
    return "/".join(steps)


def _name(state: State, field: "Field[Any, Any]") -> str:
    return _FIELDS.get((state.shape.model, field.name), field.name)


def _time(at: datetime) -> str:
    return at.strftime(str(api_settings.DATETIME_FORMAT))


def _revisions(changes: Collection[Change], using: str) -> dict[Any, dict[str, Any]]:
    """Source, title and number of the revisions that changes refer to."""
    field: Any = Appearance._meta.get_field("source_text")
    ids = {
        value
        for change in changes
        for state in [*change.owners, change.row]
        if state.shape.model is Appearance
        for value in (state.values.get(field.attname), *([change.old, change.new] if change.field == field else []))
    }
    found = SourceText.objects.using(using).filter(pk__in=ids - {None}).order_by()
    return {
        pk: {"id": str(source), "name": title, "revision": number}
        for pk, source, title, number in found.values_list("pk", "source_id", "source__title", "number")
    }
