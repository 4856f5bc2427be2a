"""Wrong passwords are counted, by user name and by address; too many, and nobody may try for a while.

Counted by the name that was typed, whether or not there is such an account: nothing tells the two apart. Attempts are
counted before the password is checked and taken back if it was right, so that many at once are not more than the
limit. Kept in a file of DATA_DIR: all server processes count together, and a restart forgets nothing.
"""

import logging
import math
import time
from functools import cache
from pathlib import Path

from django.conf import settings

from config.access.counters import Counters, key_of

logger = logging.getLogger(__name__)

MOST_BY_NAME = 10
MOST_BY_ADDRESS = 30
SECONDS = 15 * 60
_COUNT_BITS = 8


class LoginRefusedError(Exception):
    """There were too many wrong passwords; `seconds` says how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"logging in is refused for {seconds} seconds")
        self.seconds = seconds


@cache
def counters_in(folder: Path) -> Counters:
    """Return the counters of wrong passwords, one object a process."""
    return Counters(folder / "logins")


class Attempt:
    """One attempt to log in, counted as wrong until it turns out right."""

    def __init__(self, user_name: str, address: str) -> None:
        """Count it; raise LoginRefusedError where that is one too many, for the user name or the address."""
        self._counters = counters_in(settings.COUNTERS_DIR)
        secret = settings.SECRET_KEY.encode()
        self._name = key_of(secret, "user name", user_name)
        self._address = key_of(secret, "address", address)
        if seconds := self._count(self._address, MOST_BY_ADDRESS):
            logger.warning("No password from %s is looked at for %d s: too many were wrong.", address, seconds)
            raise LoginRefusedError(seconds)
        if seconds := self._count(self._name, MOST_BY_NAME):
            self._take_back(self._address)
            logger.warning("No password for one user name is looked at for %d s: too many were wrong.", seconds)
            raise LoginRefusedError(seconds)

    def was_right(self) -> None:
        """Forget the wrong ones before it for this user name; of the address, only this attempt."""
        self._counters.update(self._name, lambda _number: 0)
        self._take_back(self._address)

    def was_not_decided(self) -> None:
        """Take it back: nobody could say whether the password was right."""
        self._take_back(self._name)
        self._take_back(self._address)

    def _count(self, key: int, most: int) -> int:
        """Count one more; return the seconds to wait where there were too many already, else 0."""
        now = time.time_ns() // 1_000_000
        seconds = 0

        def change(number: int) -> int:
            nonlocal seconds
            until, count = _read(number, now)
            if count >= most:
                seconds = math.ceil((until - now) / 1000)
                return number
            # the last one that is allowed begins the time in which none is
            until = now + SECONDS * 1000 if count + 1 == most else until
            return until << _COUNT_BITS | count + 1

        self._counters.update(key, change)
        return seconds

    def _take_back(self, key: int) -> None:
        now = time.time_ns() // 1_000_000

        def change(number: int) -> int:
            until, count = _read(number, now)
            return until << _COUNT_BITS | count - 1 if count > 1 else 0

        self._counters.update(key, change)


def _read(number: int, now: int) -> tuple[int, int]:
    """Until when (in ms) how many are counted; a time that is over, or too far off to be one of ours, begins anew."""
    until, count = number >> _COUNT_BITS, number & (1 << _COUNT_BITS) - 1
    if now < until <= now + 2 * SECONDS * 1000:
        return until, count
    return now + SECONDS * 1000, 0
