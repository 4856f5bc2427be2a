"""A small demo set: dispatches written for it, by fictional publishers, about facts that were reported.

Loaded into an empty database on the first run. Its statements are entered and reviewed by two accounts that nobody
can log in with, so that the record says truly that no curator vouches for them.
"""

import json
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

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
)
from claims.services.recording import Part, Passing, Report, add_appearance, record_statement
from claims.services.reviewing import publish, submit
from claims.text.spans import Span, find
from sources.models import Publisher, Source, SourceText
from sources.refusals import check_deferred_rules

DATA = Path(__file__).with_name("demo_data.json")
AUTHOR, REVIEWER = "demo-author", "demo-reviewer"


@transaction.atomic
def load_demo() -> int:
    """Load the demo set and return the number of its statements; 0, and nothing done, where there is any source."""
    if Source.objects.exists() or Speaker.objects.exists():
        return 0
    return _Demo(json.loads(DATA.read_text("utf-8"))).load()


def _nobody(name: str) -> User:
    """An account without a password that cannot log in."""
    user, made = User.objects.get_or_create(username=name, defaults={"is_active": False})
    if made:
        user.set_unusable_password()
        user.save()
    return user


class _Demo:
    """One load: the rows made so far, by the keys that the file gives them."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.author, self.reviewer = _nobody(AUTHOR), _nobody(REVIEWER)

    def load(self) -> int:
        self.publishers = {one["name"]: Publisher.objects.create(**one) for one in self.data["publishers"]}
        self.texts = {one["key"]: self._source(one) for one in self.data["sources"]}
        self._load_speakers()
        self.events = {one["key"]: Event.objects.create(**_without(one, "key")) for one in self.data["events"]}
        self.topics: dict[str, Topic] = {}
        for one in self.data["topics"]:
            broader = self.topics[one["broader"]] if one["broader"] else None
            self.topics[one["key"]] = Topic.objects.create(labels=one["labels"], broader=broader)
        self.claims = {one["key"]: Claim.objects.create(text=one["text"]) for one in self.data["claims"]}
        for one in self.data["reviews"]:
            Review.objects.create(
                **_without(one, "claim", "publisher"),
                claim=self.claims[one["claim"]],
                publisher=self.publishers[one["publisher"]],
            )
        statements = {one["key"]: self._statement(one) for one in self.data["statements"]}
        for one in self.data["statements"]:
            for relation in one["relations"]:
                Relation.objects.create(
                    statement=statements[one["key"]], type=relation["type"], other=statements[relation["to"]]
                )
        for statement in statements.values():
            submit(statement_id=statement.id, by=self.author)
            publish(statement_id=statement.id, by=self.reviewer)
        check_deferred_rules()
        return len(statements)

    def _source(self, one: dict[str, Any]) -> SourceText:
        source = Source.objects.create(
            **_without(one, "key", "text", "publisher", "agency"),
            publisher=self.publishers[one["publisher"]],
            agency=self.publishers[one["agency"]] if one["agency"] else None,
        )
        return SourceText.objects.create(source=source, raw=one["text"].encode(), text=one["text"])

    def _load_speakers(self) -> None:
        self.speakers: dict[str, Speaker] = {}
        for one in sorted(self.data["speakers"], key=lambda speaker: speaker["part_of"] is not None):
            speaker = Speaker.objects.create(
                **_without(one, "names", "same_as", "part_of", "country"),
                country=one["country"] or "",
                part_of=self.speakers[one["part_of"]] if one["part_of"] else None,
            )
            self.speakers[one["name"]] = speaker
            for name in one["names"]:
                SpeakerName.objects.create(speaker=speaker, **name)
            for url in one["same_as"]:
                SpeakerSameAs.objects.create(speaker=speaker, url=url)
        self.roles = {one["key"]: Role.objects.create(**_without(one, "key")) for one in self.data["roles"]}
        self.memberships = {
            (one["speaker"], one["role"]): Membership.objects.create(
                speaker=self.speakers[one["speaker"]],
                role=self.roles[one["role"]],
                organization=self.speakers[one["organization"]] if one["organization"] else None,
                start=one["start"],
                end=one["end"],
            )
            for one in self.data["memberships"]
        }

    def _statement(self, one: dict[str, Any]) -> Statement:
        first, *others = one["appearances"]
        report, parts = self._report(one, first)
        statement = record_statement(
            parts=parts,
            report=report,
            wordings=one["wordings"],
            topics=[self.topics[key] for key in one["topics"]],
            values={
                **{name: one[name] for name in ("said_at", "act", "attitude", "intensity")},
                **{name: one[name] or "" for name in ("said_at_text", "said_at_basis", "intensity_phrase")},
                "event": self.events[one["event"]] if one["event"] else None,
                "created_by": self.author,
            },
        )
        for other in others:
            report, parts = self._report(one, other)
            rows = {(row.speaker_id, row.kind): row for row in statement.attributions.all()}
            add_appearance(
                statement=statement,
                report=report,
                parts=[(part, rows[part.speaker.pk, part.kind]) for part in parts],
            )
        for position in one["positions"]:
            Position.objects.create(
                statement=statement, claim=self.claims[position["claim"]], stance=position["stance"]
            )
        return statement

    def _report(self, one: dict[str, Any], appearance: dict[str, Any]) -> tuple[Report, list[Part]]:
        revision = self.texts[appearance["source"]]
        mentions = {mention["speaker"]: mention for mention in appearance["mentions"]}

        def span(words: str | None) -> Span | None:
            return find(revision.text, words) if words else None

        parts = [
            Part(
                speaker=self.speakers[each["speaker"]],
                kind=each["kind"],
                certainty=each["certainty"],
                membership=self.memberships.get((each["speaker"], each["role"])),
                mention=span(mentions.get(each["speaker"], {}).get("mention")),
                role=span(mentions.get(each["speaker"], {}).get("role")),
            )
            for each in one["attributions"]
        ]
        report = Report(
            revision=revision,
            segments=[find(revision.text, exact) for exact in appearance["segments"]],
            quotation_type=appearance["quotation_type"],
            cue=span(appearance["cue"]),
            is_headline=appearance["is_headline"],
            relays=[Passing(self.speakers[relay["speaker"]], span(relay["mention"])) for relay in appearance["relays"]],
        )
        return report, parts


def _without(one: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name not in names}
