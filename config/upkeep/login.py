"""The login of Django's database as PostgreSQL's own programs take it: nothing secret on a command line."""

import os
from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo

SECRET = {"password", "sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret"}
# What no program of PostgreSQL needs to know.
OURS = {"DATABASE_URL", "SECRET_KEY"}


def parameters() -> dict[str, Any]:
    """The parameters of libpq by which Django's default connection logs in, the password among them."""
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    return {name: value for name, value in connection.get_connection_params().items() if name in known}


def open_text(found: dict[str, Any]) -> str:
    """The parameters as libpq reads them, without what is secret: fit for a command line, which others may read."""
    return make_conninfo(**{name: value for name, value in found.items() if name not in SECRET})


def environment(found: Mapping[str, Any]) -> dict[str, str]:
    """The environment of a program that logs in with these parameters; it speaks English."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    password = {"PGPASSWORD": str(found["password"])} if found.get("password") else {}
    return {**kept, **password, "LC_ALL": "C"}
