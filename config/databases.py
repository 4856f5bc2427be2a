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
    ours = f"-c default_transaction_read_only=on -c statement_timeout={PUBLIC_STATEMENT_TIMEOUT_MS}"
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
    except psycopg.ProgrammingError as error:
        # the URL itself may hold a password: it is not repeated
        sys.exit(f"Wrong setting. DATABASE_URL: {' '.join(str(error).split())}")
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
