"""How long to try, and with what chance."""

import logging
import os
import time
from collections.abc import Iterator

import pytest
from django.test.testcases import QuietWSGIRequestHandler

#: 0: the short form, of half a minute for each who asks
CASES = int(os.environ.get("FUZZ_CASES") or 0)
#: the short form sends the same each time, as far as its time goes
SEED = int(os.environ.get("FUZZ_SEED") or (time.time_ns() % 1_000_000_000 if CASES else 1))


def pytest_report_header() -> str:
    """Say with what the same requests can be had again."""
    return f"fuzz: FUZZ_CASES={CASES} FUZZ_SEED={SEED}"


@pytest.fixture
def server(live_server: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server with a database of its own; it sends small answers at once, and logs no refusals."""
    monkeypatch.setattr(QuietWSGIRequestHandler, "disable_nagle_algorithm", True)
    loggers = [logging.getLogger(name) for name in ("django.request", "django.server")]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    yield str(live_server)
    for logger in loggers:
        logger.setLevel(logging.NOTSET)
