"""Documents of published statements, page by page: the bytes that the database keeps of each.

Where a change of what they name is still to reach some of them, these are written anew as they are read.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import wraps
from hashlib import sha256
from operator import itemgetter
from types import SimpleNamespace
from typing import Any, NamedTuple, ParamSpec
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections, transaction

from claims.querysets.postings import Place, Stream, sizes
from claims.querysets.search import LANGUAGES, languages_now
from claims.querysets.shown_rows import ShownRows, UnknownRowError
from claims.querysets.words_asked import check_languages
from config.postgresql.binary import binary_cursor, parted, unpacked, with_values

Asked = ParamSpec("Asked")

_PENDING = "EXISTS(SELECT FROM claims_pendingchange) AS is_pending"
_ONE = f"SELECT {_PENDING}, version, digest, body FROM claims_statementdocument WHERE statement_id = %s"  # noqa: S608 only names of ours are put in
_OF_ANY_STATUS = """
    SELECT version, substring(sha256(body) FOR 8), body FROM public.statement_documents(ARRAY[%(id)s]::uuid[], false)
    WHERE NOT EXISTS (SELECT FROM claims_relation WHERE statement_id = %(id)s)
        AND NOT EXISTS (SELECT FROM claims_relation WHERE other_id = %(id)s)
"""
_IN_ORDER = f"{_PENDING}, sort_date, statement_id, digest, {{body}} AS body"
# OFFSET 0 has each candidate looked up by itself, in its order, whatever the planner thinks of their number.
_OF_STREAM = f"""
    WITH candidate AS MATERIALIZED ({{stream}})
    SELECT extent.size, {{languages}}, page.*
    FROM (SELECT count(*) AS size FROM candidate) AS extent LEFT JOIN LATERAL (
        SELECT document.is_pending, candidate.sort_date, candidate.statement_id, document.digest, document.body
        FROM candidate {{kept}} CROSS JOIN LATERAL (
            SELECT {_PENDING}, digest, {{body}} AS body FROM claims_statementdocument
            WHERE statement_id = candidate.statement_id OFFSET 0
        ) AS document
        ORDER BY candidate.sort_date {{way}}, candidate.statement_id {{way}} LIMIT %s
    ) AS page ON true
"""  # noqa: S608 only names of ours are put in
_SAID = """
    JOIN LATERAL (
        SELECT true AS is_said FROM claims_statement
        WHERE id = candidate.statement_id AND said_earliest >= %s::date AND said_latest <= %s::date OFFSET 0
    ) AS said ON true
"""
# Of terms, documents come with their places, in whatever order. What is asked once stands in a row of its own,
# the last: functions that plan for themselves are not run in parallel.
_OF_TERMS = f"""
    SELECT {_PENDING}, sort_date, statement_id, digest, body, {{is_said}}, NULL::text[] FROM ({{branches}}) AS candidate
    {{said}}
    UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, {{languages}}
"""  # noqa: S608 only names of ours are put in
_OF_ROWS = f"""
    SELECT {_PENDING}, digest, {{body}} AS body, page.*
    FROM ({{rows}}) AS page JOIN claims_statementdocument ON claims_statementdocument.statement_id = page.id
    ORDER BY {{order}}
"""  # noqa: S608 only names of ours are put in
# In whatever order they lie: to have the database sort them costs more than to read them. Of many, pages of the table
# are read in their order, each once, and several of them at the same time (`effective_io_concurrency`).
_BY_PAGES = "SET LOCAL enable_indexscan = off"
_BY_IDS = f"""
    SELECT {_PENDING}, uuid_send(statement_id), body FROM claims_statementdocument
    WHERE statement_id = ANY(%s::text::uuid[])
"""  # noqa: S608 only names of ours are put in
# Of one moment: what a change has reached since a page was read is kept as it is to be.
_ANEW = "SELECT statement_id, version, digest, body, changed FROM public.statements_anew(%s::uuid[])"
_WRITTEN = """
    SELECT statement_id, version, substring(sha256(body) FOR 8), body FROM public.statement_documents(%s::uuid[])
