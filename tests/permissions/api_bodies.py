"""What a request to each resource of the API has to say, so that only permission can refuse it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from claims.models import Claim, Event, IntensityPhrase, Membership, Role, Speaker, Statement, Topic
from sources.models import Publisher, Source
from tests import factories
from tests.permissions.asking import UnknownAddressError
from tests.permissions.world import Row, World

Body = Callable[[World, Row], dict[str, Any]]


@dataclass(frozen=True)
class Resource:
    """The bodies for one resource: of a new row, of changes by what they change, of operations by name."""

    title: str
    model: type[Model]
    create: Callable[[World], dict[str, Any]]
    changes: Mapping[str, Body]
    operations: Mapping[str, Body] = field(default_factory=dict)
    #: what a list can be asked for besides
    lists: Mapping[str, str] = field(default_factory=dict)

    def operation(self, name: str) -> Body:
        """Return the body of an operation."""
        try:
            return self.operations[name]
        except KeyError:
            raise UnknownAddressError(
                f"{self.title}: say in tests/permissions/api_bodies.py what to send to {name}"
            ) from None


def _nothing(_world: World, _row: Row) -> dict[str, Any]:
    return {}


def _reason(_world: World, _row: Row) -> dict[str, Any]:
    return {"reason": "Because."}


def _always(**members: Any) -> Body:
    return lambda _world, _row: dict(members)


def _new(**members: Any) -> Callable[[World], dict[str, Any]]:
    return lambda _world: dict(members)


def _statement(world: World) -> dict[str, Any]:
    source = world.first(Source, "hidden")
    return {
        "speakers": [{"speaker": str(world.speaker.pk)}],
        "act": "express",
        "appearances": [{"source": str(source), "quotation_type": "direct", "segments": [{"exact": "samedi"}]}],
    }


def _position(world: World, _row: Row) -> dict[str, Any]:
    return {"positions": [{"claim": str(world.first(Claim, "public")), "stance": "denies"}]}


def _partner(world: World, row: Row) -> dict[str, Any]:
    return {"into": str(world.partners[row.pk])}


def _appearance(world: World, row: Row) -> dict[str, Any]:
    return {"appearance": str(world.appearances[row.pk])}


def _kept(world: World, _row: Row) -> dict[str, Any]:
    return {"into": str(world.kept.pk)}


def _kept_topic(world: World, _row: Row) -> dict[str, Any]:
    return {"into": str(world.kept_topic.pk)}


def _names(_world: World, row: Row) -> dict[str, Any]:
    names = Speaker.objects.get(pk=row.pk).names.values_list("name", flat=True)
    return {"name": "Ada Seconde", "names": list(names)}


def _membership(world: World) -> dict[str, Any]:
    return {"speaker": str(world.kept.pk), "role": str(world.first(Role, "hidden")), "start": "2001"}


#: the resources by what follows /api/v1/
BODIES: dict[str, Resource] = {
    "statements": Resource(
        "Statements",
        Statement,
        _statement,
        {"change": _always(act="deny"), "change positions and relations": _position},
        {
            "submit": _nothing,
            "approve": _nothing,
            "publish": _nothing,
            "return": _reason,
            "withdraw": _reason,
            "unite": _partner,
            "reanchor": _appearance,
            "restore": _always(number=1),
        },
        {"list drafts": "?status=draft"},
    ),
    "speakers": Resource(
        "Speakers",
        Speaker,
        _new(name="Eva Nouvelle"),
        {"change": _always(note="x")},
        {"merge": _kept, "split": _names},
    ),
    "sources": Resource(
        "Sources",
        Source,
        _new(title="Neu", language="fr", text="Un texte que personne n’a vu."),
        {"change": _always(translator="Eva")},
        {"revisions": _always(text=f"Encore. {factories.TEXT}")},
    ),
    "publishers": Resource("Publishers", Publisher, _new(name="Neue Gazette"), {"change": _always(country="DE")}),
    "roles": Resource("Roles", Role, _new(labels={"fr": "nouvelle"}), {"change": _always(labels={"fr": "x"})}),
    "memberships": Resource("Memberships", Membership, _membership, {"change": _always(end="2030")}),
    "claims": Resource("Claims", Claim, _new(text={"en": "New."}), {"change": _always(text={"en": "x"})}),
    "topics": Resource(
        "Topics",
        Topic,
        _new(labels={"fr": "neuf"}),
        {"change": _always(labels={"fr": "x"})},
        {"merge": _kept_topic},
    ),
    "events": Resource("Events", Event, _new(name="Neu"), {"change": _always(location="Bern")}),
    "intensity-phrases": Resource(
        "Intensity phrases",
        IntensityPhrase,
        _new(language="fr", phrase="inouï", intensity=3),
        {"change": _always(intensity=3)},
    ),
}

#: what is asked by POST, so that it stands in no log, and changes nothing -> what to ask
QUESTIONS: dict[str, dict[str, Any]] = {"/api/v1/quotes/check/": {"words": factories.WORDS}}


def bodies_of(resource: str) -> Resource:
    """Return what to send to a resource; raise UnknownAddressError where nobody has said it."""
    try:
        return BODIES[resource]
    except KeyError:
        raise UnknownAddressError(
            f"/api/v1/{resource}/: say in tests/permissions/api_bodies.py what to send there"
        ) from None
