"""Items: what stands in a text, candidate or statement, as one list in reading order."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Max, Min
from django.urls import reverse
from django.utils.translation import gettext as _

from claims.desk.recorded import Form, forms_of, hull_of, living_forms
from claims.models import Appearance, Mention, Statement
from claims.models.vocabularies import Status
from claims.proposals.models import Candidate, CandidateState
from claims.proposals.text.names import NO_NAMES, words
from claims.services.authorship import approvable
from claims.services.rights import PUBLISH, may_change, seen_statements
from claims.text.intensity import fold
from claims.text.spans import Span
from config.access.permissions import Access
from config.http import problems
from sources.models import SourceText

ADD = "claims.add_statement"
HIDDEN = "hidden"
#: members of a Form that name another statement
STATEMENTS = ("inside", "same_as")


@dataclass(eq=False)
class Found:
    """One item: the candidate, the appearance in this text, or both; `statement` is that of the appearance.

    `is_seen` is false for the draft of somebody else that they may not see.
    """

    candidate: Candidate | None
    appearance: Appearance | None
    is_seen: bool = True

    @property
    def statement(self) -> Statement | None:
        """The statement that it is by now, None for a candidate."""
        return self.appearance.statement if self.appearance else None

    @property
    def id(self) -> UUID:
        """The candidate's id; that of the appearance where no candidate stands for it."""
        key: UUID = self.candidate.pk if self.candidate else self._quoted.pk
        return key

    @property
    def version(self) -> int:
        """A number that grows whatever becomes of the item: candidate, draft, candidate again, another draft."""
        versions = [one.version for one in (self.candidate, self.statement) if one]
        return sum(versions)

    @property
    def state(self) -> str:
        """How far it is: open, rejected, covered, or the status of the statement; `hidden` where they see no more."""
        if not self.is_seen:
            return HIDDEN
        if self.statement:
            return str(self.statement.status)
        # its draft was deleted elsewhere
        is_orphan = self._proposed.state == CandidateState.ACCEPTED
        return str(CandidateState.OPEN if is_orphan else self._proposed.state)

    @property
    def hull(self) -> Span:
        """From where to where its words stand."""
        if self.appearance:
            quoted: Any = self.appearance
            return Span(quoted.first, quoted.last)
        chosen = self._proposed.choices.get("segments")
        return hull_of(chosen) if chosen else Span(self._proposed.start, self._proposed.end)

    @property
    def form(self) -> Form:
        """What is guessed and chosen of a candidate."""
        one = self._proposed
        return {"segments": [[one.start, one.end]], **one.guess, **one.choices}

    @property
    def _proposed(self) -> Candidate:
        if self.candidate is None:
            raise TypeError("no candidate stands for this item")
        return self.candidate

    @property
    def _quoted(self) -> Appearance:
        if self.appearance is None:
            raise TypeError("this item is no statement")
        return self.appearance


