"""Values for query parameters, by what the OpenAPI document says of each."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

RESOURCE = re.compile(r"/api/v1/([a-z-]+)/")
EXAMPLE = re.compile(r"Example: `([^`]+)`")
DATES = ["2023-09", "2023", "2023-09-13", "2024-11-16", "1809-08-07", "9999"]
NOBODY = "00000000-0000-7000-8000-000000000000"
#: what is nobody's value, sent to each parameter once
WRONG = "zyzzo wrong"


@dataclass
class Known:
    """What answers have shown so far, and what they must not show."""

    #: name in addresses -> ids
    shown: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    hidden: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: member of an answer -> values
    values: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    hidden_words: Sequence[str] = ()

    def see(self, name: str, rows: Iterable[Any]) -> None:
        """Take in a page of a list."""
        for row in rows:
            if row["id"] not in self.shown[name]:
                self.shown[name].append(row["id"])
            for member, value in _texts(row, ""):
                self.values[member].add(value)

    def words(self) -> list[str]:
        """The first words of all texts that have several."""
        texts = sorted({one for several in self.values.values() for one in several if " " in one})
        return sorted({word.strip("“”«».,:;()’'\"") for text in texts for word in text.split()[:2]} - {""})


class NoValueError(Exception):
    """Nobody has said what to send for a parameter."""


def values_for(parameter: Mapping[str, Any], known: Known) -> list[list[str]]:
    """Return values to send, each a list as it may be given several times; a wrong one comes last.

    Raise NoValueError for a parameter of a kind that is new.
    """
    schema = parameter["schema"]
    item = schema.get("items", schema)
    found = list(_of_item(parameter["name"], item, parameter.get("description", ""), known))
    if not found:
        raise NoValueError(f"{parameter['name']}: say in tests/leaks/filling.py what to send for {schema}")
    several = [found[:2]] if schema["type"] == "array" and len(found) > 1 else []
    return [*([one] for one in found), *several, [WRONG]]


def questions(template: str, known: Known) -> Iterator[dict[str, Any]]:
    """Yield bodies to post to an address that strangers may ask by POST; raise NoValueError for one that is new."""
    if template != "/api/v1/quotes/check/":
        raise NoValueError(f"say in tests/leaks/filling.py what strangers may post to {template}")
    recorded = ("/wordings/text", "/appearances/segments/exact")
    words = [*known.hidden_words, *(one for name in recorded for one in sorted(known.values[name]))]
    speakers = [*known.shown["speakers"][:3], *known.hidden.get("speakers", [])[:3], NOBODY]
    for one in words:
        yield {"words": one[:2000]}
        yield {"words": f"{one[:1900]} armement"}
        yield {"words": " ".join(one.split()[1:4]) or one[:2000], "speaker": speakers[len(one) % len(speakers)]}
    yield from ({"words": words[-1][:2000], "speaker": one} for one in speakers)
    yield from ({"words": "il est là the", "language": one} for one in ("fr", "en", "qz", None))
    yield {"words": "concern préoccupation armement"}


def _of_item(name: str, item: Mapping[str, Any], about: str, known: Known) -> Iterator[str]:
    if "enum" in item:
        yield from item["enum"]
    elif item["type"] == "boolean":
        yield from ("true", "false")
    elif item["type"] == "integer":
        yield from (str(number) for number in sorted({item.get("minimum", 1), 2, 3, item.get("maximum", 2_000)}))
    elif item.get("format") == "uuid":
        yield from _ids(about, known)
    elif "pattern" in item:
        yield from _of_pattern(name, re.compile(item["pattern"]), known)
    elif item["type"] == "string" and name != "cursor":
        yield from EXAMPLE.findall(about)
        yield from known.hidden_words
        yield from known.words()
    elif name == "cursor":
        yield "made-by-hand"


def _of_pattern(name: str, pattern: re.Pattern[str], known: Known) -> Iterator[str]:
    if pattern.fullmatch("2023-09-13"):
        yield from DATES
    else:
        seen = {one for member, several in known.values.items() if member.split("/")[-1] == name for one in several}
        yield from sorted(one for one in seen if pattern.fullmatch(one))
        # a language, and a country, that only drafts have
        yield from (one for one in ("qz", "QZ") if pattern.fullmatch(one))


def _ids(about: str, known: Known) -> Iterator[str]:
    """Ids of what the description says, public and hidden in turn; of everything where it does not say."""
    names = RESOURCE.findall(about) or sorted({*known.shown, *known.hidden})
    for name in names:
        shown, hidden = known.shown[name], known.hidden.get(name, [])
        yield from (one for pair in zip(shown, hidden, strict=False) for one in pair)
        least = min(len(shown), len(hidden))
        yield from (*shown[least:], *hidden[least:])
    yield NOBODY


def _texts(value: Any, member: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _texts(below, f"{member}/{name}")
    elif isinstance(value, list):
        for below in value:
            yield from _texts(below, member)
    elif isinstance(value, str):
        yield member, value
