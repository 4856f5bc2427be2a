"""A dataset in: each line stored, recognised or refused; all of it or nothing, unless it is asked for in chunks."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.exchange import records, statements
from claims.exchange.comparing import differences, otherwise
from claims.exchange.items import Item, put_ids, references_in
from claims.exchange.lines import DatasetLine, RelationLine, SourceLine, StatementLine
from claims.exchange.models import DatasetImport, ImportedStatement
from claims.exchange.publishing import Publication
from claims.exchange.reading import DatasetError, LineError, Problem, line_of, parse, pointer
from claims.exchange.references import KEY, MODELS, References, is_id
from claims.exchange.refusing import with_ids
from claims.exchange.statements import NewStatement, Texts, digest, new_statement
from claims.exchange.transactions import count_tables, forget_checked_rules
from claims.exchange.writing import lines_of
from claims.models import IntensityPhrase, Membership, Position, Statement
from claims.models.vocabularies import Status
from claims.services import recording
from sources.models import SourceText
from sources.refusals import check_deferred_rules, refusal_of
from sources.text import urls

BATCH_LINES = 500
BATCH_CHARACTERS = 8_000_000
SHOWN_DIFFERENCES = 5
#: between the moments at which one row is entered and changed, when it is stored
UNTOUCHED = timedelta(seconds=1)
_OUT = (Status.PUBLISHED, Status.WITHDRAWN)
#: how many rows of one kind are made before the first look at how large tables have become
FIRST_COUNTED = 500

Refuse = Callable[[int, bytes, Sequence[Problem]], None]
Tell = Callable[[], None]


@dataclass
class Result:
    """What became of the lines; counts are by kind of record."""

    lines: int = 0
    created: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    published: int = 0
    #: statements that the file says are public, and that came in as drafts
    held_back: int = 0
    #: drafts that were changed since they came, and so were not published
    left: int = 0
    #: statements that the file calls published or withdrawn and that stand otherwise in the record
    otherwise: int = 0

    def kept(self) -> "Result":
        """Return a copy, to go back to."""
        return replace(self, created=self.created.copy(), unchanged=self.unchanged.copy())

    def go_back_to(self, kept: "Result") -> None:
        """Take back what was counted of lines that were not kept."""
        self.created, self.unchanged, self.published = kept.created, kept.unchanged, kept.published


def import_dataset(
    lines: Iterable[tuple[int, bytes]],
    *,
    name: str,
    by: User | None = None,
    publish_by: User | None = None,
    in_chunks: bool = False,
    refuse: Refuse,
    skip_refused: bool = False,
    tell: Tell = lambda: None,
) -> Result:
    """Import numbered lines (as `reading.numbered` gives them) and return what became of them.

    Each line is created, or is there already and says the same, or is refused: then `refuse` hears of it, and unless
    `skip_refused`, nothing of the file is kept. `in_chunks` keeps what was done every few hundred lines; stopped in
    the middle, the same import goes on when it is run again. Statements are drafts of `by`, unless `publish_by`, an
    administrator, lets them be public at once where the line does not say otherwise. `tell` is called as lines are
    done. Raise DatasetError where the file cannot be read on, with nothing kept but finished chunks.
    """
    run = _Run(name=name, by=by, publish_by=publish_by, refuse=refuse, skip_refused=skip_refused, tell=tell)
    if in_chunks:
        _import_chunks(run, lines)
        return run.result
    with transaction.atomic():
        for batch in run.batches(lines):
            run.take(batch)
        run.finish()
        if run.is_refused:
            transaction.set_rollback(True)
    return run.result


def _import_chunks(run: "_Run", lines: Iterable[tuple[int, bytes]]) -> None:
    """Keep batch after batch, up to the first line that is refused."""
    for batch in run.batches(lines, stops=True):
        kept, refused = run.result.kept(), run.result.refused
        with transaction.atomic():
            run.take(batch)
            if run.result.refused > refused and run.is_refused:
                transaction.set_rollback(True)
                run.result.go_back_to(kept)
        if run.is_refused:
            break
    run.tell_refusals()
    if not run.is_refused:
        with transaction.atomic():
            run.finish()


class _Run:
    """One import: what it has seen so far, and what it remembers of it."""

    def __init__(
        self, *, name: str, by: User | None, publish_by: User | None, refuse: Refuse, skip_refused: bool, tell: Tell
    ) -> None:
        self.result = Result()
        self._row = DatasetImport(name=name[-500:], by=by, published_by=publish_by, started_at=timezone.now())
        self._by, self._publication = by, Publication(publish_by)
        self._refuse, self._skip_refused, self._tell = refuse, skip_refused, tell
        #: refused lines not told yet: lines are read ahead, and told in their order
        self._refusals: list[tuple[int, bytes, Sequence[Problem]]] = []
        self._references, self._texts = References(), Texts()
        self._has_begun = False
        self._counted_at: Counter[str] = Counter()
        self._lines_of_keys: dict[str, int] = {}
        self._promised: dict[str, int] | None = None
        self._brings_the_lexicon = self._made_room = False
        self._seen: Counter[str] = Counter()

    @property
    def is_refused(self) -> bool:
        """Whether a line was refused that the rest must not come in without."""
        return self.result.refused > 0 and not self._skip_refused

    # Lines into batches

    def batches(self, lines: Iterable[tuple[int, bytes]], *, stops: bool = False) -> Iterator[list[Item]]:
        """Yield runs of lines of one kind, none of which may mean another of the same run.

        `stops` ends them where a line is refused that the rest must not come in without.
        """
        batch: list[Item] = []
        characters = 0
        for number, raw in lines:
            self.result.lines += 1
            item = self._read(number, raw)
            if stops and self.is_refused:
                break
            is_full = len(batch) + len(self._refusals) >= BATCH_LINES or characters + len(raw) > BATCH_CHARACTERS
            if is_full or (batch and item and self._needs_the_batch(item, batch)):
                if batch:
                    yield batch
                self.tell_refusals()
                self._tell()
                batch, characters = [], 0
            characters += len(raw)
            if item:
                batch.append(item)
        if batch:
            yield batch
        self.tell_refusals()
        self._tell()

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
            self._turn_away(number, raw, error.problems)
            self._references.refuse(found, line=number)
            return None
        return item

    def _begin(self, line: DatasetLine, *, is_first: bool) -> None:
        if not is_first:
            raise LineError(Problem("/record", _("Only the first line may say what the dataset is.")))
        self._promised = line.records
        self._brings_the_lexicon = line.scope == "all" and "intensity_phrase" in (line.records or {})

    def _check_key(self, item: Item) -> None:
        """Raise LineError where an earlier line has the key."""
        key = item.line.key
        if key is not None and (line := self._lines_of_keys.setdefault(key, item.number)) != item.number:
            raise LineError(Problem("/key", _("Line %(line)s has this key already.") % {"line": line}))

    def _needs_the_batch(self, item: Item, batch: Sequence[Item]) -> bool:
        """Whether the line may refer to a line of the batch, or be the same, which must be stored first."""
        if item.record != batch[0].record:
            return True
        if item.given is None and item.names and any(not item.names.isdisjoint(one.names) for one in batch):
            return True
        own = [reference for _place, record, reference in references_in(item.line) if record == item.record]
        if not own:
            return False
        labels = {str(one.given) for one in batch} | {f"{KEY}{one.line.key}" for one in batch}
        return any(one.lower() in labels or not (is_id(one) or one.startswith(KEY)) for one in own)

    # One batch

    def take(self, batch: list[Item]) -> None:
        """Store the lines of one kind, each as a whole, or refuse it."""
        self._renew_plans()
        self._references.forget()
        self._make_room_for_the_lexicon()
        self._resolve(batch)
        self._take_half([item for item in batch if not item.problems])
        forget_checked_rules(batch[-1].number)
        for item in batch:
            if item.twin is not None and item.twin.problems:
                item.problems += item.twin.problems
            if item.problems:
                self._turn_away(item.number, item.raw, item.problems)
                said = {"record": item.record, "key": item.line.key, "id": str(item.given or "")}
                self._references.refuse(said, line=item.number)

    def _renew_plans(self) -> None:
        """Have tables counted whenever the rows that were made of one kind have doubled."""
        created = self.result.created
        if any(count >= max(FIRST_COUNTED, 2 * self._counted_at[record]) for record, count in created.items()):
            self._counted_at = created.copy()
            count_tables()

    def _make_room_for_the_lexicon(self) -> None:
        """In an empty record, the lexicon that installations begin with gives way to that of a whole dataset."""
        if not self._brings_the_lexicon:
            return
        self._brings_the_lexicon = False
        others = (model for record, model in MODELS.items() if record != "intensity_phrase")
        if not any(model._default_manager.exists() for model in others):
            self._made_room = True
            IntensityPhrase.objects.all().delete()

    def _take_half(self, items: list[Item]) -> None:
        """Store lines together; where the database refuses one of them, find it by halves."""
        if not items:
            return
        try:
            with transaction.atomic():
                self._store(items)
                check_deferred_rules()
        except DatabaseError as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            self._references.forget()
            self._texts.forget()
            self._publication.forget()
            if len(items) == 1:
                items[0].problems.append(Problem(pointer(refusal.field) if refusal.field else "", refusal.sentence))
                return
            for item in items:
                item.problems.clear()
                item.pk, item.is_there, item.is_repeated = item.given or item.made, False, False
            middle = len(items) // 2
            self._take_half(items[:middle])
            self._take_half(items[middle:])
            return
        self._count(items)

    def _count(self, items: Sequence[Item]) -> None:
        for item in items:
            if item.problems:
                continue
            self._references.learn(
                item.record,
                item.twin.pk if item.twin else item.pk,
                line=item.number,
                key=item.line.key,
                given=item.given,
            )
            (self.result.unchanged if item.is_there else self.result.created)[item.record] += 1
            self.result.left += item.is_left
            self.result.otherwise += item.stands_otherwise
        self.result.published += self._publication.take_count()
        self.result.held_back += self._publication.take_held_back()

    def _resolve(self, batch: Sequence[Item]) -> None:
        """Put ids in the place of references."""
        wanted: dict[str, set[str]] = {}
        for item in batch:
            for _place, record, reference in references_in(item.line):
                wanted.setdefault(record, set()).add(reference)
        for record, references in wanted.items():
            self._references.look_up(record, references)
        for item in batch:
            put_ids(item.line, self._references, item.problems)

    def _store(self, items: list[Item]) -> None:
        self._recognise(items)
        if items[0].record == "statement":
            self._store_statements([item for item in items if not item.problems])
            return
        if items[0].record == "relation":
            self._check_relations([item for item in items if not item.is_there and not item.problems])
        rows = []
        for item in items:
            if item.is_there or item.problems:
                continue
            try:
                rows += records.rows_of(item.line, item.pk)
            except LineError as error:
                item.problems += error.problems
        records.store(rows)

    def _check_relations(self, items: Sequence[Item]) -> None:
        """What joins two published statements is public at once: an administrator must let it be."""
        if self._publication.is_asked_for:
            return
        ends = [
            (item, {UUID(item.line.statement), UUID(item.line.other)})
            for item in items
            if isinstance(item.line, RelationLine)
        ]
        named = {pk for _item, pair in ends for pk in pair}
        published = set(Statement.objects.published().filter(pk__in=named).order_by().values_list("pk", flat=True))
        for item, pair in ends:
            if pair <= published:
                sentence = _("Both statements are public: only an administrator may relate them (--publish).")
                item.problems.append(Problem("/statement", sentence))

    def _recognise(self, items: Sequence[Item]) -> None:
        """Find which lines are in the record already, and refuse those that say otherwise than it does."""
        record = items[0].record
        self._references.look_up(record, [str(item.given) for item in items if item.given])
        for item in items:
            item.is_there = item.given is not None and self._references.is_row(record, item.given)
        if record == "statement":
            self._recognise_lines(items)
        else:
            unknown = [item for item in items if not item.is_there]
            if unknown:
                for item, ids in zip(unknown, records.known([item.line for item in unknown]), strict=True):
                    self._identify(item, ids)
            if record == "membership":
                self._find_twins(items, lambda item: records.office(item.line))
        self._compare([item for item in items if item.is_there and not item.problems and not item.is_repeated])

    def _recognise_lines(self, items: Sequence[Item]) -> None:
        """A line that came before is known by its digest."""
        for item in items:
            item.digest = digest(item.said)
        found = ImportedStatement.objects.of_lines(item.digest for item in items)
        by_digest = {bytes(one): pk for one, pk in found.values_list("sha256", "statement_id")}
        for item in items:
            came = by_digest.get(item.digest)
            if came is not None and item.given in (None, came):
                item.pk, item.is_there, item.is_repeated = came, True, True
        self._find_twins(items, lambda item: item.digest)

    def _find_twins(self, items: Sequence[Item], identity: Callable[[Item], Any]) -> None:
        first: dict[Any, Item] = {}
        for item in items:
            earlier = first.setdefault(identity(item), item)
            item.twin = earlier if earlier is not item and item.given in (None, earlier.given) else None
            if item.twin is not None and not item.is_there:
                item.pk, item.is_there, item.is_repeated = earlier.pk, True, True

    def _identify(self, item: Item, ids: set[UUID]) -> None:
        if len(ids) > 1:
            listed = ", ".join(sorted(map(str, ids)))
            item.problems.append(
                Problem("", _("It may be any of %(candidates)s: give the id.") % {"candidates": listed})
            )
        elif ids:
            item.pk, item.is_there = next(iter(ids)), True

    def _compare(self, items: Sequence[Item]) -> None:
        if not items:
            return
        record = items[0].record
        written = {line["id"]: line for line in lines_of(record, dict.fromkeys(item.pk for item in items))}
        for item in items:
            differing = differences(item.line, written[str(item.pk)])
            if isinstance(item.line, SourceLine) and item.line.text is not None:
                differing += _differing_text(item.line, item.pk)
            for place in differing[:SHOWN_DIFFERENCES]:
                item.problems.append(Problem(place, otherwise(item.line, written[str(item.pk)], place)))

    # Statements

    def _store_statements(self, items: Sequence[Item]) -> None:
        new = [item for item in items if not item.is_there]
        self._check_roles(new)
        for item in new:
            if item.problems:
                continue
            try:
                item.statement = new_statement(item.said, item.pk, texts=self._texts, author=self._by)
            except LineError as error:
                item.problems += error.problems
        self._recognise_words([item for item in new if item.given is None and not item.problems])
        stored = [item for item in new if not item.is_there and not item.problems]
        if stored:
            made = [cast(NewStatement, item.statement) for item in stored]
            recording.store([one.rows for one in made])
            Position.objects.bulk_create(position for one in made for position in one.positions)
            self.record()
            ImportedStatement.objects.bulk_create(
                ImportedStatement(statement_id=item.pk, dataset_import=self._row, line=item.number, sha256=item.digest)
                for item in stored
            )
            check_deferred_rules()
        self._publication.publish(self._publishable(items))

    def _publishable(self, items: Sequence[Item]) -> dict[UUID, StatementLine]:
        """A draft that was there may have been changed since it came: it is its curators' now."""
        right = {item.pk: item for item in items if not item.problems}
        there = [pk for pk, item in right.items() if item.is_there]
        rows = {row.pk: row for row in Statement.objects.filter(pk__in=there).order_by()}
        drafts = [pk for pk, row in rows.items() if row.status == Status.DRAFT]
        written = {}
        if self._publication.is_asked_for:
            written = {UUID(line["id"]): line for line in lines_of("statement", drafts)}
        imported = set(ImportedStatement.objects.filter(pk__in=written).values_list("pk", flat=True))
        for pk, row in rows.items():
            item = right[pk]
            item.is_left = pk in written and (
                pk not in imported
                or row.updated_at - row.created_at > UNTOUCHED
                or not self._publication.may_publish(row)
                or bool(differences(item.line, written[pk]))
            )
            item.stands_otherwise = pk not in drafts and item.said.status in _OUT and item.said.status != row.status
        return {pk: item.said for pk, item in right.items() if not item.is_left}

    def _check_roles(self, items: Sequence[Item]) -> None:
        """Who speaks in a role holds it."""
        roles = {one.membership for item in items for one in item.said.attributions if one.membership}
        holders = dict(Membership.objects.filter(pk__in=roles).order_by().values_list("pk", "speaker_id"))
        for item in items:
            for place, one in enumerate(item.said.attributions):
                if one.membership and holders[UUID(one.membership)] != UUID(one.speaker):
                    where = pointer("attributions", place, "membership")
                    item.problems.append(Problem(where, _("This role is held by another speaker.")))

    def _recognise_words(self, items: Sequence[Item]) -> None:
        """A statement without id in which the same speakers say the same words is the same."""
        if not items:
            return
        known = statements.known([cast(NewStatement, one.statement) for one in items])
        for item, ids in zip(items, known, strict=True):
            self._identify(item, ids)
        self._compare([item for item in items if item.is_there and not item.problems])

    # The import itself

    def _turn_away(self, number: int, raw: bytes, problems: Sequence[Problem]) -> None:
        self.result.refused += 1
        self._refusals.append((number, raw, problems))

    def tell_refusals(self) -> None:
        """Tell of the lines refused so far, in their order."""
        for number, raw, problems in sorted(self._refusals, key=lambda one: one[0]):
            known = partial(self._references.id_of_key, before=number)
            self._refuse(number, with_ids(raw, known) if self._skip_refused else raw, problems)
        self._refusals.clear()

    def record(self) -> None:
        """Keep what was done so far."""
        for name in ("lines", "refused", "published"):
            setattr(self._row, name, getattr(self.result, name))
        self._row.created, self._row.unchanged = dict(self.result.created), dict(self.result.unchanged)
        self._row.save()

    def finish(self) -> None:
        """Check that the file was whole, and keep when it was done."""
        if self.is_refused:
            return  # nothing is kept
        # the first line is no row; a refused one may have been of any kind
        is_short = self._promised is not None and self.result.lines - 1 < sum(self._promised.values())
        for record, promised in (self._promised or {}).items():
            is_missed = is_short or not self.result.refused or (self._made_room and record == "intensity_phrase")
            if self._seen[record] < promised and is_missed:
                raise DatasetError(
                    ngettext(
                        "The file was cut: its first line promises %(promised)s line of %(record)s, %(seen)s came.",
                        "The file was cut: its first line promises %(promised)s lines of %(record)s, %(seen)s came.",
                        promised,
                    )
                    % {"promised": promised, "record": record, "seen": self._seen[record]}
                )
        if self.result.created or self.result.published:
            self._row.finished_at = timezone.now()
            self.record()


def _differing_text(line: SourceLine, pk: UUID) -> list[str]:
    """The words of a source line are those of one of its revisions."""
    is_there = SourceText.objects.with_words(urls.sha256(line.text or "")).filter(source=pk).exists()
    return [] if is_there else ["/text"]
