"""The rows and people that the permission table is measured with, really stored: one of each in each state."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from claims.exchange.models import DatasetImport
from claims.models import Claim, Event, IntensityPhrase, Membership, Review, Speaker, SpeakerName, Statement, Topic
from claims.models import Role as Office
from claims.services.merging import merge_speakers
from claims.services.merging_topics import merge_topics
from claims.services.reviewing import approve, publish, return_to_draft, submit, withdraw
from claims.services.uniting import unite_statements
from config.access.models import Token
from config.access.roles import GROUPS, Role
from config.access.services import make_token
from sources.models import Licence, Publisher, Source, SourceText
from tests import factories
from tests.permissions.asking import HOST

SUPERUSER = "superuser"
ROLES = [str(role) for role in Role]
#: whose own statements are asked about: those above them have no more of their own than these
ENTERING = [Role.CONTRIBUTOR, Role.REVIEWER]
PASSWORD = "a long enough password"

#: what is changed of a row, so that there is an earlier version
CHANGED: dict[type[Model], tuple[str, Any]] = {
    Publisher: ("country", "BE"),
    Office: ("labels", {"fr": "porte-parole", "de": "Sprecherin"}),
    Membership: ("start", "2019"),
    Claim: ("text", {"en": "Nobody says so."}),
    Topic: ("labels", {"fr": "armement", "de": "Waffen"}),
    Event: ("location", "Bonn"),
    IntensityPhrase: ("intensity", 2),
    Review: ("rating", "Faux"),
    Speaker: ("note", "autrefois"),
    Source: ("translator", "Ida"),
}

Keep = Callable[[Statement], Any]


@dataclass(frozen=True)
class Row:
    """One row in one state; `owner` is the role whose own it is, empty where it is somebody else's."""

    pk: Any
    state: str = ""
    owner: str = ""

    def is_for(self, role: str) -> bool:
        """Whether this role is asked about it."""
        return self.owner in ("", role)


@dataclass
class Person:
    """Somebody in a role: by token in the API, by session in the admin."""

    role: str
    user: User | None = None
    secret: str = ""
    browser: Client = field(default_factory=lambda: Client(raise_request_exception=False, headers={"host": HOST}))
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def fresh(self) -> Client:
        """The browser with its session as it was: nothing of the last request stays."""
        self.browser.cookies.clear()
        self.browser.cookies.load(self.cookies)
        return self.browser

    @cached_property
    def program(self) -> Client:
        """A client of the API, with the token if there is one."""
        shown = {"authorization": f"Bearer {self.secret}"} if self.secret else {}
        return Client(raise_request_exception=False, headers={"host": HOST, **shown})


