"""What the desk remembers of drafts, candidates and documents on their way in, with a word in each text field.

All of it is internal, whatever it is about: of each public text too there are candidates, decisions and a lease.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from claims.desk.models import CastMember, Decision, Effort, Intake, Link, Priority, Work
from claims.models import Appearance, Speaker, Statement
from claims.proposals.models import Candidate, Reading
from sources.models import SourceText
from sources.models.fields import uuid7

LINKS = 40
LENGTH_OF_A_HASH = 32


def add_work(
    texts: Sequence[SourceText], people: Sequence[Speaker], statements: Sequence[Statement], author: User, word: Any
) -> None:
    """Let each of the texts be work that somebody has begun; `statements` are public, `word` names a field's canary."""
    sources = {one.source_id for one in texts}
    until = timezone.now() + timedelta(days=30)
    begun = {"leased_by": author, "leased_since": timezone.now(), "leased_until": until}
    Work.objects.bulk_create(
        Work(source_id=one, priority=Priority.URGENT, assigned_to=author, **begun) for one in sources
    )
    Reading.objects.bulk_create(Reading(source_text=one, engine=word("Reading.engine")) for one in texts)
    CastMember.objects.bulk_create(
        CastMember(source_id=one, speaker=speaker, number=number)
        for one in sources
        for number, speaker in enumerate(islice(people, 3), start=1)
    )
    Candidate.objects.bulk_create(_candidates(texts, people, author, word))
    Decision.objects.bulk_create(_decisions(texts, author, word))
    _link(statements, author)
    Effort.objects.bulk_create(
        Effort(
            day=timezone.localdate(), keys=3, clicks=1, milliseconds=900, engine=word("Effort.engine"), corrections=2
        )
        for _one in texts
    )
    Intake.objects.bulk_create(
        Intake(
            user=author,
            raw=f"{word('Intake.raw')} {number}".encode(),
            media_type=word("Intake.media_type"),
            encoding=word("Intake.encoding"),
            url=f"https://{word('Intake.url')}.example/{number}",
            made_at=timezone.now(),
        )
        for number in range(10)
    )


def _candidates(texts: Iterable[SourceText], people: Sequence[Speaker], author: User, word: Any) -> Iterator[Candidate]:
    """In each text one in each state, the accepted one being a draft that stands there."""
    drafts = dict(
        Appearance.objects.filter(source_text__in=texts, statement__published_at=None).values_list(
            "source_text", "statement"
        )
    )
    for text in texts:
        for place, state in enumerate(("open", "rejected", "covered", "accepted")):
            is_draft = state == "accepted"
            yield Candidate(
                source_text=text,
                start=place,
                end=place + 2,
                engine=word("Candidate.engine"),
                score=0.5,
                guess={"speakers": [_speaking(people[0])], "intensity_phrase": word("Candidate.guess")},
                choices={"act": "deny", "said_at_text": word("Candidate.choices")},
                state=state,
                statement_id=drafts.get(text.pk) if is_draft else None,
                decided_by=None if state == "open" else author,
                decided_at=None if state == "open" else timezone.now(),
            )


def _speaking(speaker: Speaker) -> dict[str, Any]:
    return {"id": str(speaker.pk), "kind": "speaker", "mention": None, "role": None}


def _decisions(texts: Iterable[SourceText], author: User, word: Any) -> Iterator[Decision]:
    for text in texts:
        yield Decision(
            user=author,
            key=uuid7(),
            source_text=text,
            group=uuid7(),
            name=word("Decision.name"),
            fingerprint=word("Decision.fingerprint").encode().ljust(LENGTH_OF_A_HASH, b"."),
            answer={"message": word("Decision.answer")},
            undo={"item": word("Decision.undo")},
            decided_at=timezone.now(),
        )


def _link(statements: Sequence[Statement], author: User) -> None:
    """Say of drafts that they are the same as public ones."""
    drafts = Statement.objects.filter(status="draft", published_at=None).order_by("-id")[:LINKS]
    Link.objects.bulk_create(
        Link(statement=one, same_as=statements[n % len(statements)], linked_by=author, linked_at=timezone.now())
        for n, one in enumerate(drafts)
    )
