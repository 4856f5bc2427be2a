"""Roles with what they may, which the clearing of tables behind a transactional test takes away."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection


@pytest.fixture(autouse=True)
def _roles(_groups_and_lexicon_are_there: None, request: Any) -> None:
    """Make the groups of the roles again."""
    if request.node.get_closest_marker("django_db"):
        with connection.schema_editor(atomic=False) as editor:
            import_module("claims.migrations.0007_roles").make_roles(apps, editor)
