"""Datasets of any size with every kind of row and field in them, the same ones each time.

`python -m tests.bench.dataset 50000 > file.ndjson` writes one. The lines are those of an export, byte for byte: what
`export_dataset` writes of a record that holds nothing else is this file again.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from claims.exchange.lines import LINES, VERSION
from claims.models.vocabularies import (
    Act,
    Attitude,
    AttributionKind,
    Certainty,
    DateBasis,
    EventType,
    Intensity,
    NameKind,
    QuotationType,
    RelationType,
    RoleCategory,
    SpeakerType,
    Stance,
    Status,
)
from claims.text.spans import CONTEXT
from sources.models import Licence, PublisherKind, SourceType
from tests.bench.invented import LANGUAGES, Inventor

Written = dict[str, Any]

_COUNTRIES = ["FR", "JP", "KR", "US", "BE", None]
_DATES = [
    "2023", "2025-02", "2023-09-13", "2023~", "2025-02?", "2023-09-13~", "2021/2022", "2021-03/2021-05-07",
    "2020-02-29/..", "../2024-11", "1999?/2001~", "2024-12-31?", None,
]  # fmt: skip
_ENCODINGS = ["iso-8859-1", "windows-1252", "utf-16", "utf-16-be", "utf-8-sig", "iso-8859-15"]


class _Maker(Inventor):
    """Makes the rows of one dataset, each kind from those before it."""

    def __init__(self, statements: int, seed: int) -> None:
        super().__init__(seed)
        self.count = statements
        self.texts: dict[str, dict[int, str]] = {}
        self.languages: dict[str, str] = {}
        self.live: list[str] = []
        self.people: list[str] = []
        self.held: dict[str, list[str]] = {}
        self.ids: dict[str, list[str]] = {record: [] for record in LINES}

    def id(self, record: str) -> str:
        """The id of a new row of this kind."""
        found = self.new_id()
        self.ids[record].append(found)
        return found

    def any(self, record: str) -> str:
        return self.chance.choice(self.ids[record])

    def same_as(self, kind: str, number: int) -> list[str]:
        pages = [
            f"https://www.wikidata.org/wiki/Q{number + 10}{len(kind)}",
            f"http://register.example/{kind}/{number}?a=b&c=d",
        ]
        return self.some(pages, 2)

    # One method a kind, in the order of the file

    def publisher(self) -> Iterator[Written]:
        for number in range(max(3, self.count // 500)):
            yield {
                "id": self.id("publisher"),
                "name": f"Gazette {number} {self.words(2)}",
                "kind": _nth(PublisherKind.values, number),
                "country": _nth(_COUNTRIES, number),
                "homepage": self.rarely(f"https://gazette{number}.example/", 2),
                "same_as": self.same_as("publisher", number),
            }

    def source(self) -> Iterator[Written]:
        total = max(14, self.count // 8)
        originals = []
        for number in range(total):
            is_copy = number > total * 4 // 5
            made = self.id("source")
            self.languages[made] = language = _nth(LANGUAGES, number)
            if not is_copy:
                originals.append(made)
            yield {
                "id": made,
                "type": _nth(SourceType.values, number),
                "title": f"Article {number} « {self.words(5)} »",
                "url": f"https://gazette.example/a/{number}?page=2" if number % 3 else None,
                "publisher": self.rarely(self.any("publisher"), 2),
                "agency": self.rarely(self.any("publisher")),
                "copy_of": self.chance.choice(originals) if is_copy else None,
                "authors": [f"Autrice {self.words(1)}" for _ in range(self.chance.randrange(3))],
                "translator": self.rarely("Łucja O’Traduttrice"),
                "language": language,
                "published_at": _nth(_DATES, number),
                "retrieved_at": _nth([None, "2025-02-13T10:30:00Z", "2024-02-29T23:59:59.000001Z"], number),
                "archived_at": self.rarely(f"https://archive.example/{number}"),
                "licence": _nth(Licence.values, number),
            }

    def source_text(self) -> Iterator[Written]:
        for number, source in enumerate(self.ids["source"]):
            if number % 23 == 22:
                continue  # a document without its words
            self.texts[source] = {}
            for revision in range(1, 3 if number % 7 == 0 else 2):
                yield self._revision(source, revision, number)

    def _revision(self, source: str, revision: int, number: int) -> Written:
        is_page, is_packed = number % 5 == 1, number % 5 == 2
        encoding = _nth(_ENCODINGS, number) if is_packed else "utf-8"
        text = f"{self.text(encoding=encoding)}{revision}"
        raw = text.encode("utf-8")
        if is_page:
            raw = f"<html><body><p>{text}</p></body></html>".encode()
        elif is_packed:
            raw = text.encode(encoding)
        self.texts[source][revision] = text
        return {
            "id": self.id("source_text"),
            "source": source,
            "number": revision,
            "media_type": "text/html" if is_page else "text/plain",
            "encoding": encoding,
            "text": text,
            "raw": base64.b64encode(raw).decode() if raw != text.encode() else None,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        }

    def speaker(self) -> Iterator[Written]:
        """Each level below the last, as an export has them: wholes before parts, the merged behind who they are."""
        total = max(20, self.count // 40)
        wholes: list[list[str]] = [[], [], []]
        for level, share in ((0, total * 3 // 4), (1, total // 8), (2, total // 8)):
            for number in range(share):
                made = self.id("speaker")
                kind = _nth(SpeakerType.values, number) if level == 0 else _nth(["organization", "group"], number)
                if kind != "person":
                    wholes[level].append(made)
                yield self._speaker(
                    made, kind, number, part_of=self.chance.choice(wholes[level - 1]) if level else None
                )
                self.live.append(made)
                if kind == "person":
                    self.people.append(made)
            if level == 0:
                firsts = list(self.live)
                merged = [self.id("speaker") for _ in range(2)]
                # one step from those they are: among the parts of the first level, by id
                for number, one in enumerate(merged):
                    yield self._speaker(one, "person", 10_000_000 + number, merged_into=self.chance.choice(firsts))

    def _speaker(self, made: str, kind: str, number: int, **chains: str | None) -> Written:
        label = f"{kind} {made[-6:]}"
        return {
            "id": made,
            "type": kind,
            "is_named": number % 9 != 8,
            "name": f"Ada {label} {self.words(2)}",
            "country": _nth(_COUNTRIES, number),
            "part_of": chains.get("part_of"),
            "merged_into": chains.get("merged_into"),
            "note": self.rarely(f"note {label}"),
            "names": [
                {
                    "name": f"{self.words(1)} {label} {place}",
                    "language": self.rarely(self.chance.choice(LANGUAGES), 2),
                    "kind": self.chance.choice(NameKind.values),
                }
                for place in range(self.chance.randrange(4))
            ],
            "same_as": [f"https://register.example/speaker/{made}"] if number % 3 == 0 else [],
        }

    def role(self) -> Iterator[Written]:
        for number in range(max(len(RoleCategory.values), self.count // 1000)):
            yield {
                "id": self.id("role"),
                "category": _nth(RoleCategory.values, number),
                "labels": self.labels(f"office {number}"),
            }

    def membership(self) -> Iterator[Written]:
        bodies = [one for one in self.live if one not in set(self.people)]
        for number in range(max(len(_DATES) * 2, self.count // 30)):
            made, speaker = self.id("membership"), self.chance.choice(self.people)
            self.held.setdefault(speaker, []).append(made)
            is_open = number % 2 == 0
            yield {
                "id": made,
                "speaker": speaker,
                "role": self.any("role"),
                "organization": self.rarely(self.chance.choice(bodies), 2),
                "start": _nth(_DATES, number // 2) if is_open else _nth(["2019", "2020-02-29~", None], number),
                "end": None if is_open else _nth(["2024-12?", "2025/..", "2025-01-31", None], number),
            }

    def event(self) -> Iterator[Written]:
        for number in range(max(len(_DATES), self.count // 200)):
            yield {
                "id": self.id("event"),
                "name": f"Conférence {number} {self.words(2)}",
                "type": _nth(EventType.values, number),
                "location": self.rarely("Port-Écume", 2),
                "date": _nth(_DATES, number),
            }

    def topic(self) -> Iterator[Written]:
        total = max(8, self.count // 400)
        above: list[str] = []
        for level in range(3):
            level_ids = []
            for number in range(total // 3 + 1):
                made = self.id("topic")
                level_ids.append(made)
                yield {
                    "id": made,
                    "labels": self.labels(f"topic {level} {number}"),
                    "broader": self.chance.choice(above) if above else None,
                    "merged_into": None,
                    "same_as": [f"https://register.example/topic/{made}"] if number % 2 else [],
                }
            above = level_ids

    def claim(self) -> Iterator[Written]:
        for number in range(max(6, self.count // 50)):
            yield {"id": self.id("claim"), "text": self.labels(f"The harbour {number} is open.")}

    def review(self) -> Iterator[Written]:
        for number in range(max(4, self.count // 200)):
            yield {
                "id": self.id("review"),
                "claim": self.any("claim"),
                "publisher": self.any("publisher"),
                "url": f"https://check.example/{number}",
                "rating": _nth(["Faux", "True 🟢", "Non démontré"], number),
                "claim_reviewed": self.words(6),
                "reviewed_at": _nth(_DATES, number),
            }

    def intensity_phrase(self) -> Iterator[Written]:
        for number in range(12):
            yield {
                "id": self.id("intensity_phrase"),
                "language": _nth(["fr", "en", "de", "ru"], number),
                "phrase": f"phrase {chr(97 + number)} profond\u202fément",
                "intensity": _nth(Intensity.values, number),
            }

    def statement(self) -> Iterator[Written]:
        for number in range(self.count):
            yield self._statement(number)

    def _statement(self, number: int) -> Written:
        status = _nth([*Status.values, "published", "published", "draft"], number)
        is_out = status in ("published", "withdrawn")
        said = _nth(_DATES, number)
        intensity = _nth([*Intensity.values, None, None], number)
        made = self.id("statement")
        attributions = self._attributions(number, has_speaker=status != "draft")
        appearances = [
            self._appearance(source, attributions)
            for source in self.some(list(self.texts), _nth([1, 1, 2, 3, 0], number))
        ]
        is_bare = not appearances and status == "draft" and number % 2 == 0
        return {
            "id": made,
            "status": status,
            "said_at": said,
            "said_at_text": self.rarely("samedi\u00a013"),
            "said_at_basis": _nth(DateBasis.values, number) if said else None,
            "event": self.rarely(self.any("event")),
            "act": _nth(Act.values, number),
            "cameo": _nth(["01", "173", "1122", None, None], number),
            "attitude": _nth([*Attitude.values, None], number),
            "intensity": intensity,
            "intensity_phrase": "profonde" if intensity else None,
            "topics": sorted(self.some(self.ids["topic"], 3)),
            "wordings": [] if is_bare else self._wordings(),
            "attributions": attributions,
            "appearances": appearances,
            "positions": [
                {"claim": claim, "stance": self.chance.choice(Stance.values)}
                for claim in self.some(self.ids["claim"], _nth([0, 0, 1, 2], number))
            ],
            "is_self_reviewed": is_out and number % 4 == 0,
            "published_at": _nth(["2025-02-13T10:30:00Z", "2024-07-01T00:00:00.123456Z"], number) if is_out else None,
            "returned_reason": "Which minister?" if status == "draft" and number % 3 == 0 else None,
            "withdrawn_reason": "Misattributed: « not said »." if status == "withdrawn" else None,
        }

    def _wordings(self) -> list[Written]:
        languages = self.some(LANGUAGES, 3, least=1)
        has_original = self.chance.random() < 0.7
        return [
            {
                "language": language,
                "text": self.words(self.chance.randint(5, 20)),
                "is_original": has_original and place == 0,
                "translator": self.rarely("Équipe") if place else None,
            }
            for place, language in enumerate(languages)
        ]

    def _attributions(self, number: int, *, has_speaker: bool) -> list[Written]:
        speakers = self.some(self.live, 4, least=1)
        if number % 6 == 0:
            speakers = self.some(self.people, 2, least=1)
        kinds = [AttributionKind.SPEAKER.value] * len(speakers)
        if len(speakers) > 1:
            kinds[1:] = [self.chance.choice(AttributionKind.values) for _ in kinds[1:]]
        elif not has_speaker and number % 11 == 0:
            kinds = [AttributionKind.ADDRESSEE.value]
        return [
            {
                "speaker": speaker,
                "kind": kind,
                "certainty": self.chance.choice(Certainty.values),
                "membership": self.rarely(self.chance.choice(self.held[speaker]), 2) if speaker in self.held else None,
            }
            for speaker, kind in zip(speakers, kinds, strict=True)
        ]

    def _appearance(self, source: str, attributions: list[Written]) -> Written:
        revision = max(self.texts[source]) if self.chance.random() < 0.6 else 1
        text = self.texts[source][revision]
        ends = sorted(self.chance.sample(range(len(text)), 2 * self.chance.choice([1, 1, 1, 2, 3, 4])))
        made = self.new_id()
        spans = [(start, min(end, start + 120)) for start, end in list(pairwise(ends))[::2]]
        return {
            "id": made,
            "source": source,
            "revision": revision,
            "quotation_type": self.chance.choice(QuotationType.values),
            "language": self.chance.choice([self.languages[source], "ru"]),
            "is_headline": self.chance.random() < 0.1,
            "segments": [
                {
                    "start": start,
                    "end": end,
                    "exact": text[start:end],
                    "prefix": text[max(0, start - CONTEXT) : start],
                    "suffix": text[end : end + CONTEXT],
                }
                for start, end in spans
            ],
            "cue": self.rarely(self._words(text), 2),
            "mentions": [
                {
                    "speaker": one["speaker"],
                    "kind": one["kind"],
                    "name": self._words(text) if place % 2 == 0 else None,
                    "role": self._words(text) if place % 3 == 1 or place % 2 else None,
                }
                for place, one in enumerate(attributions)
                if self.chance.random() < 0.6
            ],
            "relays": [
                {"speaker": speaker, "mention": self.rarely(self._words(text), 2)}
                for speaker in self.some(self.live, self.chance.choice([0, 0, 1, 2]))
            ],
        }

    def _words(self, text: str) -> Written:
        start = self.chance.randrange(len(text) - 1)
        end = min(len(text), start + self.chance.randint(1, 30))
        return {"start": start, "end": end, "exact": text[start:end]}

    def relation(self) -> Iterator[Written]:
        statements = self.ids["statement"]
        seen = set()
        for number in range(len(statements) // 4):
            one, other = self.chance.sample(statements, 2)
            kind = _nth(RelationType.values, number)
            if (one, kind, other) not in seen:
                seen.add((one, kind, other))
                yield {"id": self.id("relation"), "statement": one, "type": kind, "other": other}


def _nth(values: Sequence[Any], number: int) -> Any:
    return values[number % len(values)]


def rows(statements: int, *, seed: int = 1) -> dict[str, list[Written]]:
    """Return the rows of a dataset by kind, as lines have them."""
    maker = _Maker(statements, seed)
    makers: dict[str, Callable[[], Iterator[Written]]] = {record: getattr(maker, record) for record in LINES}
    return {record: [{"record": record, **row} for row in make()] for record, make in makers.items()}


def lines(statements: int, *, seed: int = 1) -> Iterator[str]:
    """Yield the lines of a dataset of so many statements, without line feeds."""
    found = rows(statements, seed=seed)
    counts = {record: len(some) for record, some in found.items()}
    yield _line({"record": "dataset", "version": VERSION, "scope": "all", "records": counts})
    for some in found.values():
        yield from map(_line, some)


def dataset(statements: int, *, seed: int = 1) -> bytes:
    """Return the whole file."""
    return "".join(f"{line}\n" for line in lines(statements, seed=seed)).encode("utf-8")


def _line(row: Written) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))
