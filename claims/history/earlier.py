"""The rows of an earlier version as they can be written now: what they name must be there still."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import ForeignKey, Model
from django.utils.translation import gettext as _

from claims.models import Attribution, Membership, Mention, Speaker, StatementTopic, Topic
from claims.services.reviewing import TransitionRefusedError
from config.history.states import State
from sources.models.fields import uuid7

#: what is followed to the living ones
MERGED: tuple[type[Speaker] | type[Topic], ...] = (Speaker, Topic)


class RestoreRefusedError(TransitionRefusedError):
    """This version cannot be made the present one; the message says why and what would help."""


def written(state: State) -> dict[str, Any]:
    """Return the columns of a row that are written; the database finds out where words are in the latest revision."""
    return {name: value for name, value in state.values.items() if name != "anchor_state"}


class EarlierRows:
    """The rows of a state by model: columns by name, speakers and topics followed to the living ones."""

    def __init__(self, state: State) -> None:
        """Read what the state names; raise RestoreRefusedError for what is gone."""
        self.root = state
        self._rows: dict[type[Model], list[dict[str, Any]]] = defaultdict(list)
        for one in state.walk():
            self._rows[one.shape.model].append(written(one))
        self._shapes = list(state.shape)
        self._living = {old: now for model in MERGED for old, now in _living(model, self._named(model)).items()}
        self._check_there()
        for rows in self._rows.values():
            for row in rows:
                self._follow(row)
        if Attribution in self._rows:
            self._check_roles()
            self._leave_out_twins()
        if StatementTopic in self._rows:
            self._leave_out_twin_topics()

    @property
    def own(self) -> dict[str, Any]:
        """The columns of the whole itself."""
        return self._rows[self.root.shape.model][0]

    def of(self, model: type[Model]) -> list[dict[str, Any]]:
        """Return the rows of one kind, columns by name."""
        return self._rows[model]

    def give_new_ids(self, model: type[Model], taken: Collection[Any]) -> None:
        """Give rows another id whose own belongs to a row of another whole by now, and let their parts follow."""
        new = {one: uuid7() if isinstance(one, UUID) else None for one in taken}
        for row in self._rows[model]:
            row["id"] = new.get(row["id"], row["id"])
        for shape in self._shapes:
            for key in _keys_to(shape.model, model):
                for row in self._rows[shape.model]:
                    row[key] = new.get(row[key], row[key])

    def _named(self, model: type[Model]) -> set[Any]:
        """The ids of rows of a model that rows of the state refer to."""
        return {
            row[key]
            for shape in self._shapes
            for key in _keys_to(shape.model, model)
            for row in self._rows[shape.model]
            if row.get(key) is not None
        }

    def _check_there(self) -> None:
        inside = {shape.model for shape in self._shapes}
        models = {one.related_model for shape in self._shapes for one in _references(shape.model)} - inside - {*MERGED}
        for model in models:
            named = self._named(model)
            found = model._default_manager.filter(pk__in=named).values_list("pk", flat=True) if named else []
            if gone := named - set(found):
                raise _gone(model, gone)

    def _follow(self, row: dict[str, Any]) -> None:
        for name, value in row.items():
            if name != "id" and isinstance(value, UUID) and value in self._living:
                row[name] = self._living[value]

    def _check_roles(self) -> None:
        """A role belongs to its speaker; one that went to another speaker since cannot be taken."""
        roles = [row for row in self._rows[Attribution] if row["membership_id"] is not None]
        held = dict(
            Membership.objects.filter(pk__in=[row["membership_id"] for row in roles]).values_list("pk", "speaker")
        )
        if any(held[row["membership_id"]] != row["speaker_id"] for row in roles):
            raise RestoreRefusedError(
                _("This version names a role that another speaker holds by now: change the draft by hand.")
            )

    def _leave_out_twins(self) -> None:
        """Keep once what two speakers had the same part in that are one by now."""
        kept: dict[Any, Any] = {}
        stands_for = {}
        for row in self._rows[Attribution]:
            first = kept.setdefault((row["speaker_id"], row["kind"]), row)
            stands_for[row["id"]] = first["id"]
        self._rows[Attribution] = list(kept.values())
        mentions: dict[Any, Any] = {}
        for row in self._rows[Mention]:
            row["attribution_id"] = stands_for[row["attribution_id"]]
            mentions.setdefault((row["appearance_id"], row["attribution_id"]), row)
        self._rows[Mention] = list(mentions.values())

    def _leave_out_twin_topics(self) -> None:
        """Keep once what were two topics that are one by now."""
        kept: dict[Any, Any] = {}
        for row in self._rows[StatementTopic]:
            kept.setdefault(row["topic_id"], row)
        self._rows[StatementTopic] = list(kept.values())


def _references(model: type[Model]) -> "list[ForeignKey[Any, Any]]":
    """The keys of a model to what curators enter; accounts are none of it."""
    return [one for one in model._meta.local_fields if isinstance(one, ForeignKey) and one.editable]


def _keys_to(model: type[Model], other: type[Model]) -> list[str]:
    return [one.attname for one in _references(model) if one.related_model is other]


def _living(model: type[Speaker] | type[Topic], ids: set[Any]) -> dict[Any, Any]:
    """The living row of each: itself, or the one it was merged into; raise for a deleted one."""
    there = set(model._default_manager.filter(pk__in=ids).values_list("pk", flat=True))
    if gone := ids - there:
        raise _gone(model, gone)
    given = list(ids)
    return dict(zip(given, model.objects.living(given, only_public=False), strict=True))


def _gone(model: Any, ids: set[Any]) -> RestoreRefusedError:
    return RestoreRefusedError(
        _("This version names what was deleted since (%(kind)s %(ids)s): enter it again, or change the draft by hand.")
        % {"kind": model._meta.verbose_name, "ids": ", ".join(sorted(map(str, ids)))}
    )
