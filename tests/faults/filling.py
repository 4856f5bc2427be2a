"""Very many statements of one speaker, put into the tables past all triggers, as nobody but a test may."""

import hashlib
import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from config.embedded.server import EmbeddedServer

WORDS = [
    "armement",
    "missile",
    "frégate",
    "embargo",
    "sanction",
    "satellite",
    "uranium",
    "radar",
    "accord",
    "sommet",
    "pays",
    "frontière",
]
OLD, NEW = "Ada Ancienne", "Ada Nouvelle"
RUN = 2000
_MOMENT = "2026-01-01T00:00:00Z"
#: of which speakers, topics and sources there are so many
_OTHERS = 50


class Filling:
    """Rows, on a connection of the superuser."""

    def __init__(self, data_dir: Path, chance: random.Random) -> None:
        where: Any = EmbeddedServer(data_dir.resolve()).superuser_conninfo("attribution_record")
        self.connection = psycopg.connect(**where, autocommit=True)
        self.connection.execute("SET session_replication_role = replica")
        self.chance = chance
        self._number = 0

    def key(self) -> UUID:
        """An id behind those before it."""
        self._number += 1
        raw = bytearray((1_400_000_000_000 + self._number).to_bytes(6) + self.chance.randbytes(10))
        raw[6], raw[8] = 0x70 | raw[6] & 15, 0x80 | raw[8] & 63
        return UUID(bytes=bytes(raw))

    def words(self, count: int) -> str:
        return " ".join(self.chance.choices(WORDS, k=count))

    def copy(self, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
        with self.connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def speaker(self, name: str) -> UUID:
        key = self.key()
        columns = "id, type, is_named, name, country, is_public, note, version"
        self.copy("claims_speaker", columns, [(key, "person", True, name, "FR", True, "", 1)])
        return key

    def topics(self) -> list[UUID]:
        keys = [self.key() for _ in range(_OTHERS)]
        rows = ((key, json.dumps({"fr": f"{self.words(1)} {place}"}), True, 1) for place, key in enumerate(keys))
        self.copy("claims_topic", "id, labels, is_public, version", rows)
        return keys

    def revisions(self) -> list[UUID]:
        sources, keys = [self.key() for _ in range(_OTHERS)], [self.key() for _ in range(_OTHERS)]
        self.copy(
            "sources_source",
            "id, type, title, language, published_at, created_at, is_public, version, licence, translator, authors",
            ((key, "article", self.words(6), "fr", "2024-05", _MOMENT, True, 1, "unknown", "", []) for key in sources),
        )
        text = self.words(300)
        self.copy(
            "sources_sourcetext",
            "id, number, raw, media_type, encoding, text, created_at, source_id, sha256",
            (
                (
                    key,
                    1,
                    text.encode(),
                    "text/plain",
                    "utf-8",
                    text,
                    _MOMENT,
                    source,
                    hashlib.sha256(text.encode()).digest(),
                )
                for key, source in zip(keys, sources, strict=True)
            ),
        )
        return keys

    def statements(self, count: int, speakers: Sequence[UUID]) -> list[UUID]:
        """Published statements of the first speaker, each of one of the others too."""
        people = [one for (one,) in self.connection.execute("SELECT id FROM auth_user ORDER BY id LIMIT 2")]
        topics, revisions, keys = self.topics(), self.revisions(), [self.key() for _ in range(count)]
        self.copy(
            "claims_statement",
            "id, status, said_at, said_at_text, said_at_basis, act, cameo, attitude, intensity, intensity_phrase,"
            " is_self_reviewed, returned_reason, withdrawn_reason, created_at, updated_at, published_at, sort_date,"
            " version, created_by_id, reviewed_by_id",
            (
                (
                    key,
                    "published",
                    day,
                    "",
                    "printed",
                    "deny",
                    "",
                    None,
                    None,
                    "",
                    False,
                    "",
                    "",
                    *[_MOMENT] * 3,
                    day,
                    4,
                    *people,
                )
                for key, day in ((key, f"20{self.chance.randrange(10, 26)}-03-04") for key in keys)
            ),
        )
        self.copy(
            "claims_attribution",
            "id, statement_id, speaker_id, kind, certainty",
            (
                (self.key(), key, speaker, "speaker", "certain")
                for key in keys
                for speaker in (speakers[0], self.chance.choice(speakers[1:]))
            ),
        )
        self.copy(
            "claims_statementtopic", "statement_id, topic_id", ((key, self.chance.choice(topics)) for key in keys)
        )
        appearances = [self.key() for _ in keys]
        self.copy(
            "claims_appearance",
            "id, statement_id, source_text_id, quotation_type, language, cue_exact, is_headline, anchor_state",
            (
                (one, key, self.chance.choice(revisions), "direct", "fr", "", False, "exact")
                for one, key in zip(appearances, keys, strict=True)
            ),
        )
        self.copy(
            "claims_segment",
            'id, position, start, "end", exact, prefix, suffix, appearance_id',
            ((self.key(), 1, 0, 200, self.words(30), "avant", "après", one) for one in appearances),
        )
        return keys

    def write(self, keys: Sequence[UUID]) -> None:
        """Write what is made of them: words to search for, documents, postings."""
        self.connection.execute("ANALYZE")
        for first in range(0, len(keys), RUN):
            run = list(keys[first : first + RUN])
            self.connection.execute("SELECT public.statement_search_refresh(%s)", [run])
            self.connection.execute("SELECT public.statement_documents_refresh(%s, false)", [run])
        self.connection.execute("SELECT public.file_postings('{}', false, %s)", [list(keys)])
        self.connection.execute("VACUUM ANALYZE")


def fill(data_dir: Path, count: int, chance: random.Random) -> tuple[UUID, list[UUID]]:
    """Make so many statements of a speaker called OLD; return the speaker and the statements."""
    filling = Filling(data_dir, chance)
    speakers = [filling.speaker(OLD), *(filling.speaker(f"Bea {filling.words(1)} {one}") for one in range(_OTHERS))]
    keys = filling.statements(count, speakers)
    filling.write(keys)
    filling.connection.close()
    return speakers[0], keys
