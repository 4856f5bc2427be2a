"""Turn a corpus of Wikinews articles into a dataset: `python -m tests.bench.wikinews CORPUS.jsonl > news.ndjson`.

Each line of the corpus is an article: `{"id", "date", "title", "text", "entities"}`. Out come one publisher and one
source an article, its text as it is. `entities` (names of persons and organizations) are left: a name is no statement.
An article whose line cannot be taken as it is is told of on standard error, with what was done about it; if one had to
be left out, the exit status is 1. Addresses of the articles are not in the corpus, so none are written.
"""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

PUBLISHER = {
    "record": "publisher",
    "key": "wikinews",
    "name": "Wikinews",
    "kind": "online",
    "homepage": "https://fr.wikinews.org/",
}
MAX_TITLE = 500
Tell = Callable[[str], None]


class LeftOutError(Exception):
    """A line that is no article; the message says why."""


def dataset(lines: Iterable[bytes], tell: Tell) -> Iterator[dict[str, Any]]:
    """Yield the lines of the dataset; `tell` hears of each special case, and of the numbers at the end."""
    articles, left_out = _articles(lines, tell)
    times = Counter(one["text"] for one in articles.values())
    # the numbers promised here let the import notice a dataset that was cut
    yield {"record": "dataset", "version": 1, "records": {"publisher": 1, "source": len(articles)}}
    yield PUBLISHER
    for number, one in articles.items():
        yield _source(number, one, shares_its_words=times[one["text"]] > 1, tell=tell)
    tell(f"{len(articles) + left_out} lines read, {len(articles)} articles written, {left_out} left out.")


def _articles(lines: Iterable[bytes], tell: Tell) -> tuple[dict[int, dict[str, Any]], int]:
    """Return the articles by the number of their line, and how many lines were left out."""
    articles: dict[int, dict[str, Any]] = {}
    known: dict[str, int] = {}
    left_out = 0
    for number, line in enumerate(lines, start=1):
        try:
            one = _article(line)
            _check_new(one, known, articles)
        except LeftOutError as reason:
            left_out += 1
            tell(f"line {number}: left out: {reason}.")
        else:
            known[one["id"]] = number
            articles[number] = one
    return articles, left_out


def _check_new(one: dict[str, Any], known: dict[str, int], articles: dict[int, dict[str, Any]]) -> None:
    if (first := known.get(one["id"])) is not None:
        same = "says the same as" if one == articles[first] else "has the id of, and differs from,"
        raise LeftOutError(f"it {same} line {first}")


def _article(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise LeftOutError(f"it is not JSON ({error})") from None
    if not isinstance(found, dict):
        raise LeftOutError("it is no object")
    for name in ("id", "title", "text"):
        if not isinstance(found.get(name), str) or not found[name].strip():
            raise LeftOutError(f"its {name} is missing or blank")
        if any("\ud800" <= character <= "\udfff" for character in found[name]):
            raise LeftOutError(f"its {name} holds half a character (a lone surrogate)")
    return found


def _source(number: int, one: dict[str, Any], *, shares_its_words: bool, tell: Tell) -> dict[str, Any]:
    line: dict[str, Any] = {"record": "source", "key": one["id"]}
    day = _day(one.get("date"))
    if shares_its_words:
        # sources without address are known again by their words: these are not, so they get ids, always the same
        line["id"] = str(_id(one["id"], day))
        tell(f"line {number}: other articles have the very same words: it has an id of its own.")
    title = one["title"]
    if len(title) > MAX_TITLE:
        title = title[: MAX_TITLE - 1] + "…"
        tell(f"line {number}: its title has {len(one['title'])} characters: cut to {MAX_TITLE}.")
    line |= {"title": title, "publisher": "#wikinews", "language": "fr"}
    if day is not None:
        line["published_at"] = day.isoformat()
    else:
        tell(f"line {number}: {one.get('date')!r} is no day: it is undated.")
    return line | {"licence": "CC-BY", "text": one["text"]}


def _day(value: Any) -> date | None:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return day if day.isoformat() == value else None


def _id(name: str, day: date | None) -> UUID:
    """A UUIDv7 made of the day and the name alone."""
    start = datetime.combine(day or date(1970, 1, 1), datetime.min.time(), UTC)
    moment = max(0, int(start.timestamp() * 1000)).to_bytes(6, "big")
    whole = bytearray(moment + hashlib.sha256(name.encode("utf-8")).digest()[:10])
    whole[6] = 0x70 | whole[6] & 0x0F
    whole[8] = 0x80 | whole[8] & 0x3F
    return UUID(bytes=bytes(whole))


def main(arguments: list[str]) -> int:
    """Write the dataset of the corpus that is named to standard output."""
    if len(arguments) != 1:
        print("Usage: python -m tests.bench.wikinews CORPUS.jsonl", file=sys.stderr)
        return 2
    told: list[str] = []

    def tell(sentence: str) -> None:
        told.append(sentence)
        print(sentence, file=sys.stderr)

    try:
        with Path(arguments[0]).open("rb") as file:
            for line in dataset(file, tell):
                sys.stdout.buffer.write(json.dumps(line, ensure_ascii=False).encode("utf-8") + b"\n")
    except OSError as error:
        print(f"{arguments[0]}: {error.strerror}.", file=sys.stderr)
        return 1
    return int(any(": left out: " in sentence for sentence in told))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
