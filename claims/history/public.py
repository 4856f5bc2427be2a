"""The history that the public reads: what it was shown, and when that changed; nothing of what happened between."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from claims.history.seen import Eyes
from claims.models.vocabularies import Status
from config.history.states import State
from config.history.versions import CHANGE, CREATE, History, Transaction, Version

#: acts that the public is told of by name; any other is a change
TOLD = {"merge", "split", "unite", "reanchor"}
_OF_THE_STATUS = ["status", "withdrawn_reason", "merged_into_id"]


@dataclass(frozen=True)
class PublicVersion:
    """What the public was shown from a moment on, and what it was shown before."""

    number: int
    act: str
    transaction: Transaction
    why: str
    before: State | None
    after: State


def of_statement(history: History, eyes: Eyes) -> list[PublicVersion]:
    """Return the public versions of a statement, oldest first: each publication, and what changed while it was public.

    While it is withdrawn, only that is public. While it is a draft again, nothing is: what was corrected then becomes
    one version when it is published anew.
    """
    return list(_numbered(_of_statement(history, eyes)))


def of_named(history: History, eyes: Eyes) -> list[PublicVersion]:
    """Return the public versions of a speaker or a source, oldest first.

    The first is as it was when it became public.
    """
    moments = list(_moments(history))
    return list(_numbered(_of_named(moments[_last_hidden(moments) :], eyes)))


@dataclass(frozen=True)
class _Moment:
    """What the database held from the end of a transaction on, whatever went on inside; `act` is told to the public."""

    transaction: Transaction
    act: str
    state: State


_Shown = tuple[str, Transaction, str, State]


def _moments(history: History) -> Iterator[_Moment]:
    together: dict[tuple[Any, ...], list[Version]] = defaultdict(list)
    for version in history.versions:
        together[version.transaction.moment].append(version)
    for versions in together.values():
        state = history.state(versions[-1])
        if state is not None:
            act = next((one.act for one in versions if one.act in TOLD), CHANGE)
            yield _Moment(versions[-1].transaction, act, state)


def _of_statement(history: History, eyes: Eyes) -> Iterator[_Shown]:
    shown: State | None = None
    for moment in _moments(history):
        seen = _seen(moment.state, shown, eyes)
        if seen is not None:
            yield _act_of(shown, seen, moment.act), moment.transaction, seen.values["withdrawn_reason"], seen
            shown = seen


def _seen(state: State, shown: State | None, eyes: Eyes) -> State | None:
    """What the public sees of a statement now; None while it is on its way to be published."""
    status = state.values["status"]
    if status not in {Status.PUBLISHED, Status.WITHDRAWN}:
        return None
    seen = eyes.see(state)
    if seen is None or status == Status.PUBLISHED:
        return seen
    # what was withdrawn before there was a history is known by no more than that
    kept = {name: shown.values[name] if shown else None for name in seen.values}
    parts: Mapping[str, Any] = shown.parts if shown else {name: {} for name in seen.parts}
    return State(seen.shape, seen.pk, {**kept, **{name: seen.values[name] for name in _OF_THE_STATUS}}, parts)


def _act_of(shown: State | None, seen: State, told: str) -> str:
    after = seen.values["status"]
    if shown is not None and after == shown.values["status"]:
        return told
    if after == Status.PUBLISHED:
        return "publish"
    return "unite" if told == "unite" else "withdraw"


def _of_named(moments: list[_Moment], eyes: Eyes) -> Iterator[_Shown]:
    for place, moment in enumerate(moments):
        seen = eyes.see(moment.state)
        if seen is not None:
            yield (moment.act if place else CREATE), moment.transaction, "", seen


def _last_hidden(moments: list[_Moment]) -> int:
    """Where the last state is that was entered before the row became public, which is no change by itself."""
    first = next((place for place, one in enumerate(moments) if one.state.values["is_public"]), len(moments))
    return max(first - 1, 0)


def _numbered(found: Iterator[_Shown]) -> Iterator[PublicVersion]:
    """Leave out what shows nothing new to the public, and number the rest."""
    before: State | None = None
    number = 0
    for act, transaction, why, after in found:
        if before is not None and _is_same(before, after):
            continue
        number += 1
        yield PublicVersion(number, act, transaction, why, before, after)
        before = after


def _is_same(one: State, other: State) -> bool:
    if one is other:
        return True
    return one.values == other.values and all(
        rows.keys() == other.parts[name].keys()
        and all(_is_same(row, other.parts[name][pk]) for pk, row in rows.items())
        for name, rows in one.parts.items()
    )
