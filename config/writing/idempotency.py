"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): a request sent again does not act again.

The key's row is made first, in the transaction of the act, and its answer stored there: who sends the same request
while the first runs waits for it and gets its answer; after a crash there is no row, and it runs anew. What was refused
is not stored: nothing was done.
"""

import hashlib
import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from rest_framework.request import Request

from config.access.models import StoredAnswer
from config.access.permissions import Access
from config.http import problems
from config.writing.answers import Answer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_FORM = re.compile(r"[!-~]{1,255}")
#: of so many requests with a key, one clears away what is older than it must be
CLEARED_ONCE_IN = 100

# A row older than it is kept for is taken over. The unique index lets a second one wait for the first's transaction.
_TAKE = """
INSERT INTO access_storedanswer AS stored (user_id, key, fingerprint, headers, body, created_at)
VALUES (%s, %s, %s, '{}', '', %s)
ON CONFLICT (user_id, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, status = NULL, headers = '{}', body = '', created_at = excluded.created_at
    WHERE stored.created_at < %s
RETURNING id
"""


@dataclass(frozen=True)
class Key:
    """The key of one request of one user, and a hash of the request that it stands for."""

    user: int
    key: str
    fingerprint: bytes

    def part(self, number: int) -> "Key":
        """Return the key of one operation of a batch that is kept operation by operation."""
        digest = hashlib.sha256(self.key.encode()).hexdigest()
        return replace(self, key=f"part:{digest}:{number}")

    def once(self, act: Callable[[], Answer]) -> tuple[Answer, bool]:
        """Return the answer of `act`, or the one stored, and whether it was stored; inside the act's transaction.

        Raise ProblemError (422) where the key stands for another request.
        """
        if not self._is_taken():
            return self._answer(StoredAnswer.objects.get(user=self.user, key=self.key)), True
        answer = act()
        StoredAnswer.objects.filter(user=self.user, key=self.key).update(
            status=answer.status, headers=dict(answer.headers), body=answer.content
        )
        return answer, False

    def _is_taken(self) -> bool:
        """Whether the row is ours: made now, or taken over from one of other times."""
        now = timezone.now()
        oldest = now - StoredAnswer.objects.all().kept_for
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [self.user, self.key, self.fingerprint, now, oldest])
            return cursor.fetchone() is not None

    def stored(self) -> Answer | None:
        """Return the answer that the key stands for by now, None without one; raise ProblemError as `once` does."""
        oldest = timezone.now() - StoredAnswer.objects.all().kept_for
        row = StoredAnswer.objects.filter(user=self.user, key=self.key, created_at__gte=oldest).first()
        return self._answer(row) if row else None

    def _answer(self, row: StoredAnswer) -> Answer:
        if bytes(row.fingerprint) != self.fingerprint:
            raise problems.ProblemError(problems.KEY_REUSED, "")
        return Answer(row.status or 0, row.body, row.headers)


def key_of(request: Request, access: Access) -> Key | None:
    """Return the key of a request, None without the header; raise ProblemError (400) for one that is none."""
    given = request.headers.get(HEADER)
    if given is None or access.user is None:
        return None
    if not _FORM.fullmatch(given):
        raise problems.ProblemError(
            problems.BAD_REQUEST, f"{HEADER} must have 1 to 255 visible characters of ASCII, such as a UUID."
        )
    return Key(access.user.pk, given, _fingerprint(request, access))


def clear_old_answers() -> None:
    """Now and then, delete the answers that are older than they must be."""
    if random.randrange(CLEARED_ONCE_IN) == 0:  # noqa: S311 no secret
        with transaction.atomic():
            StoredAnswer.objects.all().forget_old()


def _fingerprint(request: Request, access: Access) -> bytes:
    # the role too: who may less by now, or by another token, is not told what the other was
    told: list[Any] = [
        request.method,
        request.get_full_path(),
        request.headers.get("If-Match"),
        str(access.role),
        request.data,
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode("utf-8", "surrogatepass")).digest()
