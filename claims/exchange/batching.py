"""From the lines of a file to batches of one kind, each of which can be stored at once."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.exchange.items import Item, references_in, referred_to
from claims.exchange.lines import DatasetLine
from claims.exchange.reading import DatasetError, LineError, Problem, line_of, parse
from claims.exchange.references import KEY, References, is_id
from claims.exchange.refusing import Refusals
from claims.exchange.results import Result

BATCH_LINES = 500
BATCH_CHARACTERS = 8_000_000

Tell = Callable[[], None]


class Batching:
    """The lines of one file, on their way into batches, and what its first line promises of them."""

    def __init__(self, *, result: Result, references: References, refusals: Refusals, tell: Tell) -> None:
        self._result, self._references, self._refusals, self._tell = result, references, refusals, tell
        self._has_begun = False
        self._lines_of_keys: dict[str, int] = {}
        self._promised: dict[str, int] | None = None
        self._seen: Counter[str] = Counter()
        #: whether the first line says that the lexicon is in it, as a whole dataset has it
        self.brings_the_lexicon = False

    def batches(self, lines: Iterable[tuple[int, bytes]], *, stops: bool = False) -> Iterator[list[Item]]:
        """Yield runs of lines of one kind, none of which may mean another of the same run.

        `stops` ends them where a line is refused that the rest must not come in without.
        """
        batch: list[Item] = []
        characters = 0
        for number, raw in lines:
            self._result.lines += 1
            item = self._read(number, raw)
            if stops and self._refusals.keep_all_out:
                break
            is_full = len(batch) + self._refusals.waiting >= BATCH_LINES or characters + len(raw) > BATCH_CHARACTERS
            if is_full or (batch and item and _needs_the_batch(item, batch)):
                if batch:
                    yield batch
                self._refusals.tell()
                self._tell()
                batch, characters = [], 0
            characters += len(raw)
            if item:
                batch.append(item)
        if batch:
            yield batch
        self._refusals.tell()
        self._tell()

    def check_whole(self, *, needs_the_lexicon: bool) -> None:
        """Raise DatasetError where fewer lines came than the first one promised, and none was refused in their stead.

        `needs_the_lexicon`: lines of the lexicon may not even be missing because they were refused.
        """
        # the first line is no row; a refused one may have been of any kind
        is_short = self._promised is not None and self._result.lines - 1 < sum(self._promised.values())
        for record, promised in (self._promised or {}).items():
            is_missed = is_short or not self._result.refused or (needs_the_lexicon and record == "intensity_phrase")
            if self._seen[record] < promised and is_missed:
                raise DatasetError(
                    ngettext(
                        "The file was cut: its first line promises %(promised)s line of %(record)s, %(seen)s came.",
                        "The file was cut: its first line promises %(promised)s lines of %(record)s, %(seen)s came.",
                        promised,
                    )
                    % {"promised": promised, "record": record, "seen": self._seen[record]}
                )

    def _read(self, number: int, raw: bytes) -> Item | None:
        found: dict[str, Any] = {}
        is_first, self._has_begun = not self._has_begun, True
        try:
            found = parse(raw)
            line = line_of(found)
            if isinstance(line, DatasetLine):
                self._begin(line, is_first=is_first)
                return None
            item = Item(number, raw, line, line.id)
            self._seen[item.record] += 1
            self._check_key(item)
        except LineError as error:
            self._refusals.add(number, raw, error.problems)
            self._references.refuse(found, line=number)
            return None
        return item

    def _begin(self, line: DatasetLine, *, is_first: bool) -> None:
        if not is_first:
            raise LineError(Problem("/record", _("Only the first line may say what the dataset is.")))
        self._promised = line.records
        self.brings_the_lexicon = line.scope == "all" and "intensity_phrase" in (line.records or {})

    def _check_key(self, item: Item) -> None:
        """Raise LineError where an earlier line has the key."""
        key = item.line.key
        if key is not None and (line := self._lines_of_keys.setdefault(key, item.number)) != item.number:
            raise LineError(Problem("/key", _("Line %(line)s has this key already.") % {"line": line}))


def _needs_the_batch(item: Item, batch: Sequence[Item]) -> bool:
    """Whether the line may refer to a line of the batch, or be the same, which must be stored first."""
    if item.record != batch[0].record:
        return True
    if item.given is None and item.names and any(not item.names.isdisjoint(one.names) for one in batch):
        return True
    if item.record not in referred_to(type(item.line)):
        return False
    own = [reference for record, reference in references_in(item.line) if record == item.record]
    if not own:
        return False
    labels = {str(one.given) for one in batch} | {f"{KEY}{one.line.key}" for one in batch}
    return any(one.lower() in labels or not (is_id(one) or one.startswith(KEY)) for one in own)
