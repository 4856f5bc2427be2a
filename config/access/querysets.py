"""How tokens and stored answers are asked for."""

import hashlib
import logging
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import Error, connections, models
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from config.postgresql.binary import binary_cursor

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
# What the group of a token's role may and its user may too, and the groups of the user. A superuser may all.
_GRANTS = """
SELECT ARRAY(
    SELECT kind.app_label || '.' || permission.codename
    FROM auth_group AS role
    JOIN auth_group_permissions AS granted ON granted.group_id = role.id
    JOIN auth_permission AS permission ON permission.id = granted.permission_id
    JOIN django_content_type AS kind ON kind.id = permission.content_type_id
    WHERE role.name = %(role)s AND (%(is_superuser)s OR permission.id IN (
        SELECT permission_id FROM auth_user_user_permissions WHERE user_id = %(user)s
        UNION ALL
        SELECT theirs.permission_id
        FROM auth_user_groups AS own JOIN auth_group_permissions AS theirs USING (group_id)
        WHERE own.user_id = %(user)s
    ))
), ARRAY(
    SELECT name FROM auth_user_groups AS own JOIN auth_group ON auth_group.id = own.group_id
    WHERE own.user_id = %(user)s
)
"""
MOST_AT_ONCE = 1000


@sensitive_variables()
def digest_of(secret: str) -> bytes:
    """Return what is stored of a token: the SHA-256 of its characters (32 bytes; 256 random bits need no salt)."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()


@cache
def _holding(token: Any, person: Any) -> str:
    """The query for the token of a digest, with its user: the columns of both, in the order of their fields."""
    columns = [
        f'"{one._meta.db_table}"."{field.column}"' for one in (token, person) for field in one._meta.concrete_fields
    ]
    tokens, people = (f'"{one._meta.db_table}"' for one in (token, person))
    return (
        f"SELECT {', '.join(columns)} FROM {tokens} JOIN {people} ON {people}.id = {tokens}.user_id"  # noqa: S608 names of ours
        f" WHERE {tokens}.digest = %s"
    )


class TokenQuerySet(models.QuerySet["Token"]):
    def of(self, user: Any) -> "TokenQuerySet":
        """Return the tokens of one user."""
        return self.filter(user=user)

    @sensitive_variables()
    def holding(self, secret: str) -> "Token | None":
        """Return the token whose characters these are, with its user, in one query; None where there is none.

        It is asked in each request that has a token, so it is written once, and planned once a connection.
        """
        person = self.model._meta.get_field("user")
        models_read: tuple[Any, ...] = (self.model, person.related_model)
        columns = [[field.attname for field in one._meta.concrete_fields] for one in models_read]
        with binary_cursor(self.db) as cursor:
            cursor.execute(_holding(*models_read), [digest_of(secret)])
            row = cursor.fetchone()
        if row is None:
            return None
        own = len(columns[0])
        token: Token = self.model.from_db(self.db, columns[0], row[:own])
        token.user = models_read[1].from_db(self.db, columns[1], row[own:])
        return token

    def granted(self, token: "Token") -> tuple[frozenset[str], frozenset[str]]:
        """Return what a token may (`app_label.codename`), and the names of its user's groups, in one query."""
        asked: dict[str, Any] = {
            "role": token.most.group,
            "is_superuser": token.user.is_superuser,
            "user": token.user_id,
        }
        with binary_cursor(self.db) as cursor:
            cursor.execute(_GRANTS, asked)
            permissions, groups = cursor.fetchone()
        return frozenset(permissions), frozenset(groups)

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
