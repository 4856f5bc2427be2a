"""The five press articles beside the project, and the statements that a careful reader found in them.

Only offsets are kept here (tests/data/): the words are read from ../shared/seeds, which is not part of the project.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from claims.models import Event, Membership, Relation, Role, Speaker, SpeakerName, SpeakerSameAs, Statement, Topic
from claims.services.recording import Part, Passing, Report
from claims.services.reviewing import publish, submit
from claims.text.spans import Span
from config.environment import BASE_DIR
from sources.models import Publisher, Source, SourceText
from tests.recording import record_statement

ARTICLES = BASE_DIR.parent / "shared" / "seeds"
DATA = Path(__file__).parent / "data"


def read(name: str) -> Any:
    """Return what one file of tests/data holds."""
    path = DATA / name
    if name.endswith(".jsonl"):
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return json.loads(path.read_text("utf-8"))


def require_articles() -> None:
    """Skip the test, saying so, where the articles are not beside the project."""
    if not ARTICLES.is_dir():
        pytest.skip("the press articles (../shared/seeds) are not here")


class Seeds:
    """Articles, speakers and published statements in the database; `keys` tells statement ids by their keys.

    `rows` are the statements of the first reader unless others are given.
    """

    def __init__(self, rows: list[dict[str, Any]] | None = None) -> None:
        self.author = User.objects.create_user("seed-author")
        self.reviewer = User.objects.create_user("seed-reviewer")
        self.texts = {key: self._source(key, one) for key, one in read("seed_sources.json").items()}
        self.speakers: dict[str, Speaker] = {}
        self._make_speakers(read("seed_speakers.json"))
        self.topics: dict[str, Topic] = {}
        self.events: dict[str, Event] = {}
        rows = rows if rows is not None else read("seed_statements.jsonl")
        self.statements = {row["key"]: self._statement(row) for row in rows}
        self.keys = {str(statement.pk): key for key, statement in self.statements.items()}
        for row in rows:
            for relation in row["relations"]:
                Relation.objects.create(
                    statement=self.statements[row["key"]],
                    type=relation["type"],
                    other=self.statements[relation["to"]],
                )
        for statement in self.statements.values():
            submit(statement_id=statement.pk, by=self.author)
            publish(statement_id=statement.pk, by=self.reviewer)

    def _source(self, key: str, one: dict[str, Any]) -> SourceText:
        raw = (ARTICLES / f"{key}.txt").read_bytes()
        text = raw.decode("utf-8")
        agency = Publisher.objects.create(name=one["agency"], kind="news_agency") if one["agency"] else None
        source = Source.objects.create(
            title=text[slice(*one["title"])] if one["title"] else f"Article {key[:3]}",
            language=one["language"],
            published_at=one["published_at"],
            agency=agency,
        )
        return SourceText.objects.create(source=source, raw=raw, text=text)

    def _make_speakers(self, found: dict[str, Any]) -> None:
        for name in sorted(found, key=lambda name: found[name]["part_of"] is not None):
            one = found[name]
            self.speakers[name] = speaker = Speaker.objects.create(
                name=name,
                type=one["type"],
                is_named=one["is_named"],
                country=one["country"] or "",
                part_of=self.speakers[one["part_of"]] if one["part_of"] else None,
            )
            for other in dict.fromkeys(one["names"]):
                SpeakerName.objects.create(speaker=speaker, name=other)
            if one["wikidata"]:
                SpeakerSameAs.objects.create(speaker=speaker, url=one["wikidata"])
        roles: dict[str, Role] = {}
        for name, one in found.items():
            for held in one["memberships"]:
                role = roles.get(held["role"]) or Role.objects.create(
                    category=held["category"], labels={"en": held["role"]}
                )
                roles[held["role"]] = role
                Membership.objects.create(
                    speaker=self.speakers[name],
                    role=role,
                    organization=self.speakers[held["organization"]],
                    start=held["start"],
                    end=held["end"],
                )

    def _statement(self, row: dict[str, Any]) -> Statement:
        revision = self.texts[row["source"]]
        text = revision.text

        def span(ends: list[int] | None) -> Span | None:
            return Span(*ends) if ends else None

        def words(ends: list[int] | None) -> str:
            return Span(*ends).words(text) if ends else ""

        return record_statement(
            parts=[
                Part(
                    speaker=self.speakers[one["name"]],
                    kind=one["kind"],
                    certainty=one["certainty"],
                    mention=span(one["mention"]),
                    role=span(one["role"]),
                )
                for one in row["speakers"]
            ],
            report=Report(
                revision=revision,
                segments=[Span(*ends) for ends in row["segments"]],
                quotation_type=row["quotation_type"],
                language=row["language"],
                cue=span(row["cue"]),
                is_headline=row["is_headline"],
                relays=[Passing(self.speakers[one["name"]], span(one["mention"])) for one in row["relays"]],
            ),
            topics=[self._topic(key) for key in row["topics"]],
            values={
                "said_at": row["said_at"],
                "said_at_text": words(row["said_at_text"]),
                "said_at_basis": row["said_at_basis"] or "",
                "event": self._event(row["event"]) if row["event"] else None,
                "act": row["act"],
                "attitude": row["attitude"],
                "intensity": row["intensity"],
                "intensity_phrase": words(row["intensity_phrase"]),
                "created_by": self.author,
            },
        )

    def _topic(self, key: str) -> Topic:
        if key not in self.topics:
            self.topics[key] = Topic.objects.create(labels={"en": key.replace("-", " ")})
        return self.topics[key]

    def _event(self, name: str) -> Event:
        if name not in self.events:
            self.events[name] = Event.objects.create(name=name)
        return self.events[name]
