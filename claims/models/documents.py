"""What is kept ready for readers of published statements; the database writes it, whatever changes.

Nothing here is truth: `statement_documents_refresh()` makes each row from the tables that are, in the transaction that
changes them, and `manage.py verify_documents` proves that it did.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from claims.models.statements import Statement
from claims.models.subjects import Event
from claims.querysets import StatementFacetsQuerySet


class StatementDocument(models.Model):
    """A published statement as the public reads it: `body` is its JSON, as lists, details and exports send it.

    `digest` is the first 8 bytes of the body's SHA-256; `terms` are those that it stands under, and `filed` grows
    whenever it is put under them anew, by which whatever was put under them before counts no more.
    """

    statement = models.OneToOneField(
        Statement, models.DO_NOTHING, primary_key=True, related_name="document", db_constraint=False
    )
    sort_date = models.DateField()
    version = models.PositiveIntegerField()
    digest = models.BinaryField()
    filed = models.BigIntegerField()
    terms = ArrayField(models.BigIntegerField())
    body = models.BinaryField()

    class Meta:
        default_permissions = ()
        verbose_name = "document"
        verbose_name_plural = "documents"
        # the list of all, without a look at the statements
        indexes = [models.Index("sort_date", "statement", name="document_by_date")]

    def __str__(self) -> str:
        return str(self.statement_id)


class StatementFacets(models.Model):
    """What a published statement is counted by: few bytes, read at once where very many are counted.

    `speakers` are those who say it, `topics` those given to it, both as ids; all else is as the statement has it.
    """

    statement = models.OneToOneField(
        Statement, models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )
    sort_date = models.DateField()
    said_earliest = models.DateField(null=True)
    said_latest = models.DateField(null=True)
    intensity = models.PositiveSmallIntegerField(null=True)
    said_at = models.CharField(max_length=24, null=True)  # noqa: DJ001 as the statement has it
    act = models.CharField(max_length=30)
    attitude = models.CharField(max_length=20, null=True)  # noqa: DJ001 as the statement has it
    intensity_phrase = models.CharField(max_length=200)
    event = models.ForeignKey(
        Event, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    speakers = ArrayField(models.UUIDField())
    topics = ArrayField(models.UUIDField())

    objects = StatementFacetsQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = "facets of a statement"
        verbose_name_plural = "facets of statements"

    def __str__(self) -> str:
        return str(self.statement_id)


class Posting(models.Model):
    """A published statement under one of the terms that it is found by, so that each term is read in order of date.

    A term is `search_term(kind, word)`: a lexeme of a language (`fr`, `préoccup`), a speaker, a topic by id. Here are
    the statements that came lately; those before them are kept in runs.
    """

    # seeks the newest statements of a term, and one statement under a term
    pk = models.CompositePrimaryKey("term", "sort_date", "statement_id")
    term = models.BigIntegerField()
    sort_date = models.DateField()
    statement = models.ForeignKey(Statement, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)

    class Meta:
        default_permissions = ()
        verbose_name = "posting"
        verbose_name_plural = "postings"

    def __str__(self) -> str:
        return f"{self.term}: {self.statement_id}"


class PostingRun(models.Model):
    """Many statements under all their terms, written once and never changed: a twentieth of the room of postings."""

    id = models.AutoField(primary_key=True)
    statements = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        verbose_name = "run of postings"
        verbose_name_plural = "runs of postings"

    def __str__(self) -> str:
        return f"{self.pk}: {self.statements}"


class RunPlace(models.Model):
    """A statement's place in a run, from 1 in order of date; it counts while `filed` is that of its document."""

    pk = models.CompositePrimaryKey("run_id", "place")
    run = models.ForeignKey(PostingRun, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    place = models.PositiveIntegerField()
    sort_date = models.DateField()
    statement = models.ForeignKey(Statement, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    filed = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        verbose_name = "place in a run"
        verbose_name_plural = "places in runs"
        # which places lie behind a day, or behind a statement
        indexes = [models.Index("run", "sort_date", "statement", name="run_place_by_date")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.place}: {self.statement_id}"


class RunPosting(models.Model):
    """Up to 128 places, ascending, of the statements of a run under a term; `last` is the last of them."""

    # seeks the block of a term in which a place is
    pk = models.CompositePrimaryKey("run_id", "term", "last")
    run = models.ForeignKey(PostingRun, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    term = models.BigIntegerField()
    last = models.PositiveIntegerField()
    places = ArrayField(models.IntegerField())

    class Meta:
        default_permissions = ()
        verbose_name = "block of postings"
        verbose_name_plural = "blocks of postings"

    def __str__(self) -> str:
        return f"{self.run_id}/{self.term}: {self.last}"


class PendingChange(models.Model):
    """A row that so many statements name that they follow its change in steps; there is one while any are to follow.

    `in_words` tells whether words that they are found by changed. Which statements they are is listed, but where the
    transaction that changed the row could not see all of them.
    """

    pk = models.CompositePrimaryKey("kind", "key")
    kind = models.CharField(max_length=20)
    key = models.UUIDField()
    in_words = models.BooleanField()
    is_listed = models.BooleanField()

    class Meta:
        default_permissions = ()
        verbose_name = "pending change"
        verbose_name_plural = "pending changes"

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class PendingStatement(models.Model):
    """A statement that is still to follow a pending change; until it has, readers are given a fresh document of it."""

    pk = models.CompositePrimaryKey("statement_id", "key")
    statement = models.ForeignKey(Statement, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    key = models.UUIDField()
    in_words = models.BooleanField()

    class Meta:
        default_permissions = ()
        verbose_name = "pending statement"
        verbose_name_plural = "pending statements"

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.key}"
