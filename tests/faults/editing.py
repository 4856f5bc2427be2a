"""Edits of all kinds, by all ways in: each returns what became of it, and which row it changed."""

import json
import random
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from claims.querysets.documents import put_together
from claims.services.documents import wrong_among
from config.embedded.server import EmbeddedServer
from config.environment import BASE_DIR
from tests.faults.admin_form import change, press
from tests.faults.checking import log_in, password_of
from tests.faults.edits_by_sql import CHANGES, UPKEEP
from tests.faults.program import Program, Server, environment
from tests.faults.writing import Client, make_token

#: of a row's statements, those that are looked at after an edit
LOOKED_AT = 25
TABLES = {
    "speaker": "claims_speaker",
    "topic": "claims_topic",
    "event": "claims_event",
    "role": "claims_role",
    "membership": "claims_membership",
    "claim": "claims_claim",
    "publisher": "sources_publisher",
    "source": "sources_source",
    "statement": "claims_statement",
}
#: what is refused, or lost to somebody else, is an edit tried
REFUSED = {400, 404, 409, 410, 412, 503}

#: kind -> member of the API's body and, where one is searched for, how the admin's form calls it
MEMBERS = {
    "speaker": ("name", "name"),
    "topic": ("labels", ""),
    "event": ("name", "name"),
    "role": ("labels", ""),
    "claim": ("text", ""),
    "publisher": ("name", "name"),
    "source": ("title", "title"),
}
PLURALS = {kind: f"{kind}s" for kind in TABLES}


class WrongError(AssertionError):
    """A document was not what it is to be."""


