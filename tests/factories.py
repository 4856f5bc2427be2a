"""Valid rows for tests, made by the product's own services."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from django.contrib.auth.models import User

from claims.models import (
    Claim,
    Event,
    Membership,
    Position,
    Relation,
    Review,
    Role,
    Speaker,
    SpeakerName,
    SpeakerSameAs,
    Statement,
    Topic,
    TopicSameAs,
    Wording,
)
from claims.services.recording import Part, Passing, Report
from claims.services.reviewing import publish, submit, withdraw
from claims.text.spans import find
from sources.models import Publisher, Source, SourceText
from sources.models.publishers import PublisherSameAs
from tests.recording import record_statement

TEXT = (
    "Tokyo a rapporté samedi la « profonde préoccupation » d’Ada Essai, porte-parole du ministère d’Utopie, "
    "devant les livraisons d’armement à l’étranger."
)
WORDS = "profonde préoccupation"
_numbers = count(1)


def user(name: str) -> User:
    """Return the account of this name, made if it is not there."""
    return User.objects.get_or_create(username=name)[0]


def publisher(name: str = "Le Courrier du Détroit", **values: Any) -> Publisher:
    return Publisher.objects.create(name=name, **values)


def source(text: str = TEXT, **values: Any) -> SourceText:
    """Return the first revision of a new document; `values` are fields of Source."""
    made = Source.objects.create(**{"title": f"Document {next(_numbers)}", "language": "fr", **values})
    return SourceText.objects.create(source=made, raw=text.encode(), text=text)


def speaker(name: str = "Ada Essai", **values: Any) -> Speaker:
    return Speaker.objects.create(name=name, **values)


def topic(label: str = "armement", **values: Any) -> Topic:
    return Topic.objects.create(labels={"fr": label}, **values)


def draft(
    *,
    speakers: Sequence[Speaker] | None = None,
    parts: Sequence[Part] = (),
    revision: SourceText | None = None,
    words: str = WORDS,
    relayed_by: Sequence[Speaker] = (),
    quotation_type: str = "direct",
    wordings: Sequence[dict[str, Any]] = (),
    topics: Sequence[Topic] = (),
    **values: Any,
) -> Statement:
    """Return a draft of `words` in a document; `values` are fields of Statement."""
    revision = revision or source()
    if "said_at" in values:
        values.setdefault("said_at_basis", "printed")
    return record_statement(
        parts=[*(Part(speaker=one) for one in speakers or ()), *parts] or [Part(speaker=speaker())],
        report=Report(
            revision=revision,
            segments=[find(revision.text, words)],
            quotation_type=quotation_type,
            relays=[Passing(speaker=one) for one in relayed_by],
        ),
        wordings=wordings,
        topics=topics,
        values={"created_by": user("author"), **values},
    )


def published(**values: Any) -> Statement:
    """Return a statement that went all the way; takes what `draft` takes."""
    return put_out(draft(**values))


def put_out(statement: Statement) -> Statement:
    """Submit a draft and publish it."""
    submit(statement_id=statement.pk, by=user("author"))
    return publish(statement_id=statement.pk, by=user("reviewer"))


def withdrawn(reason: str = "Misattributed.", **values: Any) -> Statement:
    """Return a statement that was published and taken back."""
    return withdraw(statement_id=published(**values).pk, reason=reason)


def full_draft(mark: str = "") -> Statement:
    """Return a draft with everything that a statement can have, all of it new; `mark` stands in every text."""
    number = next(_numbers)
    name = f"{mark or 'Utopie'} {number}"
    text = f"{mark} {TEXT}" if mark else TEXT
    paper = publisher(f"Gazette de {name}", country="FR", homepage=f"https://gazette{number}.example/")
    PublisherSameAs.objects.create(publisher=paper, url=f"https://register.example/publisher/{number}")
    wire = publisher(f"Agence de {name}", kind="news_agency")
    original = source(f"{text} {number}", title=f"Dépêche de {name}", publisher=wire)
    revision = source(
        text,
        title=f"Article de {name}",
        url=f"https://gazette{number}.example/{mark.lower()}",
        publisher=paper,
        agency=wire,
        copy_of=original.source,
        authors=[f"Auteur {name}"],
        published_at="2024-11-16",
    )
    state = speaker(name, type="state", country="FR")
    ministry = speaker(f"Ministère de {name}", type="organization", part_of=state)
    person = speaker(f"Ada {name}", note=f"porte-parole de {name}")
    SpeakerName.objects.create(speaker=person, name=f"A. {name}", language="fr")
    SpeakerSameAs.objects.create(speaker=person, url=f"https://register.example/speaker/{number}")
    role = Role.objects.create(category="spokesperson", labels={"fr": f"porte-parole {mark}"})
    held = Membership.objects.create(speaker=person, role=role, organization=ministry, start="2020")
    about = topic(f"armement de {name}", broader=topic(f"défense de {name}"))
    TopicSameAs.objects.create(topic=about, url=f"https://register.example/topic/{number}")
    claim = Claim.objects.create(text={"fr": f"{name} livre des armes."})
    Review.objects.create(
        claim=claim,
        publisher=publisher(f"Vérification de {name}", kind="fact_checker"),
        url=f"https://check{number}.example/{mark.lower()}",
        rating=f"Non démontré {mark}",
        claim_reviewed=f"{name} livre des armes.",
    )
    printed = find(text, "Ada Essai"), find(text, "porte-parole du ministère d’Utopie")
    statement = record_statement(
        parts=[
            Part(speaker=person, membership=held, mention=printed[0], role=printed[1]),
            Part(speaker=state, kind="on_behalf_of"),
            Part(speaker=speaker(f"Public de {name}", type="group", is_named=False), kind="addressee"),
            Part(speaker=speaker(f"Alliés de {name}", type="group"), kind="attitude_holder"),
        ],
        report=Report(
            revision=revision,
            segments=[find(text, WORDS), find(text, "les livraisons d’armement")],
            quotation_type="mixed",
            cue=find(text, "a rapporté"),
            relays=[Passing(speaker=speaker(f"Tokyo de {name}", type="state"), mention=find(text, "Tokyo"))],
        ),
        topics=[about],
        values={
            "created_by": user("author"),
            "said_at": "2024-11",
            "said_at_basis": "inferred",
            "said_at_text": "samedi",
            "event": Event.objects.create(name=f"Conférence de {name}", type="press_conference", date="2024-11-16"),
            "act": "express",
            "attitude": "concern",
            "intensity": 3,
            "intensity_phrase": "profonde",
        },
    )
    Wording.objects.create(statement=statement, language="en", text=f"deep concern {mark}", translator="Essai")
    Position.objects.create(statement=statement, claim=claim, stance="affirms")
    return statement


def full(mark: str = "") -> Statement:
    """Return a published statement with everything, with relations to and from two others."""
    statement = put_out(full_draft(mark))
    others = [published(speakers=[speaker(f"Autre {mark}")]) for _ in range(2)]
    Relation.objects.create(statement=statement, type="repeats", other=others[0])
    Relation.objects.create(statement=others[1], type="summarises", other=statement)
    return statement
