"""Where the data is: the embedded PostgreSQL, or whatever DATABASE_URL names.

Two aliases for one database: "default" reads and writes; "public" is for the public's requests, which may not
write, and whose statements may not take longer than PUBLIC_STATEMENT_TIMEOUT_MS.
"""

import sys
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from config.environment import Environment

PUBLIC_STATEMENT_TIMEOUT_MS = 3000
NOT_A_URL = (
    "Wrong setting. DATABASE_URL: it cannot be read; write postgresql://user:password@host:5432/database, and in the"
    " password each character that is no letter or digit as % and its two-digit code (@ is %40, / is %2F, % is %25)"
)

# A server or a network that silently went away is noticed in a minute instead of in hours.
KEEPALIVES = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}


def database_settings(environment: Environment) -> dict[str, Any]:
    """Django's DATABASES: "default" (read-write) and "public" (read-only, each statement cut off at 3 s)."""
    where = _from_url(environment.DATABASE_URL) if environment.DATABASE_URL else _embedded(environment)
    common = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True, **where}
    return {
        "default": common,
        "public": {
            **common,
            "OPTIONS": {
                **common["OPTIONS"],
                "options": _public_options(common["OPTIONS"].get("options", "")),
            },
            "TEST": {"MIRROR": "default"},
        },
    }


def _public_options(options: str) -> str:
    # compiling a query takes longer than all but the worst of them
    ours = f"-c default_transaction_read_only=on -c statement_timeout={PUBLIC_STATEMENT_TIMEOUT_MS} -c jit=off"
    return f"{options} {ours}".strip()


def _embedded(environment: Environment) -> dict[str, Any]:
    """The backend fills in socket folder and password when the first connection is opened."""
    return {
        "ENGINE": "config.embedded.backend",
        "NAME": "attribution_record",
        "USER": "attribution_record",
        "OPTIONS": {},
        "EMBEDDED": {
            "data_dir": environment.data_dir,
            # each thread may keep a connection an alias; the rest is for commands, tests and the superuser
            "connections": 2 * environment.WORKERS * environment.THREADS + 50,
        },
    }


def _from_url(url: str) -> dict[str, Any]:
    """The parts of a libpq URL; whatever has no place of its own in Django (sslmode, …) goes on to libpq."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        # What libpq says repeats parts of the URL, of which any may be a piece of the password.
        sys.exit(NOT_A_URL)
    if _has_stray_marks(url) or not all(one.isdigit() for one in str(parts.get("port") or "0").split(",")):
        # It would be repeated, as a port, host or database that does not exist, when the first connection fails.
        sys.exit(NOT_A_URL)
    name = parts.pop("dbname", None)
    if not name:
        sys.exit("Wrong setting. DATABASE_URL: it must name a database, as in postgresql://user@host/database")
    return {
        "ENGINE": "config.postgresql",
        "NAME": name,
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "OPTIONS": {**KEEPALIVES, **parts},
    }


def _has_stray_marks(url: str) -> bool:
    """Whether an @ stands where a password with @ or / in it leaves one."""
    authority, _slash, path = url.partition("://")[2].partition("?")[0].partition("/")
    return authority.count("@") > 1 or "@" in path