class Items:
    """The items of a revision, as one person sees them; read once, until `forget`."""

    def __init__(self, revision: SourceText, access: Access) -> None:
        self.revision, self.access = revision, access

    def candidate(self, key: UUID, lock: bool = True) -> Candidate | None:
        """Return the candidate of this text that has this id; None where there is none."""
        rows = Candidate.objects.filter(source_text=self.revision)
        return (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=key).first()

    def get(self, key: UUID) -> Found:
        """Return an item, its rows locked; raise ProblemError (404) where there is none of this id."""
        found = self._named(key)
        if found.statement is None:
            return self._locked_candidate(found)
        seen = found.statement.version
        statement = Statement.objects.select_for_update(no_key=True).filter(pk=found.statement.pk).first()
        if statement is None or statement.version != seen:
            self.forget()
            found = self._named(key)
        if found.appearance and statement:
            found.appearance.statement = statement
        return self._locked_candidate(found)

    def all(self) -> list[Found]:
        """Return all items in reading order, not locked."""
        return self._read

    def of_statement(self, key: UUID) -> Found | None:
        """Return the item of a statement that appears in this text, not locked."""
        return next((one for one in self._read if one.statement and one.statement.pk == key), None)

    def with_twins(self, keys: Iterable[UUID]) -> list[UUID]:
        """Return ids of items, and of those that are the same statement elsewhere in the text: they change as one."""
        changed = list(keys)
        statements = {one.statement.pk for one in self._read if one.statement and one.id in changed}
        return changed + [one.id for one in self._read if one.statement and one.statement.pk in statements]

    def document(self, key: UUID) -> dict[str, Any]:
        """Return an item as the page gets it."""
        return self.documents([key])[0]

    def documents(self, keys: Iterable[UUID] | None = None) -> list[dict[str, Any]]:
        """Return items as the page gets them; all in reading order, or those of these ids that there are."""
        by_id = {one.id: one for one in self._read}
        rows = self._read if keys is None else [by_id[key] for key in dict.fromkeys(keys) if key in by_id]
        seen = [one for one in rows if one.is_seen]
        forms = self.forms(seen)
        guesses = self._as_seen(
            [{**one.candidate.guess, **self.found_out(one)} if one.candidate else {} for one in seen]
        )
        guessed = {one.id: guess for one, guess in zip(seen, guesses, strict=True)}
        reviewable = self._approvable(seen)
        return [
            self._document(one, forms[one.id], guessed[one.id], reviewable) if one.is_seen else _hidden(one)
            for one in rows
        ]

    def forms(self, rows: Iterable[Found]) -> dict[UUID, Form]:
        """Return what is guessed, chosen or recorded of items, by their ids."""
        quoted = {one.id: one.appearance for one in rows if one.appearance}
        recorded = forms_of(list(quoted.values()), among=self._seen_statements)
        proposed = [one for one in rows if not one.appearance]
        living = living_forms([{**one.form, **self.found_out(one)} for one in proposed])
        forms = {
            **{key: recorded[appearance.pk] for key, appearance in quoted.items()},
            **{one.id: form for one, form in zip(proposed, living, strict=True)},
        }
        return dict(zip(forms, self._as_seen(list(forms.values())), strict=True))

    def found_out(self, one: Found) -> Form:
        """Return the speakers guessed of an open item where the record did not have their names when the text was read.

        They are whom other items of the text say that these names print; {} where that tells nothing more.
        """
        candidate = one.candidate
        if candidate is None or one.state != CandidateState.OPEN or "speakers" in candidate.choices:
            return {}
        rows = candidate.guess.get("speakers") or []
        there = {row["id"] for row in rows}
        speakers = []
        for row in rows:
            key = row["id"] or self._printed.get(self._name_in(row))
            speakers.append({**row, "id": key if row["id"] or key not in there else None})
            there.add(key)
        return {"speakers": speakers} if speakers != rows else {}

    def all_found_out(self) -> dict[UUID, Form]:
        """Return the speakers found out of all open items, by their ids."""
        return {one.id: found for one in self._read if (found := self.found_out(one))}

    def _as_seen(self, forms: list[Form]) -> list[Form]:
        """Leave out of Forms the statements that they may not see."""
        named = {UUID(form[name]) for form in forms for name in STATEMENTS if form.get(name)}
        if not named:
            return forms
        rows = seen_statements(self.access, Statement.objects.filter(pk__in=named))
        seen = {str(key) for key in rows.order_by().values_list("pk", flat=True)}
        return [
            {name: None if name in STATEMENTS and value not in seen else value for name, value in form.items()}
            for form in forms
        ]

    def counts(self) -> dict[str, int]:
        """Return how many they see of each state; what is approved is not counted as in review."""
        counts = dict.fromkeys(["open", "draft", "in_review", "approved", "published"], 0)
        for one in self._read:
            state = "approved" if _is_approved(one) else one.state
            if state in counts:
                counts[state] += 1
        return counts

    def forget(self) -> None:
        """Forget what was read: it was changed."""
        self.__dict__.pop("_read", None)
        self.__dict__.pop("_printed", None)

    def _named(self, key: UUID) -> Found:
        for one in self._read:
            if key in {one.id, one.appearance.pk if one.appearance else None}:
                return one
        raise problems.ProblemError(problems.NOT_FOUND, _("It is not there any more: it was removed meanwhile."))

    def _locked_candidate(self, found: Found) -> Found:
        if found.candidate is not None:
            found.candidate = self.candidate(found.candidate.pk) or found.candidate
        return found

    @cached_property
    def _read(self) -> list[Found]:
        candidates = list(Candidate.objects.filter(source_text=self.revision).in_reading_order())
        appearances = list(
            Appearance.objects.filter(source_text=self.revision, statement__merged_into=None)
            .select_related("statement")
            .annotate(first=Min("segments__start"), last=Max("segments__end"))
            .filter(first__isnull=False)
            .order_by("id")
        )
        here = Statement.objects.filter(appearances__source_text=self.revision)
        seen = set(seen_statements(self.access, here).order_by().values_list("pk", flat=True))
        rows = [
            Found(candidate, appearance, appearance is None or appearance.statement_id in seen)
            for candidate, appearance in _paired(candidates, appearances)
        ]
        return sorted(rows, key=lambda one: (one.hull.start, -one.hull.end, one.id))

    @cached_property
    def _printed(self) -> dict[str, str]:
        """Whom names print, by what is chosen and recorded here; without those that it says to be of several."""
        proposed = [one.candidate for one in self._read if one.candidate and not one.statement]
        chosen = [row for one in proposed for row in one.choices.get("speakers") or () if row["id"]]
        quoted = [one.appearance for one in self._read if one.appearance and one.is_seen]
        recorded = Mention.objects.filter(appearance__in=quoted).order_by()
        found: dict[str, set[str]] = defaultdict(set)
        for name, key in [
            *((self._name_in(row), row["id"]) for row in chosen),
            *((_name(exact), str(key)) for exact, key in recorded.values_list("exact", "attribution__speaker")),
        ]:
            found[name].add(key)
        return {name: keys.pop() for name, keys in found.items() if name and len(keys) == 1}

    def _name_in(self, row: Form) -> str:
        return _name(Span(*row["mention"]).words(self.revision.text)) if row.get("mention") else ""

    @property
    def _seen_statements(self) -> list[UUID]:
        return [one.statement.pk for one in self._read if one.statement and one.is_seen]

    def _approvable(self, rows: list[Found]) -> set[UUID]:
        if not self.access.may(PUBLISH):
            return set()
        waiting = [one.statement for one in rows if one.statement and one.statement.status == Status.IN_REVIEW]
        user: Any = self.access.user
        return approvable([one for one in waiting if not one.reviewed_by_id], user)

    def _document(self, one: Found, form: Form, guessed: Form, reviewable: set[UUID]) -> dict[str, Any]:
        statement, candidate = one.statement, one.candidate
        return {
            "id": str(one.id),
            "start": one.hull.start,
            "end": one.hull.end,
            "state": one.state,
            "version": one.version,
            "statement": str(statement.pk) if statement else None,
            "may_change": (
                statement.is_editable and may_change(self.access, statement) if statement else self.access.may(ADD)
            ),
            "may_review": statement is not None and statement.pk in reviewable,
            "is_approved": _is_approved(one),
            "returned_reason": statement.returned_reason if statement else "",
            "engine": candidate.engine if candidate else "",
            "score": candidate.score if candidate else 0,
            "form": form,
            "guessed": guessed,
            "is_found_out": bool(self.found_out(one)),
            "admin_url": reverse("admin:claims_statement_change", args=[statement.pk]) if statement else None,
            "link": form.get("same_as"),
        }