class World:
    """Everybody and everything; made once, changed by nobody."""

    def __init__(self, people: dict[str, Person]) -> None:
        self.people = people
        self.author = factories.user("author")
        self.other = account("other", Role.REVIEWER)
        self.rows: dict[type[Model], list[Row]] = {}
        #: statement -> another one of the same speakers, in the same state if it is a draft
        self.partners: dict[Any, Any] = {}
        self.appearances: dict[Any, Any] = {}
        self._make_public_and_hidden()
        self._make_speakers()
        self._make_topics()
        self._make_sources()
        self._make_statements()
        self._make_people()

    def first(self, model: type[Model], state: str = "") -> Any:
        """Return the key of a row in a state."""
        return next(row.pk for row in self.rows[model] if state in ("", row.state))

    def _make_public_and_hidden(self) -> None:
        """What is public by being needed, beside what nothing needs."""
        self.public = factories.put_out(factories.full_draft())
        office = Office.objects.create(labels={"fr": "envoyée"})
        hidden: list[Model] = [
            factories.publisher("Gazette cachée"),
            office,
            Membership.objects.create(
                speaker=factories.speaker("Ada Cachée"), role=Office.objects.create(labels={"fr": "ailleurs"})
            ),
            Claim.objects.create(text={"en": "Nobody says this."}),
            factories.topic("caché"),
            Event.objects.create(name="Rencontre cachée"),
        ]
        held = Membership.objects.filter(is_public=True).get()
        public: list[Model] = [
            Publisher.objects.get(name__startswith="Gazette de "),
            held.role,
            held,
            self.public.positions.get().claim,
            self.public.topics.get(),
            Event.objects.get(is_public=True),
        ]
        for one, other in zip(hidden, public, strict=True):
            for row in (one, other):
                _make_version(row)
            self.rows[type(one)] = [Row(one.pk, "hidden"), Row(other.pk, "public")]
        phrase = IntensityPhrase.objects.create(language="fr", phrase="infime", intensity=1)
        _make_version(phrase)
        self.rows[IntensityPhrase] = [Row(phrase.pk)]
        review = Review.objects.get()
        _make_version(review)
        self.rows[Review] = [Row(review.pk)]
        run = DatasetImport.objects.create(name="demo.ndjson", started_at=timezone.now(), by=self.author)
        self.rows[DatasetImport] = [Row(run.pk)]

    def _make_speakers(self) -> None:
        def speaker(name: str, *, is_public: bool) -> Speaker:
            made = factories.speaker(name)
            SpeakerName.objects.create(speaker=made, name=f"{name} II")
            if is_public:
                factories.published(speakers=[made])
            return made

        self.kept = speaker("Ada Restée", is_public=True)
        rows = [speaker("Ida Cachée", is_public=False), speaker("Ida Publique", is_public=True)]
        merged = [speaker("Ina Cachée", is_public=False), speaker("Ina Publique", is_public=True)]
        for row in (*rows, *merged):
            _make_version(row)
        for one in merged:
            merge_speakers(speaker_id=one.pk, into_id=self.kept.pk, by=self.other)
        states = ["hidden", "public", "merged while hidden", "merged while public"]
        self.rows[Speaker] = [Row(row.pk, state) for row, state in zip((*rows, *merged), states, strict=True)]

    def _make_topics(self) -> None:
        """One that is kept, and two merged into it; the others are there by now."""
        self.kept_topic = factories.topic("restée")
        merged = [factories.topic("cachée aussi"), factories.topic("publique aussi")]
        factories.published(speakers=[self.kept], topics=[self.kept_topic, merged[1]])
        for one, state in zip(merged, ["merged while hidden", "merged while public"], strict=True):
            _make_version(one)
            merge_topics(topic_id=one.pk, into_id=self.kept_topic.pk, by=self.other)
            self.rows[Topic].append(Row(one.pk, state))

    def _make_sources(self) -> None:
        made, texts = [], []
        for licence in (Licence.UNKNOWN, Licence.CC_BY):
            for is_public in (False, True):
                revision = factories.source(licence=licence)
                if is_public:
                    factories.published(revision=revision, speakers=[self.kept])
                    newer = f"Plus tard. {revision.text}"
                    SourceText.objects.create(source=revision.source, number=2, raw=newer.encode(), text=newer)
                _make_version(revision.source)
                made.append(Row(revision.source_id, _source_state(licence, is_public)))
                texts.append(Row(revision.pk, _source_state(licence, is_public)))
        self.rows[Source], self.rows[SourceText] = made, texts

    def _make_statements(self) -> None:
        self.speaker = factories.speaker("Ada Parlante")
        partner = self._statement(self.author, self._publish)
        rows = []
        for owner, user in [("", self.author), *((str(role), self.people[role].user) for role in ENTERING)]:
            draft = self._statement(user, self._nothing)
            for state, keep in self._states().items():
                statement = self._statement(user, keep)
                rows.append(Row(statement.pk, state, owner))
                self.partners[statement.pk] = (draft if statement.is_editable else partner).pk
        self.rows[Statement] = rows

    def _states(self) -> dict[str, Keep]:
        return {
            "draft": self._nothing,
            "in review": self._submit,
            "approved": self._approve,
            "published": self._publish,
            "withdrawn": self._withdraw,
            "withdrawn and being corrected": self._correct,
            "one with another": self._unite,
        }

    def _statement(self, user: Any, keep: Keep) -> Statement:
        """Return a statement of two versions, reported in an older revision of its source, after some steps."""
        revision = factories.source()
        statement = factories.draft(speakers=[self.speaker], revision=revision, created_by=user)
        statement.act = "warn"
        statement.save()
        self.appearances[statement.pk] = statement.appearances.get().pk
        text = f"Corrigé. {revision.text}"
        # an approval is of words in their place: it would not outlast a new text
        SourceText.objects.create(source=revision.source, number=2, raw=text.encode(), text=text)
        keep(statement)
        return Statement.objects.get(pk=statement.pk)

    def _nothing(self, statement: Statement) -> None:
        """Leave it a draft."""

    def _submit(self, statement: Statement) -> None:
        submit(statement_id=statement.pk, by=statement.created_by)  # type: ignore[arg-type]

    def _approve(self, statement: Statement) -> None:
        self._submit(statement)
        approve(statement_id=statement.pk, by=self.other)

    def _publish(self, statement: Statement) -> None:
        self._submit(statement)
        publish(statement_id=statement.pk, by=self.other)

    def _withdraw(self, statement: Statement) -> None:
        self._publish(statement)
        withdraw(statement_id=statement.pk, reason="Misquoted.")

    def _correct(self, statement: Statement) -> None:
        self._withdraw(statement)
        return_to_draft(statement_id=statement.pk, reason="Second paragraph.")

    def _unite(self, statement: Statement) -> None:
        """Two of the same words of the same text, so that the appearance stays where it was."""
        self._publish(statement)
        revision = statement.appearances.get().source_text
        twin = factories.published(speakers=[self.speaker], revision=revision)
        unite_statements(statement_id=statement.pk, into_id=twin.pk, by=self.other)

    def _make_people(self) -> None:
        self.rows[User] = [
            Row(self.author.pk, "an account"),
            Row(self.people[SUPERUSER].user.pk, "a superuser"),  # type: ignore[union-attr]
        ]
        self.rows[Group] = [Row(Group.objects.get(name="readers").pk)]
        token, _secret = make_token(user=self.other, name="another's", role=Role.READER, days=1, by=None)
        own = [
            Row(Token.objects.get(user=person.user).pk, "token", role)
            for role, person in self.people.items()
            if person.user is not None
        ]
        self.rows[Token] = [Row(token.pk, "token"), *own]


