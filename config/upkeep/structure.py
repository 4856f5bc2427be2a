"""What models and migrations make, and whether it is there and at work: tables, columns, keys, rules, triggers."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connection
from django.db.migrations import RunSQL
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

# What migrations make by SQL of their own, and models know nothing of.
_MADE = re.compile(
    r"(?P<act>CREATE)\s+(?:CONSTRAINT\s+)?TRIGGER\s+(?P<trigger>\w+)\s.*?\sON\s+(?P<on>\w+)"
    r"|(?P<gone>DROP)\s+TRIGGER\s+(?:IF\s+EXISTS\s+)?(?P<dropped>\w+)\s+ON\s+(?P<off>\w+)"
    r"|ALTER\s+TABLE\s+(?P<table>\w+)\s+(?P<change>ADD|DROP)\s+CONSTRAINT\s+(?:IF\s+EXISTS\s+)?(?P<rule>\w+)",
    re.DOTALL,
)

# Something that a person, a restore or a failed command left switched off or half made.
_OFF = """
SELECT format('trigger %s on %s is disabled', coalesce(conname, tgname), relname)
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid LEFT JOIN pg_constraint ON pg_constraint.oid = tgconstraint
WHERE tgenabled <> 'O'
UNION SELECT format('constraint %s on %s is not valid', conname, relname)
FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
WHERE NOT convalidated OR to_jsonb(pg_constraint) ->> 'conenforced' = 'false'
UNION SELECT format('index %s on %s is not valid', index.relname, pg_class.relname)
FROM pg_index JOIN pg_class ON pg_class.oid = indrelid JOIN pg_class AS index ON index.oid = indexrelid
WHERE NOT (indisvalid AND indisready AND indislive)
ORDER BY 1
"""


def switched_off(cursor: Any) -> list[str]:
    """Triggers, constraints and indexes that are there and not at work."""
    cursor.execute(_OFF)
    return [found for (found,) in cursor.fetchall()]


def missing(cursor: Any) -> list[str]:
    """What the models and the SQL of migrations make and the database does not have."""
    tables = set(connection.introspection.table_names(cursor))
    found: list[str] = []
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.proxy:
            continue
        table = model._meta.db_table
        found.extend(_missing_of(cursor, model) if table in tables else [f"table {table}"])
    cursor.execute(
        "SELECT 'trigger', tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " UNION ALL SELECT 'constraint', conname, relname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid"
    )
    there = set(cursor.fetchall())
    made = [*made_by_sql(), *made_by_models()]
    found.extend(f"{kind} {name} on {table}" for kind, name, table in made if (kind, name, table) not in there)
    return found


def made_by_models() -> list[tuple[str, str, str]]:
    """The triggers that keep the history: kind, name and table, as `made_by_sql` has them."""
    return [("trigger", one.get_pgid(model), model._meta.db_table) for model, one in pgtrigger.registered()]


def made_by_sql() -> list[tuple[str, str, str]]:
    """Kind (trigger or constraint), name and table of what the SQL of all migrations leaves behind, in their order."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    made: dict[tuple[str, str, str], None] = {}
    for key in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        for statement in _statements(loader.graph.nodes[key].operations):
            for match in _MADE.finditer(statement):
                _note(made, match.groupdict())
    return list(made)


def _statements(operations: list[Any]) -> Iterator[str]:
    for operation in operations:
        if isinstance(operation, RunSQL):
            parts = operation.sql if isinstance(operation.sql, list | tuple) else [operation.sql]
            yield from (part if isinstance(part, str) else part[0] for part in parts)
        yield from _statements(getattr(operation, "database_operations", []))


def _note(made: dict[tuple[str, str, str], None], found: dict[str, str]) -> None:
    if found["act"]:
        made["trigger", found["trigger"], found["on"]] = None
    elif found["gone"]:
        made.pop(("trigger", found["dropped"], found["off"]), None)
    elif found["change"] == "ADD":
        made["constraint", found["rule"], found["table"]] = None
    else:
        made.pop(("constraint", found["rule"], found["table"]), None)


def _missing_of(cursor: Any, model: type[Model]) -> Iterator[str]:
    options = model._meta
    table = options.db_table
    constraints = connection.introspection.get_constraints(cursor, table)
    for named in (*options.constraints, *options.indexes):
        if named.name not in constraints:
            yield f"{type(named).__name__} {named.name} on {table}"
    for names in options.unique_together:
        columns = [str(getattr(options.get_field(name), "column", "")) for name in names]
        if not any(one["unique"] and one["columns"] == columns for one in constraints.values()):
            yield f"unique key {', '.join(columns)} on {table}"
    cursor.execute(
        "SELECT attname, attnotnull FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0"
        " AND NOT attisdropped",
        [f"public.{table}"],
    )
    columns_there = dict(cursor.fetchall())
    for field in options.local_concrete_fields:
        if field.column not in columns_there:
            yield f"column {field.column} of {table}"
        else:
            # a generated column is held to its expression instead
            if not field.null and not getattr(field, "generated", False) and not columns_there[field.column]:
                yield f"NOT NULL of {table}.{field.column}"
            yield from _missing_keys(field, table, constraints.values())


def _missing_keys(field: Any, table: str, constraints: Iterable[Any]) -> Iterator[str]:
    of_field = [one for one in constraints if one["columns"] == [field.column]]
    if field.primary_key and not any(one["primary_key"] for one in of_field):
        yield f"primary key of {table}"
    if field.unique and not any(one["unique"] for one in of_field):
        yield f"unique key {field.column} on {table}"
    if field.db_index and not field.unique and not any(one["index"] for one in of_field):
        yield f"index of {table}.{field.column}"
    if field.remote_field and getattr(field, "db_constraint", False):
        target = field.remote_field.model._meta.db_table
        if not any(one["foreign_key"] and one["foreign_key"][0] == target for one in of_field):
            yield f"foreign key of {table}.{field.column} to {target}"
