"""What is kept ready for readers of published statements; the database writes it, whatever changes.

Nothing here is truth: `statement_documents_refresh()` makes each row from the tables that are, in the transaction that
changes them, and `manage.py verify_documents` proves that it did.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from claims.models.statements import Statement


class StatementDocument(models.Model):
    """A published statement as the public reads it: `body` is its JSON, as lists, details and exports send it.

    `digest` is the first 8 bytes of the body's SHA-256; `terms` are those that it stands under as a Posting.
    """

    statement = models.OneToOneField(
        Statement, models.DO_NOTHING, primary_key=True, related_name="document", db_constraint=False
    )
    sort_date = models.DateField()
    version = models.PositiveIntegerField()
    digest = models.BinaryField()
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


class Posting(models.Model):
    """A published statement under one of the terms that it is found by, so that each term is read in order of date.

    A term is `search_term(kind, word)`: a lexeme of a language (`fr`, `préoccup`), a speaker, a topic by id.
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


class PendingChange(models.Model):
    """A row that so many statements name that they follow its change in steps: those up to `after` have.

    Until they all have, readers are given fresh documents of those that have not.
    """

    pk = models.CompositePrimaryKey("kind", "key")
    kind = models.CharField(max_length=20)
    key = models.UUIDField()
    after = models.UUIDField(null=True)
    since = models.DateTimeField()

    class Meta:
        default_permissions = ()
        verbose_name = "pending change"
        verbose_name_plural = "pending changes"

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
