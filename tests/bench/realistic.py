"""Datasets of any size that are like a real record: many statements of few speakers, long texts, a choice of words.

`python -m tests.bench.dataset --realistic 1000000 > million.ndjson` writes one, the same for the same seed. Nothing is
kept but ids and names of speakers and topics: a hundred megabytes in all for ten million statements. Ids follow from
kind and number, so that any line can refer to any other. What can be asked for is told by `Realistic`: words by how
often they stand, phrases, speakers from the one of whom there is most.
"""

import json
import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Any

from tests.bench.vocabulary import (
    LANGUAGES,
    RUNS_A_SHORT_TEXT,
    RUNS_A_TEXT,
    Asked,
    Vocabulary,
    ranked_from_second,
)

VERSION = 1  # of the format (docs/dataset.md); its models would need Django
FIRST_DAY, DAYS = date(2010, 1, 1), 6_000  # to June 2026
SHARE_OF_FIRST_SPEAKER = 0.1
SHARE_OF_FRENCH = 0.7
SHARE_TRANSLATED = 0.3
SHARE_OF_SECOND_SPEAKERS = 0.2
SHARE_NAMED_IN_TEXT = 0.5
#: statements of ten sources that follow each other: ten on average
_OF_SOURCES = (10, 7, 13, 9, 11, 10, 8, 12, 6, 14)
_BEFORE = list(accumulate(_OF_SOURCES, initial=0))

EPOCH = 1_600_000_000_000  # milliseconds of the first ids
_KINDS = {
    "publisher": 1, "source": 2, "source_text": 3, "speaker": 4, "role": 5, "membership": 6, "topic": 7, "statement": 8,
    "appearance": 9,
}  # fmt: skip
_COUNTRIES = ("FR", "US", "GB", "DE", "JP", "KR", "BE", "CA", "IT", "ES", "RU", "CN")
_ROLES = {
    "foreign_minister": ("ministre des Affaires étrangères", "foreign minister"),
    "defence_minister": ("ministre de la Défense", "defence minister"),
    "minister": ("ministre", "minister"),
    "spokesperson": ("porte-parole", "spokesperson"),
    "head_of_state": ("chef de l’État", "head of state"),
    "head_of_government": ("chef du gouvernement", "head of government"),
    "ambassador": ("ambassadeur", "ambassador"),
    "legislator": ("député", "member of parliament"),
    "official": ("fonctionnaire", "official"),
    "expert": ("expert", "expert"),
}
_SYLLABLES = "ba bel cor dan del fer gar hol jan kal lam mor nor pel ros san tor vas wil zan"
_FIRST_NAMES = "Ana Boris Chloé Dina Emil Farah Georg Hélène Ivan Jun Katia Léon Mina Noé Olga Paul Rosa Sven Tara Yann"
_ACTS = (*("assert",) * 4, "deny", "promise", "demand", "warn", "accuse", "announce", "condemn", "express")
_ATTITUDES = (None, None, None, None, "concern", "support", "opposition", "satisfaction", "doubt")
_CUES = {"fr": ("a déclaré", "a affirmé", "a dit"), "en": ("said", "stated", "told reporters")}
_QUOTED = {"fr": ("«\u00a0", "\u00a0», "), "en": ("“", ",” ")}


@dataclass(frozen=True)
class Quote:
    """What one source says of one statement: its words, whose they are, and where all of it stands in the text."""

    text: str
    start: int
    speaker: int
    #: the words printed behind the quote and where they begin
    cue: str
    cue_start: int
    #: where the speaker's name is printed; None where it is not
    name_start: int | None


