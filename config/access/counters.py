"""Small numbers that all processes of a machine share: a file of fixed size, mapped into memory.

A key has one 64-bit number. 65,536 of them fit, in buckets of 8; a full bucket gives up the lowest one. Each change
holds a lock on its bucket: `fcntl` locks keep processes apart, and the system lifts them when one is killed; locks of
threads keep threads apart, which `fcntl` does not.
"""

import errno
import fcntl
import hashlib
import logging
import mmap
import os
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

from config.private_files import make_data_dir, write_private

logger = logging.getLogger(__name__)

MARK = b"attribution record counters 1\n"
PAGE = 4096
WIDTH = 8
BUCKETS = 8192
BUCKET = struct.Struct("<" + "Qq" * WIDTH)
SLOT = struct.Struct("<Qq")
SIZE = PAGE + BUCKETS * BUCKET.size
STRIPES = 64
SECONDS_BETWEEN_LOOKS = 1
# Together about 30 ms, for which a stopped process that holds a lock can hold up a request.
TRIES = 100
SECONDS_BETWEEN_TRIES = 0.0002


def key_of(secret: bytes, *parts: str) -> int:
    """Return the 64-bit key of some words, which nobody without the secret can make collide."""
    text = "\0".join(parts).encode("utf-8", "surrogateescape")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8, key=secret[:64]).digest(), "little") or 1


class _Mapped:
    """An open file and its memory; both go when nobody uses them any more."""

    def __init__(self, descriptor: int | None, memory: mmap.mmap) -> None:
        self.descriptor = descriptor
        self.memory = memory
        self.identity = _identity(os.fstat(descriptor)) if descriptor is not None else None

    def __del__(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)

    def lock(self, start: int) -> bool:
        """Lock a bucket among processes; tell whether that was possible in time.

        Where it was not, a count may be off by one; a request that waits for a stopped process would be worse.
        """
        if self.descriptor is None:
            return False
        for _try in range(TRIES):
            try:
                fcntl.lockf(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, BUCKET.size, start)
            except OSError as error:
                if error.errno not in {errno.EACCES, errno.EAGAIN}:
                    return False  # a file system without locks
                time.sleep(SECONDS_BETWEEN_TRIES)
            else:
                return True
        return False

    def unlock(self, start: int) -> None:
        """Lift the lock of a bucket."""
        if self.descriptor is not None:
            fcntl.lockf(self.descriptor, fcntl.LOCK_UN, BUCKET.size, start)


class Counters:
    """The numbers in one file, which is made (mode 0600) where it is missing, and made anew where it is damaged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._start()
        os.register_at_fork(after_in_child=self._start)

    def _start(self) -> None:
        """Begin without a file and with free locks: those of threads may be held by one that a fork left behind."""
        self._mapped: _Mapped | None = None
        self._looked = 0.0
        self._opening = threading.Lock()
        self._locks = [threading.Lock() for _stripe in range(STRIPES)]

    def update(self, key: int, change: Callable[[int], int]) -> int:
        """Replace the number of a key by what `change` makes of it, and return that; 0 is the same as no number."""
        mapped = self._current()
        bucket = key % BUCKETS
        start = PAGE + bucket * BUCKET.size
        with self._locks[bucket % STRIPES]:
            locked = mapped.lock(start)
            try:
                slots = BUCKET.unpack_from(mapped.memory, start)
                keys, numbers = slots[::2], slots[1::2]
                there = key in keys
                place = keys.index(key) if there else numbers.index(min(numbers))
                number = numbers[place] if there else 0
                changed = change(number)
                if changed != number:
                    SLOT.pack_into(mapped.memory, start + place * SLOT.size, key if changed else 0, changed)
                return changed
            finally:
                if locked:
                    mapped.unlock(start)

    def read(self, key: int) -> int:
        """Return the number of a key, 0 where it has none."""
        return self.update(key, lambda number: number)

    def _current(self) -> _Mapped:
        """The file that is there now: who removed it, or put another in its place, is noticed within a second."""
        mapped, now = self._mapped, time.monotonic()
        if mapped is not None and now - self._looked < SECONDS_BETWEEN_LOOKS:
            return mapped
        with self._opening:
            if self._mapped is None or not self._is_still_there(self._mapped):
                self._mapped = self._open()
            self._looked = now
            return self._mapped

    def _is_still_there(self, mapped: _Mapped) -> bool:
        try:
            return mapped.identity is None or _identity(self.path.stat()) == mapped.identity
        except OSError:
            return False

    def _open(self) -> _Mapped:
        try:
            make_data_dir(self.path.parent)
            if not self.path.exists():
                self._make(replace=False)
            return self._map() or self._map_anew()
        except OSError as error:
            logger.warning("%s cannot be used (%s): each server process counts by itself.", self.path, error)
            return _Mapped(None, mmap.mmap(-1, SIZE))

    def _map(self) -> _Mapped | None:
        """The file in memory; None where it is not one of ours, or not whole."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            is_whole = os.fstat(descriptor).st_size == SIZE and os.pread(descriptor, len(MARK), 0) == MARK
            mapped = _Mapped(descriptor, mmap.mmap(descriptor, SIZE)) if is_whole else None
        except BaseException:
            os.close(descriptor)
            raise
        if mapped is None:
            os.close(descriptor)
        return mapped

    def _map_anew(self) -> _Mapped:
        logger.warning("%s is damaged: it is made anew, and counting begins at 0.", self.path)
        self._make(replace=True)
        mapped = self._map()
        if mapped is None:
            raise OSError(errno.EIO, "what was just written is not there")
        return mapped

    def _make(self, *, replace: bool) -> None:
        """Write the whole of it: memory whose place on a full disk is not taken yet would end the process."""
        write_private(self.path, MARK.decode() + "\0" * (SIZE - len(MARK)), replace=replace)


def _identity(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_dev, found.st_ino, found.st_size
