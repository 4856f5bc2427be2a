"""Who held which role when, for many speakers at once."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from claims.exchange.many import rows_of_any
from claims.models import Membership
from sources.text import partial_dates


class Roles:
    """The roles of the speakers of one batch."""

    def __init__(self) -> None:
        self._of: dict[str, list[tuple[str, date, date]]] = {}

    def look_up(self, speakers: Iterable[str]) -> None:
        """Read the roles of these speakers (ids) in one query; those of others are forgotten."""
        self._of = {}
        asked = {UUID(one) for one in speakers}
        rows = rows_of_any(Membership, ["id", "speaker_id", "start_earliest", "end_latest"], "speaker_id", asked)
        for pk, speaker, start, end in rows:
            self._of.setdefault(str(speaker), []).append((str(pk), start or date.min, end or date.max))

    def held(self, speaker: str, day: str | None) -> str | None:
        """Return the one role that the speaker held then; None where there is none, or a choice, or no day."""
        if day is None or speaker not in self._of:
            return None
        bounds = partial_dates.parse(day)
        held = [pk for pk, start, end in self._of[speaker] if start <= bounds.latest and end >= bounds.earliest]
        return held[0] if len(held) == 1 else None
