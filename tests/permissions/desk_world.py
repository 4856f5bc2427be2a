"""What stands on the desk while it is measured: items in each state, each in a text of its own that an engine read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from claims.desk.intake.bringing import take_in
from claims.desk.models import Decision, Intake, Work
from claims.models import Statement
from claims.proposals.models import Candidate, CandidateState, Reading
from claims.services.reviewing import approve, publish, return_to_draft, submit, withdraw
from config.access.roles import Role
from sources.models import SourceText
from sources.models.fields import uuid7
from tests import factories
from tests.permissions.admin_forms import Data, drawn
from tests.permissions.world import ENTERING, Person, Row, account

#: words of the text that nobody marked
UNMARKED = "livraisons d’armement"
UNREAD, HELD_BY_ANOTHER, OLDER, ANOTHER_PERSON = (
    "a text that nobody has read yet",
    "open (somebody else has the source)",
    "open (in an older text)",
    "open (decided by who was signed in before)",
)
BRINGING_IN = [Role.CURATOR, Role.REVIEWER]
Keep = Callable[[Statement], Any]


@dataclass(frozen=True)
class Place(Row):
    """An item in its text, in the version that everybody saw; or a text alone."""

    source: UUID | None = None
    revision: UUID | None = None
    version: int | None = None
    statement: UUID | None = None


class DeskWorld:
    """Everything that somebody may have before them; made once, changed by nobody."""

    def __init__(self, people: dict[str, Person]) -> None:
        self.people = people
        self.author = factories.user("somebody else")
        self.second = account("second", Role.REVIEWER)
        self.speaker = factories.speaker("Ada Siège")
        self.hidden = factories.speaker("Ida Cachée du siège")
        self.public = factories.published(speakers=[self.speaker])
        self._read(self.public.appearances.get().source_text)
        #: whose, "" for somebody else's -> a draft of the same speaker in a text of its own
        self.partners: dict[str, UUID] = {}
        self.statements = self._make_statements()
        self.texts, self.candidates = self._make_candidates()
        self.decided = self._make_decided()
        self.apart = self._make_apart()
        self.unread = self._text(factories.source(), UNREAD)
        self.forms: dict[UUID, Data] = {}
        self.intakes = self._make_intakes()

    def _make_candidates(self) -> tuple[list[Place], list[Place]]:
        """One text with a candidate in each state."""
        text = factories.source()
        places = [
            self._candidate(text, words, state)
            for words, state in (
                (factories.WORDS, CandidateState.OPEN),
                ("Tokyo a rapporté", CandidateState.REJECTED),
                ("samedi", CandidateState.COVERED),
            )
        ]
        self._read(text)
        return [self._text(text)], places

    def _make_apart(self) -> list[Place]:
        """Open candidates on which nobody can decide here and now."""
        held, old, plain = (factories.source() for _ in range(3))
        places = [
            self._candidate(text, factories.WORDS, CandidateState.OPEN, told)
            for text, told in ((held, HELD_BY_ANOTHER), (old, OLDER), (plain, ANOTHER_PERSON))
        ]
        until = timezone.now() + timedelta(days=1)
        Work.objects.create(source=held.source, leased_by=self.second, leased_since=timezone.now(), leased_until=until)
        newer = f"Plus tard. {old.text}"
        for text in (held, old, plain, SourceText.objects.create(source=old.source, number=2, raw=b"", text=newer)):
            self._read(text)
        return places

    def _make_statements(self) -> list[Place]:
        places = []
        for owner, user in [("", self.author), *((str(role), self.people[role].user) for role in ENTERING)]:
            self.partners[owner] = self._statement(user, self._nothing).pk
            for state, keep in self._states().items():
                places.append(self._place(self._statement(user, keep), state, owner))
        return places

    def _states(self) -> dict[str, Keep]:
        return {
            "draft": self._nothing,
            "in review": self._submit,
            "approved": self._approve,
            "published": self._publish,
            "withdrawn": self._withdraw,
            "withdrawn and being corrected": self._correct,
        }

    def _statement(self, user: Any, keep: Keep) -> Statement:
        text = factories.source()
        statement = factories.draft(speakers=[self.speaker], revision=text, created_by=user)
        candidate = self._candidate(text, factories.WORDS, CandidateState.ACCEPTED)
        Candidate.objects.filter(pk=candidate.pk).update(statement=statement)
        keep(statement)
        self._read(text)
        return Statement.objects.get(pk=statement.pk)

    def _place(self, statement: Statement, state: str, owner: str) -> Place:
        candidate = statement.candidates.get()
        text = candidate.source_text
        version = candidate.version + statement.version
        return Place(candidate.pk, state, owner, text.source_id, text.pk, version, statement.pk)

    def _candidate(self, text: SourceText, words: str, state: CandidateState, told: str = "") -> Place:
        start = text.text.index(words)
        guess = {"speakers": [{"id": str(self.speaker.pk), "kind": "speaker", "mention": None, "role": None}]}
        made = Candidate.objects.create(
            source_text=text, start=start, end=start + len(words), engine="marks", state=state, guess=guess
        )
        return Place(made.pk, told or str(state), "", text.source_id, text.pk, made.version)

    def _text(self, text: SourceText, state: str = "", owner: str = "") -> Place:
        return Place(text.source_id, state, owner, text.source_id, text.pk)

    def _read(self, text: SourceText) -> None:
        Reading.objects.create(source_text=text, engine="marks")

    def _make_decided(self) -> list[Place]:
        """What each has decided, really, and what somebody else has."""
        places = []
        for role, person in self.people.items():
            if person.user is None or role == Role.READER:
                continue
            places.append(self._decided(person, role))
        other = Person("second", self.second)
        other.browser.force_login(self.second)
        return [*places, self._decided(other, "")]

    def _decided(self, person: Person, owner: str) -> Place:
        text = factories.source()
        self._read(text)
        place = self._candidate(text, factories.WORDS, CandidateState.OPEN)
        body = decision(person, place, "choose", {"act": "deny"})
        answer = person.browser.post(reverse("desk:decisions", args=[place.source]), body, "application/json")
        assert answer.status_code == 200, answer.content
        Work.objects.filter(source=place.source).delete()
        return Place(Decision.objects.get(key=body["key"]).group, "decided", owner, place.source, place.revision)

    def _make_intakes(self) -> list[Place]:
        """Documents on their way in, with what the form about each would send."""
        places = [Place(self._take_in(self.second).pk, "on its way in")]
        self.forms[places[0].pk] = {}
        for role in BRINGING_IN:
            person = self.people[role]
            intake = self._take_in(person.user)
            form = drawn(person.browser, reverse("desk:preview", args=[intake.pk]))
            self.forms[intake.pk] = {**form, "title": "Neu", "language": "fr"}
            places.append(Place(intake.pk, "on its way in", str(role)))
        return places

    def _take_in(self, user: User | None) -> Intake:
        words = f"Un texte que personne n’a vu, de {user}."
        return take_in(user=user, raw=words.encode(), media_type="text/plain", encoding="utf-8")

    def _nothing(self, statement: Statement) -> None:
        """Leave it a draft."""

    def _submit(self, statement: Statement) -> None:
        submit(statement_id=statement.pk, by=statement.created_by)  # type: ignore[arg-type]

    def _approve(self, statement: Statement) -> None:
        self._submit(statement)
        approve(statement_id=statement.pk, by=self.second)

    def _publish(self, statement: Statement) -> None:
        self._submit(statement)
        publish(statement_id=statement.pk, by=self.second)

    def _withdraw(self, statement: Statement) -> None:
        self._publish(statement)
        withdraw(statement_id=statement.pk, reason="Misquoted.")

    def _correct(self, statement: Statement) -> None:
        self._withdraw(statement)
        return_to_draft(statement_id=statement.pk, reason="Second paragraph.")


def decision(person: Person, row: Place, do: str, given: Data, *, about: bool = True) -> Data:
    """Return a decision as the page sends it."""
    of_another = row.state == ANOTHER_PERSON
    return {
        "key": str(uuid7()),
        "group": str(uuid7()),
        "as": (person.user.pk if person.user else 1) + of_another,
        "about": str(row.pk) if about else None,
        "seen": row.version if about else None,
        "do": do,
        "with": given,
        "revision": str(row.revision),
    }
