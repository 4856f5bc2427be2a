"""How far a long act has come, for people who watch it; silent for programs."""

import contextlib
import sys
import time
from collections.abc import Iterable, Iterator

SECONDS_BETWEEN = 0.2


def counted(chunks: Iterable[bytes], doing: str) -> Iterator[bytes]:
    """Pass the chunks on and, where stderr is a terminal, keep one line of it at the bytes so far."""
    if not sys.stderr.isatty():
        yield from chunks
        return
    size, last = 0, 0.0
    try:
        for chunk in chunks:
            size += len(chunk)
            if time.monotonic() - last > SECONDS_BETWEEN:
                last = time.monotonic()
                sys.stderr.write(f"\r{doing}: {in_units(size)} …\033[K")
                sys.stderr.flush()
            yield chunk
    finally:
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()


@contextlib.contextmanager
def shown(doing: str) -> Iterator[None]:
    """Where stderr is a terminal, keep a line on it that says what is being done."""
    if not sys.stderr.isatty():
        yield
        return
    sys.stderr.write(f"\r{doing} …\033[K")
    sys.stderr.flush()
    try:
        yield
    finally:
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()


def in_units(size: int) -> str:
    """A number of bytes as people read it."""
    if size < 10**6:
        return f"{size / 10**3:.1f} kB"
    return f"{size / 10**6:.1f} MB" if size < 10**9 else f"{size / 10**9:.1f} GB"