class Realistic:
    """One dataset: how many there are of each kind, what can be asked for, and its lines."""

    def __init__(self, statements: int, *, seed: int = 1, is_short: bool = False) -> None:
        """Where it is short, statements have a third of the words and stand in no source: three fifths of the room."""
        self.statements, self.seed, self.is_short = statements, seed, is_short
        self.speakers = max(20, statements // 50)
        self.sources = self._number_of_sources()
        self.topics = max(20, statements // 500)
        self.publishers = max(10, statements // 10_000)
        self._salts = {
            kind: (digit, digit * 0xD1B54A32D192ED03 + seed * 0x2545F4914F6CDD1D) for kind, digit in _KINDS.items()
        }
        # most of a file's lines name some of these
        self._speakers_ids = [self.id("speaker", number) for number in range(self.speakers)]
        self._topics_ids = [self.id("topic", number) for number in range(self.topics)]
        self._names = [self._name(number) for number in range(self.speakers)]
        self._shares = ranked_from_second(self.speakers, SHARE_OF_FIRST_SPEAKER, shift=10)

    def _number_of_sources(self) -> int:
        tens, rest = divmod(self.statements, _BEFORE[-1])
        return 10 * tens + next(number for number, before in enumerate(_BEFORE) if before >= rest)

    @cached_property
    def vocabularies(self) -> dict[str, Vocabulary]:
        """The words by language."""
        shares = {"fr": SHARE_OF_FRENCH, "en": 1 - SHARE_OF_FRENCH}
        runs_a_text = RUNS_A_SHORT_TEXT if self.is_short else RUNS_A_TEXT
        return {
            language: Vocabulary(
                language,
                self.seed,
                share_of_statements=share + (1 - share) * SHARE_TRANSLATED,
                runs_a_text=runs_a_text,
            )
            for language, share in shares.items()
        }

    @property
    def asked(self) -> dict[str, Asked]:
        """By language, the words and phrases that are in it as often as `vocabulary.SHARES` says, once at least."""
        return {language: self.vocabularies[language].asked for language in LANGUAGES}

    def id(self, kind: str, number: int) -> str:
        """The UUIDv7 of the row of this kind and number, from 0."""
        moment, (digit, salt) = EPOCH + number, self._salts[kind]
        mixed = (number * 0x9E3779B97F4A7C15 + salt) & 0xFFFFFFFFFFFFFFFF
        return (
            f"{moment >> 16:08x}-{moment & 0xFFFF:04x}-7{digit:x}{mixed >> 56:02x}"
            f"-{0x8000 | (mixed >> 42 & 0x3FFF):04x}-{mixed & 0xFFFFFFFFFFFF:012x}"
        )

    def share_of_speaker(self, number: int) -> float:
        """The share of all attributions that are to this speaker, by construction; the first has most."""
        return self._shares[number] - (self._shares[number - 1] if number else 0)

    def name(self, speaker: int) -> str:
        """The name of a speaker: no other has it."""
        return self._names[speaker]

    def _name(self, speaker: int) -> str:
        first = _FIRST_NAMES.split()
        return f"{first[speaker % len(first)]} {self._surname(speaker // len(first))}"

    def _surname(self, number: int) -> str:
        syllables = _SYLLABLES.split()
        parts = []
        for _ in range(3):
            number, place = divmod(number, len(syllables))
            parts.append(syllables[place])
        return "".join(parts).capitalize() + (f"-{self._surname(number - 1)}" if number else "")

    def lines(self) -> Iterator[str]:
        """Yield the lines of the file, without line feeds, in the order of an export."""
        yield self._header()
        yield from self._publishers()
        for number in range(self.sources):
            yield self._source(number)
        for number in range(self.sources):
            yield self._source_text(number)
        yield from self._speakers()
        yield from self._roles()
        yield from self._memberships()
        yield from self._topics()
        for number in range(self.sources):
            yield from self._statements_of(number)

    def _header(self) -> str:
        counts = {
            "publisher": self.publishers,
            "source": self.sources,
            "source_text": self.sources,
            "speaker": self.speakers,
            "role": len(_ROLES),
            "membership": sum(map(self._holds_a_role, range(self.speakers))),
            "topic": self.topics,
            "statement": self.statements,
        }
        return _json({"record": "dataset", "version": VERSION, "scope": "all", "records": counts})

    def _publishers(self) -> Iterator[str]:
        for number in range(self.publishers):
            yield _json(
                {
                    "record": "publisher",
                    "id": self.id("publisher", number),
                    "name": f"Gazette {self._surname(number)}",
                    "country": _COUNTRIES[number % len(_COUNTRIES)],
                    "homepage": f"https://gazette{number}.example/",
                }
            )

    def _language(self, source: int) -> str:
        return "fr" if source * 7 % 10 < 10 * SHARE_OF_FRENCH else "en"

    def _before_in_its_language(self, source: int) -> int:
        """How many statements there are in the sources of the same language before this one."""
        tens, place = divmod(source, 10)
        same = [many if self._language(at) == self._language(place) else 0 for at, many in enumerate(_OF_SOURCES)]
        return tens * sum(same) + sum(same[:place])

    def _chance(self, kind: str, number: int) -> random.Random:
        """What the rows of one source are drawn from, whenever they are."""
        return random.Random((self.seed * 16 + _KINDS[kind]) * 1_000_000_007 + number)  # noqa: S311

    def _day(self, source: int) -> date:
        # a step that has no divisor in common with the number of days spreads them evenly
        return FIRST_DAY + timedelta(days=source * 3_001 % DAYS)

    def _source(self, number: int) -> str:
        language = self._language(number)
        return _json(
            {
                "record": "source",
                "id": self.id("source", number),
                "title": self.vocabularies[language].label(number).capitalize(),
                "url": f"https://gazette{number % self.publishers}.example/{number}",
                "publisher": self.id("publisher", number % self.publishers),
                "language": language,
                "published_at": self._day(number).isoformat(),
                "licence": "CC-BY" if number % 3 else "all-rights-reserved",
            }
        )

    def _source_text(self, number: int) -> str:
        text, _quotes = self._text(number)
        return _json(
            {
                "record": "source_text",
                "id": self.id("source_text", number),
                "source": self.id("source", number),
                "text": text,
            }
        )

    def _statements_in(self, source: int) -> range:
        """The numbers of the statements that a source has."""
        tens, place = divmod(source, 10)
        first = tens * _BEFORE[-1] + _BEFORE[place]
        return range(first, min(first + _OF_SOURCES[place], self.statements))

    def _text(self, source: int) -> tuple[str, list[Quote]]:
        """The words of a source and what they quote."""
        chance, language = self._chance("source_text", source), self._language(source)
        vocabulary = self.vocabularies[language]
        opening, closing = _QUOTED[language]
        # each word that is asked for stands in one of the first texts, so that small sets have all of them too
        promised = iter(vocabulary.asked.all[self._before_in_its_language(source) :])
        pieces = [f"{vocabulary.label(source).capitalize()}\n"]
        length = len(pieces[0])
        quotes = []
        for number in self._statements_in(source):
            words = vocabulary.text(chance)
            words = f"{words} {next(promised, '')}".rstrip()
            words = words[0].upper() + words[1:]
            speaker = bisect(self._shares, chance.random())
            cue = chance.choice(_CUES[language])
            is_named = chance.random() < SHARE_NAMED_IN_TEXT
            start = length + 1 + len(opening)
            cue_start = start + len(words) + len(closing)
            name_start = cue_start + len(cue) + 1 if is_named else None
            who = self.name(speaker) if is_named else vocabulary.runs[number % len(vocabulary.runs)]
            piece = f"\n{opening}{words}{closing}{cue} {who}.\n"
            pieces.append(piece)
            length += len(piece)
            quotes.append(Quote(words, start, speaker, cue, cue_start, name_start))
        return "".join(pieces), quotes

    def _kind_of(self, speaker: int) -> str:
        place = speaker % 10
        return "organization" if place == 3 else "state" if speaker % 100 == 7 else "group" if place == 9 else "person"

    def _holds_a_role(self, speaker: int) -> bool:
        return speaker % 4 == 0 and self._kind_of(speaker) == "person"

    def _speakers(self) -> Iterator[str]:
        for number in range(self.speakers):
            name = self.name(number)
            others = [{"name": f"{name[0]}. {name.split()[1]}", "language": None, "kind": "spelling"}]
            yield _json(
                {
                    "record": "speaker",
                    "id": self.id("speaker", number),
                    "type": self._kind_of(number),
                    "name": name,
                    "country": _COUNTRIES[number % len(_COUNTRIES)],
                    "names": others if number % 5 == 0 else [],
                }
            )

    def _roles(self) -> Iterator[str]:
        for number, (category, (french, english)) in enumerate(_ROLES.items()):
            labels = {"en": english, "fr": french}
            yield _json({"record": "role", "id": self.id("role", number), "category": category, "labels": labels})

    def _memberships(self) -> Iterator[str]:
        for number in filter(self._holds_a_role, range(self.speakers)):
            yield _json(
                {
                    "record": "membership",
                    "id": self.id("membership", number),
                    "speaker": self.id("speaker", number),
                    "role": self.id("role", number // 4 % len(_ROLES)),
                    "organization": self.id("speaker", 3 + 10 * (number % (self.speakers // 10))),
                    "start": "2009-05",
                    "end": None,
                }
            )

    def _topics(self) -> Iterator[str]:
        roots = max(10, self.topics // 50)
        for number in range(self.topics):
            labels = {language: self.vocabularies[language].label(_AWAY_FROM_TITLES + number) for language in LANGUAGES}
            broader = self.id("topic", (number - roots) // 7) if number >= roots else None
            yield _json({"record": "topic", "id": self.id("topic", number), "labels": labels, "broader": broader})

    def _statements_of(self, source: int) -> Iterator[str]:
        """The lines of the statements that a source has, put together as text: most of the file is theirs."""
        _text, quotes = self._text(source)
        chance, language = self._chance("statement", source), self._language(source)
        other = "en" if language == "fr" else "fr"
        day = self._day(source)
        for number, quote in zip(self._statements_in(source), quotes, strict=True):
            words = _text_json(quote.text)
            wordings = f'{{"language":"{language}","text":{words},"is_original":true,"translator":null}}'
            if chance.random() < SHARE_TRANSLATED:
                translated = _text_json(self.vocabularies[other].text(chance))
                wordings += f',{{"language":"{other}","text":{translated},"is_original":false,"translator":null}}'
            said = (day - timedelta(days=chance.randrange(4))).isoformat()
            attitude = chance.choice(_ATTITUDES)
            first, second = self._two_topics(chance)
            yield (
                f'{{"record":"statement","id":"{self.id("statement", number)}","status":"published",'
                f'"said_at":"{said}","said_at_basis":"inferred","act":"{chance.choice(_ACTS)}",'
                f'"attitude":{_text_json(attitude) if attitude else "null"},'
                f'"topics":["{self._topics_ids[first]}","{self._topics_ids[second]}"],"wordings":[{wordings}],'
                f'"attributions":[{self._attributions(chance, quote.speaker)}],'
                f'"appearances":[{"" if self.is_short else self._appearance(number, source, quote)}],'
                f'"published_at":"{said}T12:00:00Z"}}'
            )

    def _appearance(self, statement: int, source: int, quote: Quote) -> str:
        return (
            f'{{"id":"{self.id("appearance", statement)}","source":"{self.id("source", source)}","revision":1,'
            f'"quotation_type":"direct","language":"{self._language(source)}",'
            f'"segments":[{_span(quote.start, _text_json(quote.text), quote.text)}],'
            f'"cue":{_span(quote.cue_start, _text_json(quote.cue), quote.cue)},'
            f'"mentions":[{self._mention(quote)}]}}'
        )

    def _two_topics(self, chance: random.Random) -> tuple[int, int]:
        first = int(self.topics * chance.random() ** 2)
        return first, (first + 1 + int((self.topics - 1) * chance.random() ** 2)) % self.topics

    def _attributions(self, chance: random.Random, speaker: int) -> str:
        written = self._attribution(speaker, "speaker")
        if chance.random() < SHARE_OF_SECOND_SPEAKERS:
            second = (speaker + 1 + chance.randrange(self.speakers - 1)) % self.speakers
            written += f",{self._attribution(second, chance.choice(('speaker', 'on_behalf_of', 'addressee')))}"
        return written

    def _attribution(self, speaker: int, kind: str) -> str:
        role = f'"{self.id("membership", speaker)}"' if self._holds_a_role(speaker) else "null"
        return (
            f'{{"speaker":"{self._speakers_ids[speaker]}","kind":"{kind}","certainty":"certain","membership":{role}}}'
        )

    def _mention(self, quote: Quote) -> str:
        if quote.name_start is None:
            return ""
        name = self.name(quote.speaker)
        printed = _span(quote.name_start, _text_json(name), name)
        return f'{{"speaker":"{self._speakers_ids[quote.speaker]}","kind":"speaker","name":{printed},"role":null}}'


#: topics are labelled with other words than sources, so that a search for the one does not find the other
_AWAY_FROM_TITLES = 20_000 * 10_000


def _span(start: int, words_json: str, words: str) -> str:
    return f'{{"start":{start},"end":{start + len(words)},"exact":{words_json}}}'


def _json(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


_text_json = json.JSONEncoder(ensure_ascii=False).encode
