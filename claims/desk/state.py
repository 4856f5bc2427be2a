"""All that the page shows of a source, and what a decision changed of it."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from claims.desk.cast import cast_of, named_in, number_first, role_name
from claims.desk.items import ADD, Items
from claims.desk.leases import lease_of, lock, name_of
from claims.desk.models import CastMember, Decision
from claims.models import Event, Membership, Speaker, Statement, Topic
from claims.proposals.models import Candidate, Reading
from claims.proposals.services import propose
from claims.proposals.text.names import Mention
from claims.services.rights import CHANGE_OTHERS, PUBLISH, seen_statements
from config.access.permissions import Access
from sources.models import Source, SourceText

LONGEST_WORDS = 200
_NAMED = ("speakers", "relays")


def revision_of(source: UUID, number: int | None = None) -> SourceText | None:
    """Return a revision of a source, the latest unless it is asked for by number; None where there is none."""
    rows = SourceText.objects.filter(source=source).select_related("source__publisher").defer("raw")
    found: SourceText | None = (rows if number is None else rows.filter(number=number)).order_by("-number").first()
    return found


def read_first(revision: SourceText, named: Sequence[Mention] | None = None) -> None:
    """Let an engine read a text that none has read yet, and number its cast; of two at once, one does it.

    `named` are the speakers of the record that the text names, where they are known.
    """
    if Reading.objects.filter(source_text=revision).exists():
        return
    with transaction.atomic():
        lock(revision.source_id)
        if not Reading.objects.filter(source_text=revision).exists():
            propose(revision)
            number_first(revision, named_in(revision.text) if named is None else named)


def state_of(revision: SourceText, access: Access) -> dict[str, Any]:
    """Return the state of a text as one person sees it, in a number of queries that does not grow with it."""
    latest = SourceText.objects.filter(source=revision.source_id).order_by("-number").values_list("pk", "number")[0]
    named = named_in(revision.text)
    if revision.pk == latest[0] and access.may(ADD):
        read_first(revision, named)
    items = Items(revision, access)
    documents = items.documents()
    cast = cast_of(revision, named)
    return {
        "source": _source(revision.source),
        "revision": {
            "id": str(revision.pk),
            "number": revision.number,
            "is_latest": revision.pk == latest[0],
            "latest_number": latest[1],
        },
        "text": revision.text,
        "items": documents,
        "cast": cast,
        **references(documents, access),
        "names": names_besides(documents, [one["id"] for one in cast]),
        "lease": lease_of(revision.source_id, access.user),
        "me": {"id": access.user.pk, "name": name_of(access.user)} if access.user else None,
        "may": {
            "attribute": access.may(ADD),
            "review": access.may(PUBLISH),
            "change_others": access.may(CHANGE_OTHERS),
            "make_speakers": access.may("claims.add_speaker"),
        },
        "counts": items.counts(),
        "open_elsewhere": _open_elsewhere(revision),
        "undoable": undoable(revision, access),
    }


def references(documents: Iterable[dict[str, Any]], access: Access) -> dict[str, Any]:
    """Return the topics, events and statements that Forms of items name by id."""
    forms = [one["form"] for one in documents if "form" in one]
    topics = Topic.objects.in_bulk({UUID(key) for form in forms for key in form.get("topics") or ()})
    events = Event.objects.in_bulk({UUID(form["event"]) for form in forms if form.get("event")})
    named = {UUID(form[name]) for form in forms for name in ("inside", "same_as") if form.get(name)}
    rows = seen_statements(access, Statement.objects.filter(pk__in=named)) if named else Statement.objects.none()
    return {
        "topics": [{"id": str(one.pk), "name": str(one)} for one in topics.values()],
        "events": [{"id": str(one.pk), "name": str(one)} for one in events.values()],
        "statements": [
            {"id": str(one.pk), "words": one.words(LONGEST_WORDS), "label": str(one)}
            for one in rows.prefetch_related("wordings", "attributions__speaker").order_by("id")
        ],
    }


def names_besides(documents: Iterable[dict[str, Any]], known: Iterable[str]) -> dict[str, str]:
    """Return the names of speakers that Forms name and the cast has not, and of the roles that Forms name, by id."""
    forms = [one["form"] for one in documents if "form" in one]
    named = {one["id"] for form in forms for name in _NAMED for one in form.get(name) or () if one["id"]}
    missing = [UUID(key) for key in named - set(known)]
    names = {str(key): name for key, name in Speaker.objects.filter(pk__in=missing).values_list("pk", "name")}
    held = {one["membership"] for form in forms for one in form.get("speakers") or () if one.get("membership")}
    if held:
        roles = Membership.objects.filter(pk__in=[UUID(key) for key in held]).select_related("role", "organization")
        names |= {str(one.pk): role_name(one) for one in roles}
    return names


def undoable(revision: SourceText, access: Access) -> int:
    """Return how many groups of decisions they can take back on a text."""
    rows = Decision.objects.undoable_by(access.user, revision)
    return int(rows.order_by().values("group").distinct().count())


def numbered(revision: SourceText) -> list[str]:
    """Return the ids of the speakers that have a number."""
    return [str(key) for key in CastMember.objects.filter(source=revision.source).values_list("speaker", flat=True)]


def _open_elsewhere(revision: SourceText) -> int:
    """How many candidates are open in other revisions of the source."""
    others = Candidate.objects.filter(source_text__source=revision.source_id).exclude(source_text=revision)
    return int(others.open().count())


def _source(source: Source) -> dict[str, Any]:
    return {
        "id": str(source.pk),
        "title": source.title,
        "url": source.url,
        "published_at": source.published_at,
        "language": source.language,
        "publisher": source.publisher.name if source.publisher else None,
        "admin_url": reverse("admin:sources_source_change", args=[source.pk]),
        "api_url": reverse("source-detail", args=[source.pk]),
    }
