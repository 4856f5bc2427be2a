"""The database as a whole: what is in it, who uses it, making one beside it and putting that in its place."""

import contextlib
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.apps import apps
from django.db import DatabaseError, OperationalError, connection, transaction
from psycopg import sql

from config.first_run import SETUP_LOCK
from config.postgresql.errors import DatabaseUnreachableError
from config.upkeep import login
from config.upkeep.errors import UpkeepError

# Where to be connected while a database is made or renamed; each server has at least one of them.
OTHERS = ("postgres", "template1")
LONGEST_NAME = 63
OPTIONS_BY_PROVIDER = {"c": "libc", "i": "icu", "b": "builtin"}


def name() -> str:
    """The name of the database that Django's default connection is for."""
    return str(connection.settings_dict["NAME"])


def major_version() -> int:
    """The server's major version."""
    return int(connection.get_database_version()[0])


def record_tables() -> list[str]:
    """The names of the project's own tables that are in the database."""
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | {"django_migrations"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')"
            " AND relname = ANY(%s) ORDER BY 1",
            [sorted(ours)],
        )
        return [relation for (relation,) in cursor.fetchall()]


def locale(cursor: Any) -> str:
    """How the database sorts and tells letters, in PostgreSQL's own words: encoding, provider, collation, ctype."""
    return " ".join(filter(None, _locale_parts(cursor).values()))


@contextlib.contextmanager
def at(database: str) -> Iterator[None]:
    """Let Django's default connection be one to another database of the same server."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@contextlib.contextmanager
def setup_lock() -> Iterator["psycopg.Connection[Any]"]:
    """Hold the lock that setting up takes, on a connection of its own; raise UpkeepError where somebody has it."""
    with psycopg.connect(**login.parameters(), autocommit=True) as held:
        (is_ours,) = held.execute("SELECT pg_try_advisory_lock(%s)", [SETUP_LOCK]).fetchone() or (False,)
        if not is_ours:
            raise UpkeepError(
                f"Another restore, or the first start of the server, is at work in the database {name()}: wait for it "
                "to end."
            )
        yield held


def check_may_be_replaced(held: "psycopg.Connection[Any]") -> None:
    """Raise UpkeepError where this role may not make and rename databases, or others use the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR (rolcreatedb AND pg_has_role(datdba, 'USAGE')), rolname"
            " FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"
        )
        is_allowed, role = cursor.fetchone()
        if not is_allowed:
            raise UpkeepError(
                f"The role {role} may not make a database beside {name()} and rename both: give it CREATEDB and the "
                "ownership of the database, or restore into an empty database."
            )
        # of other roles' sessions one sees whose they are, not of what type; those of autovacuum are nobody's
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usesysid IS NOT NULL"
            " AND pid <> ALL(%s) AND pid <> pg_backend_pid()",
            [[held.info.backend_pid]],
        )
        (others,) = cursor.fetchone()
    if others:
        raise UpkeepError(_in_use(f"{others} others are" if others > 1 else "1 other is"))


@contextlib.contextmanager
def made_beside() -> Iterator[str]:
    """Make an empty database beside the present one, with its encoding and locale; drop it if all does not go well.

    What a killed attempt has left is dropped first; the caller holds the lock.
    """
    with connection.cursor() as cursor:
        parts = _locale_parts(cursor)
    prefix = f"{name()[: LONGEST_NAME - 20]}_restoring_"
    made = prefix + secrets.token_hex(4)
    with _maintenance() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND pg_has_role(datdba, 'USAGE')", [prefix]
        )
        for (leftover,) in cursor.fetchall():
            _drop(cursor, leftover)
        cursor.execute(_create(made, parts))
    try:
        yield made
    except BaseException:
        with _maintenance() as cursor:
            _drop(cursor, made)
        raise


def swap(made: str) -> str:
    """Give the database its new contents in one transaction; return the name that the former one has now."""
    present = name()
    former = f"{present[: LONGEST_NAME - 30]}_before_{datetime.now(UTC):%Y%m%d_%H%M%S}"
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    connection.close()
    try:
        with _maintenance() as cursor, transaction.atomic():
            cursor.execute(rename.format(sql.Identifier(present), sql.Identifier(former)))
            cursor.execute(rename.format(sql.Identifier(made), sql.Identifier(present)))
    except DatabaseUnreachableError:
        raise
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.ObjectInUse):
            raise UpkeepError(_in_use("Somebody else is")) from None
        raise
    return former


def _in_use(who: str) -> str:
    return (
        f"{who} connected to the database {name()}, which can be replaced only when nobody is: stop the server and "
        "other programs, then try again."
    )


@contextlib.contextmanager
def _maintenance() -> Iterator[Any]:
    """A cursor in another database of the server."""
    for database in OTHERS:
        with at(database):
            try:
                connection.ensure_connection()
            except DatabaseUnreachableError as error:
                refused = error
                continue
            with connection.cursor() as cursor:
                yield cursor
            return
    raise UpkeepError(f"Databases are made and renamed from the database {' or '.join(OTHERS)}. {refused}")


def _drop(cursor: Any, database: str) -> None:
    with contextlib.suppress(DatabaseError):  # then it stays and the next attempt drops it
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def _locale_parts(cursor: Any) -> dict[str, str]:
    # the provider's locale has another name in PostgreSQL 15 and 16
    cursor.execute(
        "SELECT pg_encoding_to_char(encoding), datlocprovider, datcollate, datctype,"
        " coalesce(to_jsonb(pg_database) ->> 'datlocale', to_jsonb(pg_database) ->> 'daticulocale', '')"
        " FROM pg_database WHERE datname = current_database()"
    )
    return dict(zip(("encoding", "provider", "collate", "ctype", "locale"), cursor.fetchone(), strict=True))


def _create(database: str, parts: dict[str, str]) -> sql.Composed:
    provider = OPTIONS_BY_PROVIDER[parts["provider"]]
    options = {
        "ENCODING": parts["encoding"],
        "LC_COLLATE": parts["collate"],
        "LC_CTYPE": parts["ctype"],
        "LOCALE_PROVIDER": provider,
        **({} if provider == "libc" else {f"{provider.upper()}_LOCALE": parts["locale"]}),
    }
    return sql.SQL("CREATE DATABASE {} TEMPLATE template0 {}").format(
        sql.Identifier(database),
        sql.SQL(" ").join(sql.SQL(f"{option} {{}}").format(sql.Literal(value)) for option, value in options.items()),
    )