class Record:
    """What all editors of a server share: tokens, a cookie, numbers, and what became of their edits."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.tokens = {role: make_token(server, role, role) for role in ("curator", "reviewer")}
        self.cookies = {role: log_in(server, role, password_of(server.data_dir, role)) for role in self.tokens}
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self._numbers, self._lock = 0, threading.Lock()

    def mark(self) -> str:
        with self._lock:
            self._numbers += 1
            return f"Repère {self._numbers}x"

    def count(self, how: str, what: Any) -> None:
        with self._lock:
            self.outcomes[how, str(what)] += 1

    def connect(self) -> Any:
        where: Any = EmbeddedServer(self.server.data_dir.resolve()).superuser_conninfo("attribution_record")
        return psycopg.connect(**where, autocommit=True)


class Editor:
    """One of those who edit, with connections and chance of its own."""

    def __init__(self, record: Record, chance: random.Random) -> None:
        self.record, self.chance = record, chance
        self.database = record.connect()
        self.looking = record.connect()
        self.clients = {role: Client(record.server, token) for role, token in record.tokens.items()}
        self.public = Client(record.server, "")
        self.public.headers = {}

    def close(self) -> None:
        for one in (self.database, self.looking, self.public, *self.clients.values()):
            one.close()

    # what there is

    def some(self, kind: str, where: str = "true") -> UUID | None:
        """A row of this kind, by chance."""
        found = self.looking.execute(f"SELECT id FROM {TABLES[kind]} WHERE {where} ORDER BY id").fetchall()
        return self.chance.choice(found)[0] if found else None

    def some_named(self, kinds: list[str]) -> tuple[str, UUID]:
        kind = self.chance.choice(kinds)
        key = self.some(kind, "merged_into_id IS NULL" if kind in {"speaker", "topic"} else "true")
        assert key is not None, kind
        return kind, key

    def naming(self, kind: str, key: UUID) -> list[UUID]:
        """Published statements that show a row, or are it, or are related to it."""
        if kind == "statement":
            found = self.looking.execute(
                "SELECT %(key)s::uuid UNION SELECT other_id FROM claims_relation WHERE statement_id = %(key)s"
                " UNION SELECT statement_id FROM claims_relation WHERE other_id = %(key)s",
                {"key": key},
            )
        else:
            found = self.looking.execute("SELECT public.statements_naming(%s, ARRAY[%s])", [kind, key])
        ids = [one for (one,) in found]
        return self.chance.sample(ids, min(len(ids), LOOKED_AT))

    def look(self, how: str, kind: str, key: UUID) -> None:
        """What a change was to reach must be as it would be written now, by another connection, and so for readers."""
        ids = self.naming(kind, key)
        wrong = wrong_among(self.looking.cursor(), ids) or self.read_wrong(ids)
        if wrong:
            raise WrongError(f"{how} of {kind} {key}: {wrong}")

    def read_wrong(self, ids: list[UUID]) -> list[UUID]:
        """Which of these readers would be given otherwise than they are, at one moment."""
        with self.looking.transaction():
            self.looking.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            kept = self.looking.execute("SELECT * FROM public.statements_anew(%s)", [ids]).fetchall()
            now = self.looking.execute(
                "SELECT statement_id, body FROM public.statement_documents(%s)", [ids]
            ).fetchall()
        found, unknown = put_together(kept)
        return [key for key, body in now if key not in unknown and (key not in found or found[key].body != body)]

    # the API

    def by_api(self) -> None:
        act = self.chance.choices(
            [
                self.name_by_api,
                self.name_by_api,
                self.enter,
                self.step,
                self.merge,
                self.split,
                self.revise,
                self.unite,
            ],
            [5, 3, 3, 6, 1, 1, 1, 1],
        )[0]
        act()

    def send(self, how: str, path: str, body: Any, *, role: str, method: str = "POST", key: UUID | None = None) -> Any:
        """Send it as of the version that is there; return the answer where it was taken."""
        client = self.clients[role]
        etag = None
        if key is not None:
            read = client.send("GET", path.partition("/")[0] + f"/{key}/")
            etag = read.headers.get("etag")
            if read.status != 200:
                self.record.count(how, read.status)
                return None
        answer = client.send(method, path, body, etag=etag)
        self.record.count(how, answer.status)
        if answer.status in REFUSED:
            return None
        if answer.status not in {200, 201, 204}:
            raise WrongError(f"{how} {path} {body}: {answer.status} {answer.body[:500]!r}")
        return answer

    def name_by_api(self) -> None:
        kind, key = self.some_named(list(MEMBERS))
        member, mark = MEMBERS[kind][0], self.record.mark()
        value: Any = {"fr": mark} if member in {"labels", "text"} else mark
        path = f"{PLURALS[kind]}/{key}/"
        if self.send("api name", path, {member: value}, role="curator", method="PATCH", key=key):
            self.look("api name", kind, key)
            self.read_by_public(kind, key)

    def read_by_public(self, kind: str, key: UUID) -> None:
        """Whoever asks now is answered what would be written now, unless that changes meanwhile."""
        for statement in self.naming(kind, key)[:2]:
            before = self.as_written_now(statement)
            answer = self.public.send("GET", f"statements/{statement}/")
            if before is not None and before != answer.body and before == self.as_written_now(statement):
                raise WrongError(f"{statement} of {kind} {key}: {answer.status} {answer.body!r} is not {before!r}")

    def as_written_now(self, statement: UUID) -> bytes | None:
        """Its document; None where it is not published."""
        found = self.looking.execute("SELECT body FROM public.statement_documents(ARRAY[%s])", [statement]).fetchone()
        return found[0] if found else None

    def enter(self) -> None:
        """A statement with all that it may have, up to its publication."""
        speakers = [self.some("speaker", "merged_into_id IS NULL") for _ in range(3)]
        said, addressed, relay = (str(one) for one in speakers)
        words = f"propos {self.record.mark()}"
        source = self.send(
            "api source",
            "sources/",
            {"text": f"Dépêche. « {words} », a-t-il dit.", "title": self.record.mark(), "language": "fr"},
            role="curator",
        )
        if source is None:
            return
        body = {
            "speakers": [{"speaker": said}],
            "addressees": [{"speaker": addressed}],
            "topics": [str(self.some("topic", "merged_into_id IS NULL"))],
            "event": str(self.some("event")),
            "wordings": [{"language": "en", "text": self.record.mark()}],
            "positions": [{"claim": str(self.some("claim")), "stance": "denies"}],
            "relations": [{"type": "repeats", "statement_id": str(self.some("statement"))}],
            "said_at": f"20{self.chance.randrange(10, 26)}-0{self.chance.randrange(1, 10)}",
            "said_at_basis": "printed",
            "appearances": [
                {
                    "source": source.json["id"],
                    "quotation_type": "direct",
                    "segments": [{"exact": words}],
                    "relays": [{"speaker": relay}],
                }
            ],
        }
        made = self.send("api enter", "statements/", body, role="curator")
        if made is not None:
            self.publish(UUID(made.json["id"]))

    def publish(self, key: UUID) -> None:
        for step, role in (("submit", "curator"), ("publish", "reviewer")):
            if not self.send(f"api {step}", f"statements/{key}/{step}/", {}, role=role, key=key):
                return
        self.look("api publish", "statement", key)

    def step(self) -> None:
        """Take a step, mostly one that leads from where a statement is."""
        status = self.chance.choices(["published", "withdrawn", "draft", "in_review"], [4, 4, 2, 2])[0]
        key = self.some("statement", f"status = '{status}' AND merged_into_id IS NULL")
        if key is None:
            return
        if status == "draft" and self.chance.random() < 0.5:
            body = {"topics": [str(self.some("topic", "merged_into_id IS NULL"))], "said_at_text": self.record.mark()}
            self.send("api draft", f"statements/{key}/", body, role="curator", method="PATCH", key=key)
            return
        if status == "draft" and self.chance.random() < 0.1:
            self.send("api delete", f"statements/{key}/", None, role="curator", method="DELETE", key=key)
            return
        step = {"published": "withdraw", "withdrawn": "return", "draft": "submit", "in_review": "publish"}[status]
        role = "curator" if step == "submit" else "reviewer"
        body = {"reason": self.record.mark()} if step in {"withdraw", "return"} else {}
        if self.send(f"api {step}", f"statements/{key}/{step}/", body, role=role, key=key):
            self.look(f"api {step}", "statement", key)

    def merge(self) -> None:
        kind = self.chance.choice(["speaker", "topic"])
        one, other = (self.some(kind, "merged_into_id IS NULL") for _ in range(2))
        assert one
        assert other
        counted = self.looking.execute(f"SELECT count(*) FROM {TABLES[kind]} WHERE merged_into_id IS NULL").fetchone()
        if counted[0] < 8:
            return
        if self.send("api merge", f"{kind}s/{one}/merge/", {"into": str(other)}, role="curator", key=one):
            self.look("api merge", kind, other)

    def split(self) -> None:
        key = self.some("speaker", "merged_into_id IS NULL")
        assert key
        said = [str(one) for one in self.naming("speaker", key)[:2]]
        body = {"name": self.record.mark(), "statements": said}
        if made := self.send("api split", f"speakers/{key}/split/", body, role="reviewer", key=key):
            self.look("api split", "speaker", key)
            self.look("api split", "speaker", UUID(made.json["id"]))

    def revise(self) -> None:
        """Newer words of a document, by which quotes move."""
        key = self.some("source")
        assert key
        text = self.looking.execute(
            "SELECT text FROM sources_sourcetext WHERE source_id = %s ORDER BY number DESC LIMIT 1", [key]
        ).fetchone()
        if text and self.send(
            "api revise", f"sources/{key}/revisions/", {"text": f"Mis à jour. {text[0]}"}, role="curator", key=key
        ):
            self.look("api revise", "source", key)

    def unite(self) -> None:
        one, other = (self.some("statement", "status = 'published'") for _ in range(2))
        if one and self.send("api unite", f"statements/{one}/unite/", {"into": str(other)}, role="reviewer", key=one):
            self.look("api unite", "statement", one)

    # the admin

    def by_admin(self) -> None:
        if self.chance.random() < 0.3:
            self.step_by_admin()
            return
        kind, key = self.some_named([kind for kind, (_member, field) in MEMBERS.items() if field])
        app = TABLES[kind].partition("_")[0]
        mark = self.record.mark()
        path = f"/admin/{app}/{kind}/{key}/change/"
        answer = change(self.record.server, self.record.cookies["curator"], path, **{MEMBERS[kind][1]: mark})
        self.record.count("admin name", answer.status)
        if answer.status not in {200, 302, 404, 503}:
            raise WrongError(f"admin {path}: {answer.status} {answer.body[:500]!r}")
        if answer.status == 302:
            self.look("admin name", kind, key)
            self.read_by_public(kind, key)

    def step_by_admin(self) -> None:
        status, step = self.chance.choice(
            [("published", "withdraw"), ("withdrawn", "return"), ("in_review", "publish")]
        )
        key = self.some("statement", f"status = '{status}' AND merged_into_id IS NULL")
        if key is None:
            return
        path = f"/admin/claims/statement/{key}/move/{step}/"
        answer = press(self.record.server, self.record.cookies["reviewer"], path, reason=self.record.mark())
        self.record.count(f"admin {step}", answer.status)
        if answer.status not in {200, 302, 403, 503}:
            raise WrongError(f"admin {path}: {answer.status} {answer.body[:500]!r}")
        self.look(f"admin {step}", "statement", key)

    # SQL

    def by_sql(self) -> None:
        """One to three edits in a transaction of some isolation, kept or undone."""
        level = self.chance.choice(["READ COMMITTED"] * 3 + ["REPEATABLE READ", "SERIALIZABLE"])
        changed: list[tuple[str, UUID]] = []
        try:
            with self.database.transaction():
                self.database.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
                for _ in range(self.chance.choice([1, 1, 1, 2, 3])):
                    changed += self.edit_by_sql()
                if self.chance.random() < 0.2:
                    raise psycopg.Rollback
        except psycopg.Error as error:
            if (error.sqlstate or "")[:2] not in {"23", "40", "P0"}:
                raise WrongError(f"{changed}: {error.sqlstate} {error}") from error
            self.record.count("sql", f"refused {error.sqlstate}")
            return
        self.record.count("sql", "kept or undone")
        for kind, key in changed:
            self.look("sql", kind, key)

    def edit_by_sql(self) -> list[tuple[str, UUID]]:
        if self.chance.random() < 0.1:
            self.database.execute(self.chance.choice(UPKEEP))
            return []
        kind = self.chance.choices(list(CHANGES), [3, 2, 1, 1, 1, 1, 1, 2, 8])[0]
        key = self.some(kind)
        if key is None:
            return []
        values = {"id": key, "mark": self.record.mark()}
        # what is refused, and now and then what was not, is undone by itself: the rest goes on
        try:
            with self.database.transaction():
                self.database.execute(self.chance.choice(CHANGES[kind]), values)
                if self.chance.random() < 0.3:
                    self.database.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    self.database.execute("SET CONSTRAINTS ALL DEFERRED")
                if self.chance.random() < 0.1:
                    raise psycopg.Rollback
        except psycopg.Error as error:
            if (error.sqlstate or "")[:2] == "40":
                raise
            if (error.sqlstate or "")[:2] not in {"23", "P0"}:
                raise WrongError(f"{kind}: {error.sqlstate} {error}") from error
            self.record.count("sql", f"refused inside {error.sqlstate}")
            return []
        return [(kind, key)]

    # datasets

    def by_import(self) -> None:
        """A file with some statements of speakers that are there and one that is not; now and then with a mistake."""
        number = self.record.mark()
        options = self.chance.choice([[], ["--in-chunks"]])
        is_broken = self.chance.random() < 0.25
        path = self.record.folder / f"{abs(hash(number))}.ndjson"
        path.write_text("".join(f"{json.dumps(line)}\n" for line in self.lines(number, is_broken=is_broken)))
        words = [sys.executable, "manage.py", "import_dataset", str(path), "--publish", "administrator"]
        program = Program([*words, "--by", "curator", *options], environment(self.record.server.data_dir), cwd=BASE_DIR)
        code = program.ended(300)
        how = f"import {'in chunks' if options else 'whole'}"
        self.record.count(how, f"{code}{' as it should' if is_broken else ''}")
        if "Traceback" in program.words:
            raise WrongError(program.words)
        wrong = wrong_among(self.looking.cursor(), self.newest())
        if wrong:
            raise WrongError(f"{how}: {wrong}")

    def newest(self) -> list[UUID]:
        found = self.looking.execute("SELECT id FROM claims_statement ORDER BY id DESC LIMIT 40")
        return [one for (one,) in found]

    def lines(self, mark: str, *, is_broken: bool) -> list[dict[str, Any]]:
        there = [str(self.some("speaker", "merged_into_id IS NULL")) for _ in range(4)]
        quotes = [f"Parole {place} de {mark}." for place in range(12)]
        lines: list[dict[str, Any]] = [
            {"record": "source", "key": "s", "title": mark, "language": "fr", "text": " ".join(quotes)},
            {"record": "speaker", "key": "p", "name": f"Ada {mark}"},
            {"record": "topic", "key": "t", "labels": {"fr": f"sujet {mark}"}},
        ]
        for place, quote in enumerate(quotes):
            lines.append(
                {
                    "record": "statement",
                    "key": f"q{place}",
                    "status": "published",
                    "topics": ["#t"],
                    "attributions": [{"speaker": "#p" if place % 3 else self.chance.choice(there)}],
                    "appearances": [{"source": "#s", "segments": [quote]}],
                }
            )
        lines.append({"record": "relation", "statement": "#q0", "type": "repeats", "other": "#q1"})
        return [*lines, {"record": "statement", "attributions": [{"speaker": "#nobody"}]}] if is_broken else lines
