"""What the public, and contributors, may see of earlier states: listed fields, and only rows that they see now."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import ForeignKey, Model, Q

from claims.models import (
    Appearance,
    Attribution,
    Claim,
    Event,
    Membership,
    Mention,
    Position,
    Relation,
    Relay,
    Segment,
    Speaker,
    SpeakerName,
    SpeakerSameAs,
    Statement,
    StatementTopic,
    Topic,
    Wording,
)
from claims.models.vocabularies import Status
from claims.services.rights import CHANGE_OTHERS, SEE, seen_statements
from config.access.permissions import Access
from config.history.names import target_of
from config.history.states import Change, State, differences
from config.history.versions import History, Version
from sources.models import Publisher, Source, SourceText

#: What answers for the public say of each kind of row; what is not listed is for curators.
PUBLIC_FIELDS: Mapping[type[Model], Collection[str]] = {
    Statement: {
        "status",
        "said_at",
        "said_at_text",
        "said_at_basis",
        "event",
        "act",
        "cameo",
        "attitude",
        "intensity",
        "intensity_phrase",
        "is_self_reviewed",
        "withdrawn_reason",
        "merged_into",
    },
    Wording: {"language", "text", "is_original", "translator"},
    Attribution: {"speaker", "kind", "membership", "certainty"},
    StatementTopic: {"topic"},
    Appearance: {
        "source_text",
        "quotation_type",
        "language",
        "cue_start",
        "cue_end",
        "cue_exact",
        "is_headline",
        "anchor_state",
    },
    Segment: {"position", "start", "end", "exact", "prefix", "suffix"},
    Mention: {"attribution", "start", "end", "exact", "role_start", "role_end", "role_exact"},
    Relay: {"level", "speaker", "start", "end", "exact"},
    Position: {"claim", "stance"},
    Relation: {"type", "other"},
    Speaker: {"type", "is_named", "name", "country", "part_of", "merged_into", "note"},
    SpeakerName: {"name", "language", "kind"},
    SpeakerSameAs: {"url"},
    Source: {
        "type",
        "title",
        "url",
        "publisher",
        "agency",
        "copy_of",
        "authors",
        "translator",
        "language",
        "published_at",
        "retrieved_at",
        "archived_at",
        "licence",
    },
    SourceText: {"number"},
}

#: Which rows the public may see now.
PUBLIC_ROWS: Mapping[type[Model], Q] = {
    **dict.fromkeys((Speaker, Membership, Event, Topic, Claim, Source, Publisher), Q(is_public=True)),
    SourceText: Q(source__is_public=True),
    Statement: Q(status=Status.PUBLISHED),
}


@dataclass(frozen=True)
class Eyes:
    """Who looks: which fields they are shown (all, without a list), and which rows that others refer to."""

    fields: Mapping[type[Model], Collection[str]] | None
    rows: Mapping[type[Model], Collection[Any]]
    _known: dict[State, State | None] = field(default_factory=dict)

    def see(self, state: State) -> State | None:
        """Return a state as they see it; None where it names what they may not see."""
        return self._seen(state, state)

    def _seen(self, state: State, whole: State) -> State | None:
        """See each row of a kind without parts once; a mention depends on what else there is."""
        if state.parts or state.shape.model is Mention:
            return self._looked_at(state, whole)
        if state not in self._known:
            self._known[state] = self._looked_at(state, whole)
        return self._known[state]

    def _looked_at(self, state: State, whole: State) -> State | None:
        values = {}
        for one in state.shape.fields:
            if self.fields is not None and one.name not in self.fields[state.shape.model]:
                continue
            value = state.values[one.attname]
            if self._is_hidden(one, value, whole):
                if not one.null:
                    return None
                value = None
            values[one.attname] = value
        parts = {
            name: {pk: found for pk, row in rows.items() if (found := self._seen(row, whole)) is not None}
            for name, rows in state.parts.items()
        }
        return State(state.shape, state.pk, values, parts)

    def _is_hidden(self, field: Any, value: Any, whole: State) -> bool:
        model = target_of(field)
        if model is None or value is None:
            return False
        if model is Attribution and self.fields is not None:
            part = whole.parts["attributions"].get(value)
            return part is None or self._seen(part, whole) is None
        return model in self.rows and value not in self.rows[model]


def sees_whole(access: Access, key: Any) -> bool:
    """Tell whether they see all of a statement's history: of any, or of one that is public now or their own.

    Who does not see is told what the public is told.
    """
    if not access.may(SEE) or access.may(CHANGE_OTHERS):
        return access.may(SEE)
    seen_now = Q(status=Status.PUBLISHED) | Q(created_by=access.user)
    return Statement.objects.using("default").filter(seen_now, pk=key).exists()


def eyes_of(history: History, access: Access) -> Eyes | None:
    """Return what somebody who sees all of a statement's history may not see in it, if there is something."""
    return None if access.may(CHANGE_OTHERS) else contributors_eyes(history, access)


def changes_of(history: History, version: Version, eyes: Eyes | None) -> list[Change]:
    """Return what a version changed, as much as these eyes see; all without."""
    if eyes is None:
        return history.changes(version)
    before, after = history.state(history.numbered(version.number - 1)), history.state(version)
    return differences(eyes.see(before) if before else None, eyes.see(after) if after else None)


def public_eyes(history: History, using: str) -> Eyes:
    """Return the eyes of the public: one query for each kind of row that the history refers to."""
    return Eyes(PUBLIC_FIELDS, _seen_rows(history, using, PUBLIC_ROWS))


def contributors_eyes(history: History, access: Access) -> Eyes:
    """Return the eyes of a contributor, who sees all, except other statements that are not public and not theirs."""
    ids = _referred(history, {Statement}).get(Statement, set())
    seen = seen_statements(access).filter(pk__in=ids).order_by().values_list("pk", flat=True)
    return Eyes(None, {Statement: set(seen)})


def _seen_rows(history: History, using: str, which: Mapping[type[Model], Q]) -> Mapping[type[Model], Collection[Any]]:
    return {
        model: set(model._default_manager.using(using).filter(which[model], pk__in=ids).values_list("pk", flat=True))
        for model, ids in _referred(history, which).items()
    }


def _referred(history: History, wanted: Collection[type[Model]]) -> dict[type[Model], set[Any]]:
    """The ids that any state of the history refers to, by model."""
    found: dict[type[Model], set[Any]] = defaultdict(set)
    for shape, rows in history.rows.items():
        keys = [one for one in shape.fields if isinstance(one, ForeignKey) and one.related_model in wanted]
        for row in rows.values():
            for event in row.events:
                for key in keys:
                    found[key.related_model].add(event.values[key.attname])
    return {model: ids - {None} for model, ids in found.items()}