def make_people() -> dict[str, Person]:
    """Make somebody in each role."""
    _have_roles()
    return {role: _person(role) for role in [*ROLES, SUPERUSER]}


def account(name: str, role: Role) -> User:
    """Make one more account, in a role."""
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
    user.groups.set([Group.objects.get(name=GROUPS[role])])
    return user


def _have_roles() -> None:
    """Make the groups and the lexicon again where the clearing of tables behind another test took them away."""
    if Group.objects.filter(name="administrators").exists():
        return
    first, roles = (import_module(f"claims.migrations.{name}") for name in ("0003_groups_and_lexicon", "0007_roles"))
    with connection.schema_editor(atomic=False) as editor:
        for make in (first.make_groups, first.make_lexicon, roles.make_roles):
            make(apps, editor)


def _person(role: str) -> Person:
    if role == Role.PUBLIC:
        return Person(role)
    user = User.objects.create_user(f"some-{role}", password=PASSWORD, is_staff=True, is_superuser=role == SUPERUSER)
    most = Role.ADMINISTRATOR if role == SUPERUSER else Role(role)
    if role != SUPERUSER:
        user.groups.set([Group.objects.get(name=GROUPS[most])])
    _token, secret = make_token(user=user, name="own", role=most, days=1, by=None)
    person = Person(role, user, secret)
    person.browser.force_login(user)
    person.cookies = {name: morsel.value for name, morsel in person.browser.cookies.items()}
    # its first use is noted once, and not with each request that is undone
    assert person.program.get("/api/v1/statements/").status_code == 200
    return person


def _make_version(row: Model) -> None:
    """Change something, so that there is an earlier version."""
    name, value = CHANGED[type(row)]
    now = type(row)._default_manager.get(pk=row.pk)
    setattr(now, name, value)
    now.save()


def _source_state(licence: str, is_public: bool) -> str:
    return f"{'public' if is_public else 'hidden'}{'' if licence == Licence.UNKNOWN else ' (open licence)'}"
