"""A world that is really stored, since histories have one version a transaction; taken away behind each file."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from tests.permissions.measuring import Measured, measured


@pytest.fixture(scope="module")
def asked(django_db_setup: None, django_db_blocker: Any) -> Iterator[Measured]:
    """All that is asked of one world."""
    with django_db_blocker.unblock():
        logging.disable(logging.CRITICAL)
        try:
            yield measured()
        finally:
            logging.disable(logging.NOTSET)
            connections["public"].close()
            call_command("flush", interactive=False, verbosity=0)
