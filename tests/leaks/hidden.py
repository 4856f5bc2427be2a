"""Hundreds of drafts in every state that is not public, tied to everything that is, with a word in each text field.

The words (`canary`) are of no language and begin alike, so that one search finds any of them in any output; dates that
cannot hold words are of years that nothing else has.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice, pairwise
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Model
from django.utils import timezone

from claims.models import (
    Attribution,
    Claim,
    Event,
    Membership,
    PendingChange,
    PendingStatement,
    Position,
    Posting,
    PostingRun,
    Relation,
    Review,
    Role,
    RunPlace,
    RunPosting,
    Speaker,
    SpeakerName,
    SpeakerSameAs,
    Statement,
    StatementDocument,
    StatementFacets,
    StatementSearch,
    Topic,
    TopicSameAs,
    Wording,
)
from claims.services.merging import merge_speakers
from claims.services.merging_topics import merge_topics
from claims.services.recording import Part, Passing, Report, rows_of, store
from claims.services.reviewing import return_to_draft, submit
from claims.services.uniting import unite_statements
from claims.text.spans import Span, find
from config.history.acting import act
from sources.models import Publisher, Source, SourceText
from sources.models.fields import Sha256Field
from sources.models.publishers import PublisherSameAs
from sources.services import add_revision
from tests import factories
from tests.leaks.hidden_desk import add_work

DRAFTS = 500
POOL = 25
MARK = "zyzzo"
LANGUAGE = f"qz-{MARK}"
#: field -> a date that no public row has
DATES = {
    "Statement.said_at": "1801-02-03",
    "Source.published_at": "1802-03-04",
    "Event.date": "1803-04-05",
    "Membership.start": "1804-05-06",
    "Membership.end": "1805-06-07",
    "Review.reviewed_at": "1806-07-08",
}
#: text fields that cannot hold a word of ours, and why
CANNOT = {
    "Publisher.country": "two letters",
    "Speaker.country": "two letters",
    "Statement.cameo": "four digits",
    "Statement.withdrawn_reason": "public: why something is not public any more",
    "IntensityPhrase.language": "the whole lexicon is public",
    "IntensityPhrase.phrase": "the whole lexicon is public",
}
APPS = ("claims", "sources", "proposals", "desk")


def canary(field: str) -> str:
    """The word that stands in a text field, `Model.name`, of every draft."""
    return MARK + field.replace(".", "").replace("_", "").lower()


def forbidden() -> list[bytes]:
    """What no public output may hold, in small letters."""
    return [MARK.encode(), *(date.encode() for date in DATES.values())]


def address(field: str, number: int) -> str:
    """An address with the word of its field in it."""
    return f"https://{canary(field)}.example/{number}"


@dataclass
class Pool:
    """Rows of each kind that nobody may know of."""

    publishers: list[Publisher]
    texts: list[SourceText]
    states: list[Speaker]
    people: list[Speaker]
    roles: list[Role]
    memberships: list[Membership]
    topics: list[Topic]
    events: list[Event]
    claims: list[Claim]


@dataclass
class Public:
    """Rows of each kind that everybody knows."""

    statements: list[Statement]
    texts: list[SourceText]
    people: list[Speaker]
    memberships: list[Membership]
    topics: list[Topic]
    events: list[Event]
    claims: list[Claim]
    roles: list[Role]


@transaction.atomic
def add_drafts(corrected: Any) -> None:
    """Add all of it to the database that is in use; `corrected` is a public statement that is on its way back."""
    author, reviewer = (User.objects.create(username=f"{MARK}user{name}") for name in ("author", "reviewer"))
    public = _public()
    pool = _pool(public)
    drafts = list(_drafts(pool, public, author))
    _tie(drafts, pool, public)
    _move(drafts, author, reviewer)
    _delete(pool, public, author)
    _join(pool, author)
    _correct(corrected)
    add_revision(source=pool.texts[0].source, raw=f"{canary('SourceText.text')} anew".encode())
    add_work([*public.texts, *pool.texts], pool.people, public.statements, author, canary)


def hidden_rows() -> dict[type[Model], list[Any]]:
    """Return the ids of all rows that nobody may know of, by model, those of each state among the first."""
    found: dict[type[Model], list[Any]] = {
        Statement: _in_turn(
            list(
                Statement.objects.filter(published_at__isnull=True, **which).order_by("id").values_list("pk", flat=True)
            )
            for which in (
                {"status": "draft", "returned_reason": ""},
                {"status": "in_review", "reviewed_by__isnull": True},
                {"status": "in_review", "reviewed_by__isnull": False},
                {"status": "draft", "returned_reason__gt": ""},
            )
        ),
        Role: list(Role.objects.exclude(memberships__is_public=True).values_list("pk", flat=True)),
    }
    for model in (Speaker, Membership, Source, Publisher, Claim, Topic, Event):
        rows: Any = model
        found[model] = list(rows.objects.filter(is_public=False).order_by("id").values_list("pk", flat=True))
    return found


def text_fields() -> Iterator[tuple[str, type[Model], "models.Field[Any, Any]"]]:
    """Yield each field of the record that can hold words, as `Model.name`."""
    for model in _models():
        for field in model._meta.concrete_fields:
            kinds = (models.CharField, models.TextField, models.JSONField, ArrayField, models.BinaryField)
            if isinstance(field, kinds) and not isinstance(field, Sha256Field) and not field.choices:
                yield f"{model.__name__}.{field.name}", model, field


#: what the database makes of other rows; all but the first of published ones alone
_MADE_OF_OTHERS = {
    StatementSearch,
    StatementDocument,
    StatementFacets,
    Posting,
    PostingRun,
    RunPlace,
    RunPosting,
    PendingChange,
    PendingStatement,
}


def _models() -> list[type[Model]]:
    every = [model for label in APPS for model in apps.get_app_config(label).get_models()]
    return [one for one in every if not hasattr(one, "pgh_id") and one not in _MADE_OF_OTHERS]


def _in_turn(several: Any) -> list[Any]:
    lists = list(several)
    return [one[place] for place in range(max(map(len, lists))) for one in lists if place < len(one)]


def _public() -> Public:
    held: Any = Membership.objects.filter(is_public=True).select_related("speaker", "role")
    return Public(
        list(Statement.objects.filter(status="published").order_by("id")),
        list(SourceText.objects.filter(source__is_public=True).select_related("source").order_by("id")),
        list(Speaker.objects.filter(is_public=True, merged_into=None, type="person").order_by("id")),
        list(held.order_by("id")),
        list(Topic.objects.published().order_by("id")),
        list(Event.objects.filter(is_public=True).order_by("id")),
        list(Claim.objects.filter(is_public=True).order_by("id")),
        list(Role.objects.published().order_by("id")),
    )


def _pool(public: Public) -> Pool:
    numbers = range(POOL)
    publishers = Publisher.objects.bulk_create(
        Publisher(name=f"{canary('Publisher.name')} {n}", homepage=address("Publisher.homepage", n)) for n in numbers
    )
    PublisherSameAs.objects.bulk_create(
        PublisherSameAs(publisher=one, url=address("PublisherSameAs.url", n)) for n, one in enumerate(publishers)
    )
    states = Speaker.objects.bulk_create(
        Speaker(
            name=f"{canary('Speaker.name')} {n}",
            type="state" if n % 2 else "organization",
            note=canary("Speaker.note"),
            part_of=Speaker.objects.filter(is_public=True, type="state").first() if n % 2 == 0 else None,
        )
        for n in numbers
    )
    people = Speaker.objects.bulk_create(
        Speaker(name=f"Ada {canary('Speaker.name')} {n}", note=canary("Speaker.note")) for n in numbers
    )
    SpeakerName.objects.bulk_create(
        SpeakerName(speaker=one, name=f"{canary('SpeakerName.name')} {n}", language=f"{LANGUAGE}-name")
        for n, one in enumerate([*states, *people])
    )
    SpeakerSameAs.objects.bulk_create(
        SpeakerSameAs(speaker=one, url=address("SpeakerSameAs.url", n)) for n, one in enumerate([*states, *people])
    )
    roles = Role.objects.bulk_create(Role(labels={LANGUAGE: f"{canary('Role.labels')} {n}"}) for n in numbers)
    memberships = _memberships(states, people, roles, public)
    topics = Topic.objects.bulk_create(
        Topic(labels={LANGUAGE: f"{canary('Topic.labels')} {n}"}, broader=public.topics[n % len(public.topics)])
        for n in numbers
    )
    TopicSameAs.objects.bulk_create(
        TopicSameAs(topic=one, url=address("TopicSameAs.url", n)) for n, one in enumerate(topics)
    )
    events = Event.objects.bulk_create(
        Event(name=f"{canary('Event.name')} {n}", location=canary("Event.location"), date=DATES["Event.date"])
        for n in numbers
    )
    claims = Claim.objects.bulk_create(Claim(text={LANGUAGE: f"{canary('Claim.text')} {n}"}) for n in numbers)
    Review.objects.bulk_create(
        Review(
            claim=one,
            publisher=publishers[n],
            url=address("Review.url", n),
            rating=canary("Review.rating"),
            claim_reviewed=canary("Review.claim_reviewed"),
            reviewed_at=DATES["Review.reviewed_at"],
        )
        for n, one in enumerate(claims)
    )
    texts = _texts(publishers, public)
    return Pool(publishers, texts, states, people, roles, memberships, topics, events, claims)


def _memberships(
    states: Sequence[Speaker], people: Sequence[Speaker], roles: Sequence[Role], public: Public
) -> list[Membership]:
    """Of people that nobody knows; and, after these, of people that everybody knows, there or in a public role."""
    when = {"start": DATES["Membership.start"], "end": DATES["Membership.end"]}
    known = list(islice(cycle(public.people), POOL))
    rows = [
        *(
            Membership(speaker=one, role=role, organization=where)
            for one, role, where in zip(people, roles, states, strict=True)
        ),
        *(
            Membership(speaker=one, role=role, organization=where)
            for one, role, where in zip(known, roles, states, strict=True)
        ),
        *(Membership(speaker=one, role=role) for one, role in zip(known, cycle(public.roles), strict=False)),
    ]
    for row in rows:
        row.start, row.end = when["start"], when["end"]
    return Membership.objects.bulk_create(rows)


def _texts(publishers: Sequence[Publisher], public: Public) -> list[SourceText]:
    sources = Source.objects.bulk_create(
        Source(
            title=f"{canary('Source.title')} {n}",
            url=address("Source.url", n),
            publisher=one,
            agency=publishers[-1 - n],
            copy_of=public.texts[n % len(public.texts)].source,
            authors=[canary("Source.authors")],
            translator=canary("Source.translator"),
            language=f"{LANGUAGE}-doc",
            published_at=DATES["Source.published_at"],
            archived_at=address("Source.archived_at", n),
        )
        for n, one in enumerate(publishers)
    )
    texts = []
    for n, one in enumerate(sources):
        text = _text(n)
        texts.append(
            SourceText(
                source=one,
                raw=f"{canary('SourceText.raw')} {text}".encode(),
                text=text,
                media_type=canary("SourceText.media_type"),
                encoding=canary("SourceText.encoding"),
            )
        )
    return SourceText.objects.bulk_create(texts)


def _text(number: int) -> str:
    return (
        f"{canary('SourceText.text')} {number}. {canary('Mention.exact')}, {canary('Mention.role_exact')}, "
        f"{canary('Appearance.cue_exact')}: {canary('Segment.prefix')} {canary('Segment.exact')} "
        f"{canary('Segment.suffix')}, {canary('Relay.exact')}."
    )


def _drafts(pool: Pool, public: Public, author: User) -> Iterator[Statement]:
    several = []
    for number in range(DRAFTS):
        statement = Statement(
            said_at=DATES["Statement.said_at"],
            said_at_basis="printed",
            said_at_text=canary("Statement.said_at_text"),
            event=(pool.events if number % 2 else public.events)[number % 5 % len(public.events)],
            intensity=3,
            attitude="concern",
            intensity_phrase=canary("Statement.intensity_phrase"),
            created_by=author,
        )
        several.append(_rows(statement, number, pool, public))
        yield statement
    store(several)


def _rows(statement: Statement, number: int, pool: Pool, public: Public) -> Any:
    """One draft in twos: of people, in documents, and about what everybody knows or nobody does."""
    n = number % POOL
    is_known, is_in_known = number % 3 == 0, number % 7 == 0
    held = _held(number, pool, public)
    text = public.texts[number % len(public.texts)] if is_in_known else pool.texts[n]
    if is_in_known:
        part = Part(speaker=held.speaker, membership=held)
        words = " ".join(text.text.split()[:4])
        report = Report(revision=text, segments=[_first(text.text, words)], quotation_type="indirect")
    else:
        part = Part(
            speaker=held.speaker,
            membership=held,
            mention=find(text.text, canary("Mention.exact")),
            role=find(text.text, canary("Mention.role_exact")),
        )
        report = Report(
            revision=text,
            segments=[find(text.text, canary("Segment.exact"))],
            quotation_type="direct",
            language=f"{LANGUAGE}-app",
            cue=find(text.text, canary("Appearance.cue_exact")),
            relays=[
                Passing(speaker=public.people[n % len(public.people)], mention=find(text.text, canary("Relay.exact")))
            ],
        )
    parts = [part, Part(speaker=pool.states[n] if is_known else public.people[-1], kind="addressee", has_no_role=True)]
    return rows_of(
        statement=statement,
        parts=parts,
        reports=[(report, parts)],
        wordings=[
            {
                "language": f"{LANGUAGE}-said",
                "text": f"{canary('Wording.text')} concern préoccupation {number}",
                "translator": canary("Wording.translator"),
            },
            {"language": "fr", "text": f"concern préoccupation armement {canary('Wording.text')}"},
        ],
        topics=[pool.topics[n].pk, public.topics[number % len(public.topics)].pk],
    )


def _held(number: int, pool: Pool, public: Public) -> Membership:
    held = [*pool.memberships, *public.memberships]
    return held[number % len(held)]


def _first(text: str, words: str) -> Span:
    """The first of the words, where it stands first."""
    start = text.index(words.split()[0])
    return Span(start, start + len(words.split()[0]))


def _tie(drafts: Sequence[Statement], pool: Pool, public: Public) -> None:
    """Positions on claims of both kinds; relations among drafts and, both ways, with what is published."""
    Position.objects.bulk_create(
        Position(statement=one, claim=claims[n % len(claims)], stance=stance)
        for n, one in enumerate(drafts)
        for claims, stance in ((pool.claims, "affirms"), (public.claims, "denies"))
    )
    near = list(islice(pairwise(drafts), 50))
    far = [*zip(drafts[::4], cycle(public.statements), strict=False)]
    Relation.objects.bulk_create(Relation(statement=one, type="repeats", other=other) for one, other in near)
    Relation.objects.bulk_create(Relation(statement=one, type="reports", other=other) for one, other in far)
    Relation.objects.bulk_create(Relation(statement=other, type="confirms", other=one) for one, other in far)


def _move(drafts: Sequence[Statement], author: User, reviewer: User) -> None:
    """A quarter of the drafts each: left, sent to review, approved there, returned from there."""
    keys = [[one.pk for one in drafts[place::4]] for place in range(4)]
    rows = Statement.objects
    with act("submit"):
        rows.filter(pk__in=[*keys[1], *keys[2], *keys[3]]).update(
            status="in_review", submitted_by=author, submitted_at=timezone.now()
        )
    with act("approve"):
        rows.filter(pk__in=keys[2]).update(reviewed_by=reviewer)
    why = canary("Statement.returned_reason")
    with act("return", why):
        rows.filter(pk__in=keys[3]).update(status="draft", returned_reason=why)


def _delete(pool: Pool, public: Public, author: User) -> None:
    """Drafts, and what they named, that are gone again."""
    gone = [
        factories.draft(
            speakers=[factories.speaker(f"{canary('Speaker.name')} gone {n}")],
            revision=factories.source(
                f"{_text(n)} gone", title=f"{canary('Source.title')} gone {n}", language=LANGUAGE
            ),
            words=canary("Segment.exact"),
            wordings=[{"language": f"{LANGUAGE}-said", "text": f"{canary('Wording.text')} gone"}],
            created_by=author,
        )
        for n in range(10)
    ]
    Relation.objects.create(statement=gone[0], type="repeats", other=public.statements[0])
    Relation.objects.create(statement=public.statements[1], type="repeats", other=gone[1])
    Position.objects.create(statement=gone[2], claim=public.claims[0], stance="denies")
    submit(statement_id=gone[3].pk, by=author)
    return_to_draft(statement_id=gone[3].pk, reason=canary("Statement.returned_reason"))
    speakers = [one.attributions.get().speaker_id for one in gone]
    sources = [one.appearances.get().source_text.source_id for one in gone]
    for one in gone:
        one.delete()
    Speaker.objects.filter(pk__in=speakers[:5]).delete()
    Source.objects.filter(pk__in=sources[:5]).delete()


def _join(pool: Pool, author: User) -> None:
    """Speakers and topics merged, and drafts united, that nobody knew."""
    for n in range(5):
        gone, kept = (factories.speaker(f"{canary('Speaker.name')} {which} {n}") for which in ("gone", "kept"))
        factories.draft(speakers=[gone], revision=pool.texts[n], words=canary("Segment.exact"), created_by=author)
        merge_speakers(speaker_id=gone.pk, into_id=kept.pk, by=author)
        old, new = (factories.topic(f"{canary('Topic.labels')} {which} {n}") for which in ("gone", "kept"))
        merge_topics(topic_id=old.pk, into_id=new.pk, by=author)
        one, other = (
            factories.draft(speakers=[kept], revision=text, words=canary("Segment.exact"), created_by=author)
            for text in pool.texts[n : n + 2]
        )
        unite_statements(statement_id=one.pk, into_id=other.pk, by=author)


def _correct(statement_id: Any) -> None:
    """Write into what was public once, and is corrected now, what nobody is to read yet."""
    statement = Statement.objects.get(pk=statement_id)
    statement.said_at_text = canary("Statement.said_at_text")
    statement.save()
    Wording.objects.filter(statement=statement).update(text=canary("Wording.text"))
    Wording.objects.create(statement=statement, language=f"{LANGUAGE}-more", text=canary("Wording.text"))
    hidden = factories.speaker(f"{canary('Speaker.name')} corrected")
    Attribution.objects.create(statement=statement, speaker=hidden, kind="addressee")
