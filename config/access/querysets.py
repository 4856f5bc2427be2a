"""How tokens and stored answers are asked for."""

import hashlib
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import Error, connections, models
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

if TYPE_CHECKING:
    from config.access.models import StoredAnswer, Token

logger = logging.getLogger(__name__)

# Who holds the row (it is being revoked, say) is not waited for: the use is noted a minute later.
_NOTE_USE = """
UPDATE access_token SET last_used_at = now() WHERE id IN (
    SELECT id FROM access_token
    WHERE id = %s AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
    FOR UPDATE SKIP LOCKED
)
"""
MOST_AT_ONCE = 1000


@sensitive_variables()
def digest_of(secret: str) -> bytes:
    """Return what is stored of a token: the SHA-256 of its characters (32 bytes; 256 random bits need no salt)."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()


class TokenQuerySet(models.QuerySet["Token"]):
    def of(self, user: Any) -> "TokenQuerySet":
        """Return the tokens of one user."""
        return self.filter(user=user)

    @sensitive_variables()
    def holding(self, secret: str) -> "Token | None":
        """Return the token whose characters these are, with its user, in one query; None where there is none."""
        return self.select_related("user").filter(digest=digest_of(secret)).first()

    def note_use(self, token: "Token") -> None:
        """Write down that a token was used, at most once a minute; where that fails, log it and go on."""
        if token.last_used_at and timezone.now() - token.last_used_at < timedelta(minutes=1):
            return
        try:
            with connections[self.db].cursor() as cursor:
                cursor.execute(_NOTE_USE, [token.pk])
        except Error as error:
            logger.warning("The use of token %s could not be noted: %s", token.prefix, " ".join(str(error).split()))


class StoredAnswerQuerySet(models.QuerySet["StoredAnswer"]):
    #: how long the answer to an Idempotency-Key is kept
    kept_for = timedelta(hours=24)

    def forget_old(self) -> int:
        """Delete answers older than 24 h, at most 1,000, none that another transaction holds; return how many."""
        old = self.filter(created_at__lt=timezone.now() - self.kept_for).order_by("created_at")
        chosen = old.select_for_update(skip_locked=True, of=("self",)).values("pk")[:MOST_AT_ONCE]
        deleted, _models = self.filter(pk__in=chosen).delete()
        return deleted
