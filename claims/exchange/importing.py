"""A dataset in: each line stored, recognised or refused; all of it or nothing, unless it is asked for in chunks."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import cast
from uuid import UUID

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.exchange import records
from claims.exchange.batching import Batching, Tell
from claims.exchange.comparing import differences
from claims.exchange.garbage import passing_over_old_objects
from claims.exchange.items import Item, put_ids, references_in
from claims.exchange.lines import RelationLine, StatementLine
from claims.exchange.models import DatasetImport, ImportedStatement
from claims.exchange.publishing import Publication
from claims.exchange.reading import LineError, Problem, pointer
from claims.exchange.recognising import recognise, recognise_words
from claims.exchange.references import MODELS, References
from claims.exchange.refusing import Refusals, Refuse
from claims.exchange.results import Result
from claims.exchange.roles import Roles
from claims.exchange.statements import NewStatement, new_statement
from claims.exchange.texts import Texts
from claims.exchange.transactions import count_tables, forget_checked_rules
from claims.exchange.writing import lines_of
from claims.models import IntensityPhrase, Membership, Statement
from claims.models.vocabularies import Status
from claims.services import filing
from claims.services.storing import store_statements
from config.history.acting import Origin, act, acting
from config.writing.refusals import check_deferred_rules, refusal_of

#: between the moments at which one row is entered and changed, when it is stored
UNTOUCHED = timedelta(seconds=1)
_OUT = (Status.PUBLISHED, Status.WITHDRAWN)
#: how many rows of one kind are made before the first look at how large tables have become
FIRST_COUNTED = 500
#: what is kept at once where not all is: postings of fewer statements would be rows, which costs several times as much
LINES_OF_A_CHUNK = 5000
#: searches look into each run, but to join them is left for the end
MOST_RUNS_MEANWHILE = 64


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
    `skip_refused`, nothing of the file is kept. `in_chunks` keeps what was done every few thousand lines; stopped in
    the middle, the same import goes on when it is run again. Statements are drafts of `by`, unless `publish_by`, an
    administrator, lets them be public at once where the line does not say otherwise. `tell` is called as lines are
    done. Raise DatasetError where the file cannot be read on, with nothing kept but finished chunks.
    """
    run = _Run(name=name, by=by, publish_by=publish_by, refuse=refuse, skip_refused=skip_refused, tell=tell)
    person = by or publish_by
    with (
        passing_over_old_objects(),
        acting(origin=Origin.IMPORT, user=person.pk if person else None),
        act("import", name),
    ):
        if in_chunks:
            _import_chunks(run, lines)
        else:
            _import_all(run, lines)
    return run.result


def _import_all(run: "_Run", lines: Iterable[tuple[int, bytes]]) -> None:
    """Keep everything or, where a line keeps all out, nothing."""
    with transaction.atomic():
        for batch in run.batching.batches(lines):
            run.take(batch)
        run.post()
        run.finish()
        if run.refusals.keep_all_out:
            transaction.set_rollback(True)


def _import_chunks(run: "_Run", lines: Iterable[tuple[int, bytes]]) -> None:
    """Keep chunk after chunk, up to the first line that is refused."""
    batches = run.batching.batches(lines, stops=True)
    while _import_chunk(run, batches):
        filing.file_postings(most_runs=MOST_RUNS_MEANWHILE)
    filing.file_postings()
    run.refusals.tell()
    if not run.refusals.keep_all_out:
        with transaction.atomic():
            run.finish()


def _import_chunk(run: "_Run", batches: Iterator[list[Item]]) -> bool:
    """Keep the next batches, so many that their postings are worth a run; return whether there may be more."""
    begun = run.result.lines
    with transaction.atomic():
        for batch in batches:
            run.take_whole(batch)
            if run.refusals.keep_all_out:
                break
            if run.result.lines - begun >= LINES_OF_A_CHUNK:
                run.post()
                return True
        run.post()
    return False


