"""Write docs/permissions.md anew: `python -m tests.permissions.write`, in a database of its own."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import django


@contextmanager
def _database() -> Iterator[None]:
    """A new database with nothing in it but what migrations make."""
    from django.db import connections
    from django.test.utils import (
        setup_databases,
        setup_test_environment,
        teardown_databases,
        teardown_test_environment,
    )

    setup_test_environment()
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        connections["public"].close()
        teardown_databases(made, verbosity=0)
        teardown_test_environment()


def main() -> None:
    """Ask everything as everybody, and write down what came of it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    # each refusal is logged, and here nearly everything is refused
    logging.disable(logging.CRITICAL)
    from tests.permissions.document import PAGE
    from tests.permissions.measuring import measured

    with _database():
        PAGE.write_text("".join(measured().parts), "utf-8")


if __name__ == "__main__":
    main()
