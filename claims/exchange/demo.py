"""The demo set: dispatches written for it, by fictional publishers, about facts that were reported, and invented ones.

Imported into an empty record on the first run. Its statements are entered and reviewed by two accounts that nobody can
log in with, so that the record says truly that no curator vouches for them.
"""

from collections.abc import Sequence
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

from claims.exchange.importing import import_dataset
from claims.exchange.reading import LineError, Problem, numbered
from claims.models import Speaker
from sources.models import Source

DATA = Path(__file__).parent / "data" / "demo.ndjson"
AUTHOR, REVIEWER = "demo-author", "demo-reviewer"


@transaction.atomic
def load_demo() -> int:
    """Import the demo set and return the number of its statements; 0, and nothing done, where there is anything."""
    if Source.objects.exists() or Speaker.objects.exists():
        return 0
    with DATA.open("rb") as file:
        result = import_dataset(
            numbered(file), name=DATA.name, by=_nobody(AUTHOR), publish_by=_nobody(REVIEWER), refuse=_stop
        )
    return result.created["statement"]


def _nobody(name: str) -> User:
    """An account without a password that cannot log in."""
    user, made = User.objects.get_or_create(username=name, defaults={"is_active": False})
    if made:
        user.set_unusable_password()
        user.save()
    return user


def _stop(_number: int, _raw: bytes, problems: Sequence[Problem]) -> None:
    raise LineError(*problems)