class _Run:
    """One import: what it has seen so far, and what it remembers of it."""

    def __init__(
        self, *, name: str, by: User | None, publish_by: User | None, refuse: Refuse, skip_refused: bool, tell: Tell
    ) -> None:
        self.result = Result()
        self._row = DatasetImport(name=name[-500:], by=by, published_by=publish_by, started_at=timezone.now())
        self._by, self._publication = by, Publication(publish_by)
        self._unposted: list[UUID] = []
        self._references, self._texts, self._roles = References(), Texts(), Roles()
        self.refusals = Refusals(refuse, result=self.result, references=self._references, are_skipped=skip_refused)
        self.batching = Batching(result=self.result, references=self._references, refusals=self.refusals, tell=tell)
        self._counted_at: Counter[str] = Counter()
        self._has_begun = self._made_room = False

    # One batch

    def take_whole(self, batch: list[Item]) -> None:
        """Store the lines of one kind; where one is refused that keeps all out, none of them."""
        kept, refused, posted = self.result.kept(), self.result.refused, len(self._unposted)
        with transaction.atomic():
            self.take(batch)
            if self.result.refused > refused and self.refusals.keep_all_out:
                transaction.set_rollback(True)
                self.result.go_back_to(kept)
                del self._unposted[posted:]

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
                self.refusals.add(item.number, item.raw, item.problems)
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
        is_first, self._has_begun = not self._has_begun, True
        if not (is_first and self.batching.brings_the_lexicon):
            return
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
                item.pk, item.is_there, item.is_repeated = item.made, False, False
            middle = len(items) // 2
            self._take_half(items[:middle])
            self._references.forget()  # the second half may be what the first one made
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
            if item.record == "statement" and not item.is_there:
                self._unposted.append(item.pk)
            (self.result.unchanged if item.is_there else self.result.created)[item.record] += 1
            self.result.left += item.is_left
            self.result.otherwise += item.stands_otherwise
        self.result.published += self._publication.take_count()
        self.result.held_back += self._publication.take_held_back()

    def _resolve(self, batch: Sequence[Item]) -> None:
        """Put ids in the place of references."""
        wanted: dict[str, set[str]] = {}
        for item in batch:
            for record, reference in references_in(item.line):
                wanted.setdefault(record, set()).add(reference)
        for record, references in wanted.items():
            self._references.look_up(record, references)
        for item in batch:
            put_ids(item.line, self._references, item.problems)

    def _store(self, items: list[Item]) -> None:
        recognise(items, self._references)
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

    # Statements

    def _store_statements(self, items: Sequence[Item]) -> None:
        new = [item for item in items if not item.is_there]
        self._check_roles(new)
        self._make_rows([item for item in new if not item.problems])
        recognise_words([item for item in new if item.given is None and not item.problems])
        stored = [item for item in new if not item.is_there and not item.problems]
        if stored:
            now = timezone.now()
            for item in stored:
                row = cast(NewStatement, item.statement).rows["statement"][0]
                row["created_by_id"] = self._by.pk if self._by else None
                row.update(self._publication.begin(item.said, author=self._by, now=now))
            rows = [cast(NewStatement, item.statement).rows for item in stored]
            store_statements(rows, at=now, are_posted=False)
            self.record()
            ImportedStatement.objects.keep([(item.pk, item.number, item.digest) for item in stored], of=self._row)
            check_deferred_rules()
        self._publication.publish(self._publishable([item for item in items if item.is_there]))

    def _make_rows(self, items: Sequence[Item]) -> None:
        """Make the rows of new statements, with one query each for the texts and for the roles of all."""
        appearances = [one for item in items for one in item.said.appearances]
        self._texts.look_up([(one.source, one.revision) for one in appearances])
        self._roles.look_up(one.speaker for item in items for one in item.said.attributions)
        for item in items:
            try:
                item.statement = new_statement(item.said, item.pk, texts=self._texts, roles=self._roles)
            except LineError as error:
                item.problems += error.problems

    def _publishable(self, items: Sequence[Item]) -> dict[UUID, StatementLine]:
        """A draft that was there may have been changed since it came: it is its curators' now."""
        right = {item.pk: item for item in items if not item.problems}
        if not right:
            return {}
        rows = {row.pk: row for row in Statement.objects.filter(pk__in=right).order_by()}
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
        if not roles:
            return
        holders = dict(Membership.objects.filter(pk__in=roles).order_by().values_list("pk", "speaker_id"))
        for item in items:
            for place, one in enumerate(item.said.attributions):
                if one.membership and holders[UUID(one.membership)] != UUID(one.speaker):
                    where = pointer("attributions", place, "membership")
                    item.problems.append(Problem(where, _("This role is held by another speaker.")))

    # The import itself

    def record(self) -> None:
        """Keep what was done so far."""
        for name in ("lines", "refused", "published"):
            setattr(self._row, name, getattr(self.result, name))
        self._row.created, self._row.unchanged = dict(self.result.created), dict(self.result.unchanged)
        self._row.save()

    def post(self) -> None:
        """Let the statements stored since last asked be found by their words, and by whoever says them."""
        posted, self._unposted = self._unposted, []
        filing.post(posted)

    def finish(self) -> None:
        """Check that the file was whole, and keep when it was done."""
        if self.refusals.keep_all_out:
            return  # nothing is kept
        self.batching.check_whole(needs_the_lexicon=self._made_room)
        if self.result.created or self.result.published:
            self._row.finished_at = timezone.now()
            self.record()