"""


#: documents written anew by one query, which is cut off after a while
_FRESH_AT_ONCE = 100


class Document(NamedTuple):
    """A statement as the public reads it: JSON as UTF-8, with the first bytes of its SHA-256."""

    version: int
    digest: bytes
    body: bytes


def document_of(key: UUID, *, using: str) -> Document | None:
    """Return the document of a statement; None unless it is published."""
    with binary_cursor(using) as cursor:
        cursor.execute(_ONE, [key])
        row = cursor.fetchone()
    if row is None:
        return None
    is_pending, *columns = row
    return fresh_documents([key], using=using).get(key) if is_pending else Document(*columns)


def unrelated_document_of(key: UUID, *, using: str) -> Document | None:
    """Return a statement, of whatever status, as its document would be; None where it bears on another, or one on it.

    Which relations there are depends on who asks; all else looks the same to whoever sees it.
    """
    with binary_cursor(using) as cursor:
        cursor.execute(_OF_ANY_STATUS, {"id": key})
        row = cursor.fetchone()
    return Document(*row) if row else None


class _GoneError(Exception):
    """A statement of the page was taken back since it was read."""


def _read_again(read: Callable[Asked, list[SimpleNamespace]]) -> Callable[Asked, list[SimpleNamespace]]:
    """Read a page once more, as often as one of its statements was taken back meanwhile."""

    @wraps(read)
    def steady(*arguments: Asked.args, **options: Asked.kwargs) -> list[SimpleNamespace]:
        while True:
            try:
                return read(*arguments, **options)
            except _GoneError:
                continue

    return steady


@_read_again
def page_of_stream(
    stream: Stream,
    narrowed: Any,
    *,
    place: Place | None,
    limit: int,
    newest: bool,
    with_bodies: bool,
    using: str,
) -> list[SimpleNamespace]:
    """Return the first `limit` statements of a stream behind a place: `sort_date`, `id`, `digest`, `body`.

    Of a queryset `narrowed` they must be too, unless it is None. Without bodies these are empty. Raise
    LanguagesChangedError where the stream is of other languages than there are: then it is to be made anew.
    """
    if narrowed is None and stream.branches is None and not stream.is_said_within:
        columns = _IN_ORDER.format(body=_body(with_bodies))
        rows = _read(*stream.sql(place, limit, newest=newest, columns=columns), using)
        return _with_pending([_row(*row) for row in rows], using, with_bodies=with_bodies)
    if not stream.branches and stream.languages is not None:
        check_languages(languages_now(using), stream.languages, using=using)
        return []
    looks = sizes(limit, is_narrowed=narrowed is not None)
    page = None
    if narrowed is None and stream.branches:
        page = _of_terms(stream, place, next(looks), newest=newest, with_bodies=with_bodies, using=using)
    if page is None:
        page = _looked_through(
            stream, narrowed, place, limit, looks, newest=newest, with_bodies=with_bodies, using=using
        )
    return _with_pending(page, using, with_bodies=with_bodies)


def _looked_through(
    stream: Stream,
    narrowed: Any,
    place: Place | None,
    limit: int,
    looks: Iterator[int],
    *,
    newest: bool,
    with_bodies: bool,
    using: str,
) -> list[SimpleNamespace]:
    """The page of what is left of a stream, of which ever more is looked at until it is full."""
    try:
        kept = _kept(narrowed, using) + (_SAID if stream.is_said_within else "")
    except EmptyResultSet:
        return []
    present = "NULL" if stream.languages is None else LANGUAGES
    way, body = "DESC" if newest else "ASC", _body(with_bodies)
    while True:
        size = next(looks)
        sql, values = stream.sql(place, size, newest=newest)
        asked = _OF_STREAM.format(stream=sql, kept=kept, way=way, body=body, languages=present)
        rows = _read(asked, [*values, *_said_days(stream), limit], using)
        looked_at, found_languages = rows[0][:2]
        if stream.languages is not None:
            check_languages(found_languages, stream.languages, using=using)
        found = [_row(*row) for _size, _languages, *row in rows if row[1] is not None]
        if len(found) >= limit or looked_at < size:
            return found


def _of_terms(
    stream: Stream, place: Place | None, limit: int, *, newest: bool, with_bodies: bool, using: str
) -> list[SimpleNamespace] | None:
    """The page of a stream of terms, if the first statements of it are all that it takes: of most pages they are."""
    branches, values = stream.documents_sql(place, limit, newest=newest, with_bodies=with_bodies)
    present = "NULL::text[]" if stream.languages is None else LANGUAGES
    said, is_said = (f"LEFT {_SAID}", "is_said") if stream.is_said_within else ("", "true")
    asked = _OF_TERMS.format(branches=branches, said=said, is_said=is_said, languages=present)
    *rows, (*_none, found_languages) = _read(asked, [*values, *_said_days(stream)], using)
    if stream.languages is not None:
        check_languages(found_languages, stream.languages, using=using)
    # what several terms lead to is there several times; beyond `limit`, something of another term may be missing
    looked_at = sorted({(row[1], row[2]): row for row in rows}.values(), key=itemgetter(1, 2), reverse=newest)[:limit]
    found = [_row(*row) for *row, is_said, _languages in looked_at if is_said]
    return found if len(found) >= limit or len(looked_at) < limit else None


def _said_days(stream: Stream) -> list[date]:
    """The values of `_SAID`, where it is asked."""
    return [stream.days.first, stream.days.last] if stream.is_said_within else []


@_read_again
def page_of_rows(rows: Any, ordering: Sequence[str], *, with_bodies: bool, using: str) -> list[SimpleNamespace]:
    """Return the statements of a queryset in this order, cut to a page: its columns, `digest`, `body`."""
    columns = [name.removeprefix("-") for name in ordering]
    written = (
        f"page.{column} {'DESC' if name != column else 'ASC'}" for name, column in zip(ordering, columns, strict=True)
    )
    try:
        sql = with_values(using, *rows.values(*columns).query.get_compiler(using=using).as_sql())
    except EmptyResultSet:
        return []
    with binary_cursor(using) as cursor:
        cursor.execute(_OF_ROWS.format(rows=sql, order=", ".join(written), body=_body(with_bodies)), [])
        names = [column.name for column in cursor.description]
        found = [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
    return _with_pending(found, using, with_bodies=with_bodies)


def fresh_documents(keys: Sequence[UUID], *, using: str) -> dict[UUID, Document]:
    """Return documents of these statements as they would be written now, of those that are published."""
    found, unknown = put_together(_read(_ANEW, [list(keys)], using))
    if unknown:
        found |= {key: Document(*columns) for key, *columns in _read(_WRITTEN, [unknown], using)}
    return found


def put_together(rows: Sequence[Any]) -> tuple[dict[UUID, Document], list[UUID]]:
    """Return documents of the rows of `statements_anew`, and the ids of those that show what no row shows as it is."""
    shown = ShownRows(body for _key, _version, _digest, body, changed in rows if changed is None)
    found, unknown = {}, []
    for key, version, digest, body, changed in rows:
        if not changed:
            found[key] = Document(version, digest, body)
            continue
        try:
            fresh = shown.put_into(body, changed)
        except UnknownRowError:
            unknown.append(key)
        else:
            found[key] = Document(version, sha256(fresh).digest()[:8], fresh)
    return found, unknown


def lines_of(packed: bytes, *, using: str) -> bytes:
    """Return the documents of statements in this order, a line each; of those that are not published, none.

    `packed` has their ids, 16 bytes each.
    """
    keys = parted(packed)
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute(_BY_PAGES)
        rows = _read(_BY_IDS, [f"{{{','.join([key.hex() for key in keys])}}}"], using)
    if rows and rows[0][0]:
        bodies: dict[bytes, bytes] = {}
        for at in range(0, len(keys), _FRESH_AT_ONCE):
            some = unpacked(b"".join(keys[at : at + _FRESH_AT_ONCE]))
            bodies |= {key.bytes: one.body for key, one in fresh_documents(some, using=using).items()}
    else:
        bodies = {key: body for _is_pending, key, body in rows}
    # the last one ends in a line feed too
    return b"\n".join([*[bodies[key] for key in keys if key in bodies], b""])


def _read(sql: str, values: Sequence[Any], using: str) -> list[tuple[Any, ...]]:
    with binary_cursor(using) as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _row(is_pending: bool, sort_date: date, key: UUID, digest: bytes, body: bytes) -> SimpleNamespace:
    return SimpleNamespace(is_pending=is_pending, sort_date=sort_date, id=key, digest=digest, body=body)


def _body(with_bodies: bool) -> str:
    return "body" if with_bodies else "''::bytea"


def _kept(narrowed: Any, using: str) -> str:
    """What a candidate must be among besides, as a join."""
    if narrowed is None:
        return ""
    rows = narrowed.order_by().extra(where=["claims_statement.id = candidate.statement_id"]).values("pk")
    sql, values = rows.query.get_compiler(using=using).as_sql()
    return f"CROSS JOIN LATERAL ({with_values(using, sql, values)} OFFSET 0) AS kept"


def _with_pending(found: list[SimpleNamespace], using: str, *, with_bodies: bool) -> list[SimpleNamespace]:
    """Put fresh documents in the place of those that a change is still to reach; raise _GoneError if one has none."""
    if found and found[0].is_pending:
        fresh = fresh_documents([one.id for one in found], using=using)
        for one in found:
            if one.id not in fresh:
                raise _GoneError
            one.digest, one.body = fresh[one.id].digest, fresh[one.id].body if with_bodies else b""
    return found