def _paired(
    candidates: list[Candidate], appearances: list[Appearance]
) -> Iterator[tuple[Candidate | None, Appearance | None]]:
    """Yield candidates with the appearances that they stand for: that of their statement, or of exactly their words."""
    free = {one.pk: one for one in appearances}
    by_hull: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    by_statement: dict[UUID, list[Any]] = defaultdict(list)
    quoted: list[Any] = list(appearances)
    for one in quoted:
        by_hull[one.first, one.last].append(one)
        by_statement[one.statement_id].append(one)
    pairs: dict[UUID, Any] = {}

    def pair(candidate: Candidate, wanted: Iterable[Any]) -> None:
        match = next((one for one in wanted if one.pk in free), None)
        if match is not None and candidate.pk not in pairs:
            pairs[candidate.pk] = free.pop(match.pk)

    accepted = [one for one in candidates if one.statement_id]
    for one in accepted:
        mine = by_hull[one.start, one.end]
        pair(one, (other for other in mine if other.statement_id == one.statement_id))
    for one in accepted:
        pair(one, by_statement[one.statement_id])  # type: ignore[index]  # those that have one
    for one in candidates:
        pair(one, by_hull[one.start, one.end])
    for one in candidates:
        # words that are a statement already are not put forward beside it
        if one.pk in pairs or not by_hull[one.start, one.end]:
            yield one, pairs.get(one.pk)
    for appearance in free.values():
        yield None, appearance


def _name(printed: str) -> str:
    """A printed name as it is compared; "" for words that name nobody ("a resident"), who may be somebody else."""
    is_name = any(one.is_capital and one.folded not in NO_NAMES for one in words(printed))
    return " ".join(fold(printed).split()) if is_name else ""


def _hidden(one: Found) -> dict[str, Any]:
    return {"id": str(one.id), "start": one.hull.start, "end": one.hull.end, "state": HIDDEN}


def _is_approved(one: Found) -> bool:
    statement = one.statement
    return bool(
        one.is_seen and statement and statement.status == Status.IN_REVIEW and statement.reviewed_by_id is not None
    )
