"""Quotas of requests a minute, kept as GCRA (the generic cell rate algorithm).

Of each key only one number is kept: the time at which all of its quota would be there again. A quota may be used at
once, and comes back evenly. What headers say of it is as draft-ietf-httpapi-ratelimit-headers (version 10) has it.
"""

import math
import time
from dataclasses import dataclass

from config.access.counters import Counters

SECOND = 1_000_000_000
WINDOW = 60


@dataclass(frozen=True)
class Policy:
    """So many requests a minute, under the name that the headers give."""

    name: str
    quota: int

    @property
    def header(self) -> str:
        """What RateLimit-Policy says of it."""
        return f'"{self.name}";q={self.quota};w={WINDOW}'


@dataclass(frozen=True)
class Standing:
    """Where one stands after a request: whether it was within the quota, how much is left, seconds until more is."""

    policy: Policy
    is_allowed: bool
    remaining: int
    wait: int

    @property
    def header(self) -> str:
        """What RateLimit says of it."""
        return f'"{self.policy.name}";r={self.remaining};t={self.wait}'


def use(counters: Counters, key: int, policy: Policy, *, count: bool = True) -> Standing:
    """Take one request from the quota of a key, if there is one left; without `count` only look."""
    now = time.time_ns()
    window = WINDOW * SECOND
    step = window // policy.quota
    is_allowed = False

    def change(due: int) -> int:
        nonlocal is_allowed
        # what is further off was written by a clock that was wrong, or by nobody
        start = due if now < due <= now + 2 * window else now
        is_allowed = start + step <= now + window
        return start + step if is_allowed and count else due

    used = max(0, counters.update(key, change) - now)
    remaining = max(0, (window - used) // step)
    until_more = (used % step or step) if is_allowed else used + step - window
    return Standing(policy, is_allowed, remaining, max(1, math.ceil(until_more / SECOND)))
