"""The record that everybody may read: the demo set, everything a statement can have, and what became of some."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group, User
from django.db.models import Model

from claims.exchange.demo import load_demo
from claims.models import Relation, Speaker, Statement, Topic
from claims.services.merging import merge_speakers
from claims.services.merging_topics import merge_topics
from claims.services.reviewing import publish, return_to_draft, submit, withdraw
from claims.services.uniting import unite_statements
from config.access.roles import GROUPS, Role
from config.access.services import make_token
from sources.models import Source
from sources.services import add_revision
from tests import factories


@dataclass
class Record:
    """What is to be known of it: ids of what was public once, what waits in review, who may ask by which token."""

    once: dict[type[Model], list[Any]] = field(default_factory=lambda: defaultdict(list))
    held: list[Any] = field(default_factory=list)
    corrected: Any = None
    tokens: dict[Role, str] = field(default_factory=dict)


def make_record() -> Record:
    """Make it in the database that is in use."""
    record = Record()
    load_demo()
    people(record)
    for mark in ("", "Zurück"):
        factories.full(mark)
    _was_public(record)
    _was_joined(record)
    for number in range(3):
        held = factories.full_draft(f"Attente{number}")
        submit(statement_id=held.pk, by=factories.user("author"))
        record.held.append(held.pk)
    moved = factories.published(revision=factories.source(title="Texte corrigé"), speakers=[_named("Mobile")])
    text = moved.appearances.get().source_text
    add_revision(source=text.source, raw=f"Correction : {text.text}".encode())
    return record


def people(record: Record) -> None:
    """Make one account a role, with a token."""
    for role, group in GROUPS.items():
        user = User.objects.create_user(f"leaks-{role}", is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        _token, secret = make_token(user=user, name="leaks", role=role, days=30, by=None)
        record.tokens[role] = str(secret)


def go_on(record: Record) -> None:
    """Do what happens after drafts came: steps of the public record that make no new ids."""
    reviewer = factories.user("reviewer")
    published = [publish(statement_id=held, by=reviewer) for held in record.held]
    withdraw(statement_id=published[-1].pk, reason="Not theirs.")
    withdrawn = withdraw(statement_id=published[-2].pk, reason="Not theirs either.")
    return_to_draft(statement_id=withdrawn.pk, reason="Whose?")
    record.once[Statement] = [*dict.fromkeys([*record.once[Statement], *(one.pk for one in published[-2:])])]
    for speaker in Speaker.objects.filter(is_public=True).order_by("id")[:3]:
        speaker.note = "Changed."
        speaker.save()
    for source in Source.objects.filter(is_public=True).order_by("id")[:3]:
        source.title = f"{source.title}, changed"
        source.save()
    Relation.objects.filter(statement__status="published").order_by("id").first().delete()  # type: ignore[union-attr]


def _was_public(record: Record) -> None:
    withdrawn = factories.withdrawn(speakers=[_named("Retirée")])
    corrected = factories.withdrawn(speakers=[_named("Corrigée")], reason="Misheard.")
    return_to_draft(statement_id=corrected.pk, reason="Listen again.")
    record.corrected = corrected.pk
    record.once[Statement] += [withdrawn.pk, corrected.pk]


def _was_joined(record: Record) -> None:
    by = factories.user("reviewer")
    gone, kept = (factories.published(speakers=[_named(name)]) for name in ("Double", "Doublée"))
    speakers = [one.attributions.get().speaker_id for one in (gone, kept)]
    merge_speakers(speaker_id=speakers[0], into_id=speakers[1], by=by)
    topics = [factories.topic(label) for label in ("double", "doublé")]
    factories.published(speakers=[kept.attributions.get().speaker], topics=topics)
    merge_topics(topic_id=topics[0].pk, into_id=topics[1].pk, by=by)
    record.once[Topic].append(topics[0].pk)
    unite_statements(statement_id=gone.pk, into_id=kept.pk, by=by)
    record.once[Statement].append(gone.pk)
    record.once[Speaker].append(speakers[0])


def _named(name: str) -> Speaker:
    return factories.speaker(name)
