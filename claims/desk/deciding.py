"""Taking a decision once: its key is kept with the answer, in the transaction of the act, and answers again."""

import hashlib
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from claims.desk import leases
from claims.desk.cast import cast_of, named_in
from claims.desk.decisions import DECISIONS
from claims.desk.decisions.base import Asked, Desk, Done, Spent
from claims.desk.items import Items
from claims.desk.models import Decision
from claims.desk.state import names_besides, numbered, references, undoable
from claims.models import Statement
from config.access.permissions import Access
from config.history.acting import Origin, acting
from config.http import problems
from config.writing.serializers import Choice, Number, WriteSerializer, read_id
from config.writing.transaction import write
from sources.models import SourceText
from sources.models.fields import uuid7

KEPT_FOR = timedelta(days=30)
#: of so many decisions, one clears away what is older than it must be
CLEARED_ONCE_IN = 100
#: what is measured is a person at work; more than that is a page left open
MOST_COUNTED = 100_000
MOST_MILLISECONDS = 24 * 60 * 60 * 1000

# The unique index lets a second one wait for the first's transaction.
_TAKE = """
INSERT INTO desk_decision (id, user_id, key, source_text_id, "group", name, fingerprint, answer, is_undone, decided_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, '{}', false, %s)
ON CONFLICT (user_id, key) DO NOTHING
RETURNING id
"""


