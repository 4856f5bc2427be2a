"""Deferred rules are checked inside the service, where a refusal can still be answered."""

from django.db import connection


def check_deferred_rules() -> None:
    """Check now what would otherwise be checked at commit, and defer again what comes after."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
