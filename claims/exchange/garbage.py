"""What long work that makes many objects asks of Python's garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def passing_over_old_objects() -> Iterator[None]:
    """Let the collector look through what is made inside alone.

    It looks through all that there is whenever enough is new: some hundred thousand objects of settings, models and
    libraries, which takes a quarter of the time of an import.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