class Uuid(serializers.UUIDField):
    """An id."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            raise serializers.ValidationError(_("It must be an id, a UUID."))
        return read_id(data)


class Members(serializers.Field):  # type: ignore[type-arg]  # no generic when it runs
    """A JSON object that somebody else reads."""

    def to_internal_value(self, data: Any) -> Mapping[str, Any]:
        if not isinstance(data, Mapping):
            raise serializers.ValidationError(_("It must be a JSON object."))
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class SpentBody(WriteSerializer):
    """What a decision took."""

    keys = Number(min_value=0)
    clicks = Number(min_value=0)
    milliseconds = Number(min_value=0)


class DecisionBody(WriteSerializer):
    """A decision as the page sends it, with `as` and `with` besides, whose names Python has for itself."""

    key = Uuid()
    group = Uuid()
    revision = Uuid()
    about = Uuid(allow_null=True)
    seen = Number(min_value=1, allow_null=True)
    do = Choice(choices=[(name, name) for name in DECISIONS])
    effort = SpentBody(allow_null=True, required=False, default=None)

    def get_fields(self) -> Any:
        return {**super().get_fields(), "as": Number(min_value=1), "with": Members()}


@dataclass(frozen=True)
class Sent:
    """A request that was read: the decision, the text it is on, and a hash of the whole."""

    asked: Asked
    source: UUID
    revision: UUID
    fingerprint: bytes


def read(source: UUID, body: Any, access: Access) -> Sent:
    """Return what a body asks for; raise ProblemError: 400 for what it is not, 409 where another person is meant."""
    given = DecisionBody.validated(body)
    check_person(given["as"], access)
    spent = given["effort"]
    asked = Asked(
        key=given["key"],
        group=given["group"],
        about=given["about"],
        seen=given["seen"],
        do=given["do"],
        given=given["with"],
        effort=_spent(spent) if spent else None,
    )
    told = json.dumps([str(source), body], sort_keys=True)
    return Sent(asked, source, given["revision"], hashlib.sha256(told.encode()).digest())


def check_person(meant: int, access: Access) -> None:
    """Raise ProblemError (409 person) where the page was made for somebody else than who is signed in by now."""
    if access.user is None or meant != access.user.pk:
        raise problems.ProblemError(
            problems.CONFLICT,
            _("Somebody else is signed in by now: this was decided by another person, and is not saved."),
            members={"kind": "person"},
        )


def latest_number(source: UUID) -> int | None:
    """Return the number of the latest text of a source, None where it has none."""
    numbers = SourceText.objects.filter(source=source).order_by("-number").values_list("number", flat=True)
    found: int | None = numbers.first()
    return found


def decide(sent: Sent, access: Access) -> tuple[dict[str, Any], bool]:
    """Return the answer to a decision, and whether it was given before; nothing is done twice, or by half.

    Its member `told` (`base.Told`, or null) is for the next page, and none of what the browser is answered.
    Rows are locked in one order: that of the key, that of the source (`leases.check`: decisions on one source are taken
    one behind the other), candidates, the text, statements. What was decided on a text that a newer one replaced
    meanwhile is done there all the same: the page may have been without a network, and is read only once it knows.
    Raise ProblemError: 404 where the text is not there, 422 for a key of another decision, 409 with `kind`, 403, 400.
    """

    def perform() -> tuple[dict[str, Any], bool]:
        with acting(origin=Origin.ADMIN, user=access.user.pk if access.user else None):
            return _once(sent, access)

    try:
        answer, is_repeated = write(perform, access=access, model=Statement)
    except problems.ProblemError as error:
        # what the database refuses cannot be done as things stand
        if error.problem is problems.CONFLICT:
            error.members = {"kind": "step", **error.members}
        raise
    _clear_old()
    return answer, is_repeated


def _once(sent: Sent, access: Access) -> tuple[dict[str, Any], bool]:
    rows = SourceText.objects.select_related("source").defer("raw")
    revision = rows.filter(pk=sent.revision, source=sent.source).first()
    if revision is None:
        raise problems.ProblemError(
            problems.NOT_FOUND, _("This source is not there any more: it was removed."), members={"kind": "source"}
        )
    if not _is_taken(sent, access):
        return _stored(sent, access), True
    leases.check(sent.source, access.user)
    desk = Desk(revision, access, Items(revision, access))
    before = desk.items.all_found_out()
    done = DECISIONS[sent.asked.do](desk, sent.asked)
    mine = Decision.objects.filter(user=access.user, key=sent.asked.key)
    if done.undo is not None:
        mine.update(undo=done.undo)
    desk.items.forget()
    after = desk.items.all_found_out()
    done.changed += [key for key in {**before, **after} if before.get(key) != after.get(key)]
    answer = _in_order(_answer(desk, done))
    mine.update(answer=answer)
    return answer, False


def _is_taken(sent: Sent, access: Access) -> bool:
    """Whether the key is ours now; another sender of the same is waited for."""
    asked, user = sent.asked, access.user.pk if access.user else None
    values = [uuid7(), user, asked.key, sent.revision, asked.group, asked.do, sent.fingerprint, timezone.now()]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        return cursor.fetchone() is not None


def _stored(sent: Sent, access: Access) -> dict[str, Any]:
    row = Decision.objects.get(user=access.user, key=sent.asked.key)
    if bytes(row.fingerprint) != sent.fingerprint:
        raise problems.ProblemError(problems.KEY_REUSED, "")
    return _in_order(row.answer)


def _in_order(answer: dict[str, Any]) -> dict[str, Any]:
    """The same word for word, whether it was stored meanwhile or not."""
    same: dict[str, Any] = json.loads(json.dumps(answer, cls=DjangoJSONEncoder, sort_keys=True))
    return same


def _answer(desk: Desk, done: Done) -> dict[str, Any]:
    documents = desk.items.documents(desk.items.with_twins(done.changed))
    named = named_in(desk.revision.text) if done.cast else []
    return {
        "items": documents,
        "removed": [str(key) for key in done.removed],
        "versions": {one["id"]: one["version"] for one in documents if "version" in one},
        "cast": cast_of(desk.revision, named, only=done.cast) if done.cast else [],
        **references(documents, desk.access),
        "names": names_besides(documents, numbered(desk.revision)),
        "counts": desk.items.counts(),
        "undoable": undoable(desk.revision, desk.access),
        "undone": done.undone,
        "message": done.message,
        "refused": [{"item": str(key), "sentence": sentence} for key, sentence in done.refused],
        "next": done.next,
        "told": done.told,
        "latest_number": latest_number(desk.revision.source_id),
        "lease": leases.lease_of(desk.revision.source_id, desk.access.user),
    }


def _spent(given: Mapping[str, int]) -> Spent:
    return Spent(
        keys=min(given["keys"], MOST_COUNTED),
        clicks=min(given["clicks"], MOST_COUNTED),
        milliseconds=min(given["milliseconds"], MOST_MILLISECONDS),
    )


def _clear_old() -> None:
    """Now and then, delete the decisions that are kept for long enough."""
    if random.randrange(CLEARED_ONCE_IN) == 0:  # noqa: S311 no secret
        with transaction.atomic():
            Decision.objects.filter(decided_at__lt=timezone.now() - KEPT_FOR).delete()
