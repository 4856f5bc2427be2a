"""Acts on the record as people do them, by services, API and SQL, each done to the model too and compared."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client

from claims.history.restoring import restore_statement
from claims.models import Appearance, Attribution, Relay, Speaker, Statement
from claims.services.beyond_drafts import ActRefusedError
from claims.services.editing import Content, PartError, Quoted, TwinError, change_statement, create_statement
from claims.services.merging import merge_speakers
from claims.services.reanchoring import reanchor
from claims.services.recording import Part, Passing, Report
from claims.services.reviewing import StaleVersionError, TransitionRefusedError, recall
from claims.services.splitting import split_speaker
from claims.services.steps import take_step
from claims.services.uniting import unite_statements
from claims.text.spans import find
from config.access.permissions import Access
from config.history.acting import Origin, acting
from config.writing.refusals import check_deferred_rules, refusal_of
from sources.models import Source
from sources.services import add_revision
from tests.faults import workflow
from tests.faults.workflow import DONE, FORBIDDEN, HIDDEN, PEOPLE, REFUSED, REVIEWERS, STALE, STEPS, Quote, Record, Said
from tests.writing import Writer

API = "/api/v1"
UNKNOWN = 999  # version
NOTE = re.compile(r"note-[0-9]+-")
OUTCOMES = {200: DONE, 201: DONE, 204: DONE, 400: REFUSED, 409: REFUSED, 412: STALE, 403: FORBIDDEN, 404: HIDDEN}


class People:
    """Their accounts and tokens, made once for all runs."""

    def __init__(self) -> None:
        self.public = Client(headers={"host": "localhost"})
        self.writers = {name: Writer(role, name) for name, role in PEOPLE.items()}

    def user(self, name: str) -> Any:
        return self.writers[name].user


class Acts:
    """The acts. Each takes who does it, two numbers that choose on what, the way, and whether it was read too early."""

    people: People
    outcomes: Counter[tuple[str, str]]
    source: Source

    def __init__(self) -> None:
        super().__init__()
        self.record = Record()
        self.notes = 0
        self.said = ""
        self.versions: dict[str, int] = {}

    # acts on statements

    def enter(self, who: str, pick: int, other: int, by_api: bool, is_stale: bool) -> None:
        """Record a new draft."""
        if not self.record.unused or len(self.record.statements) >= 8:
            return
        record, words = self.record, self.record.unused[0]
        said = sorted({chosen(record.speakers, one) for one in ([pick, other] if other % 2 else [pick])})
        relay_of_it = chosen(record.speakers, other) if pick % 3 == 0 else None
        content = workflow.Content(
            self.note(), frozenset(said), {words: Quote(record.document.number, relay=relay_of_it)}
        )
        named = {*said, *([relay_of_it] if relay_of_it else [])}
        expected = DONE if named <= set(record.living) else REFUSED
        before = set(statement_ids())
        if by_api:
            passing = [{"speaker": relay_of_it}] if relay_of_it else []
            body = {
                "speakers": [{"speaker": one} for one in said],
                "said_at_text": content.note,
                "appearances": [
                    {
                        "source": str(self.source.pk),
                        "quotation_type": "direct",
                        "segments": [{"exact": words}],
                        "relays": passing,
                    }
                ],
            }
            self.expect("enter", expected, self.ask(who, "post", "/statements/", body))
        else:
            revision = self.source.texts.order_by("-number")[0]
            report = Report(
                revision=revision,
                segments=[find(revision.text, words)],
                quotation_type="direct",
                relays=[Passing(Speaker.objects.get(pk=relay_of_it))] if relay_of_it else [],
            )
            parts = [Part(speaker=one) for one in Speaker.objects.filter(pk__in=said)]
            written = Content(values={"said_at_text": content.note}, parts={"speaker": parts}, quotes=[Quoted(report)])
            self.expect("enter", expected, self.served(who, lambda by: create_statement(content=written, by=by)))
        new = set(statement_ids()) - before
        assert len(new) == (expected == DONE)
        for key in new:
            record.unused.remove(words)
            record.statements[key] = Said(key, who, content, quoted_by={(self.notes, who)})
            self.versions[key] = 0
            record.grown.add(key)

    def change(self, who: str, pick: int, other: int, by_api: bool, is_stale: bool) -> None:
        """Change the note, and now and then who said it."""
        one = self.some(pick, workflow.DRAFT)
        said = chosen(self.record.speakers, other) if other % 3 == 0 else None
        note = self.note()
        expected = self.reachable(one, who, is_stale, may=one.may_be_changed_by(who))
        if expected == DONE and said and said not in self.record.living:
            expected = REFUSED
        if expected == DONE and one.status != workflow.DRAFT:
            expected = REFUSED
        version = self.version(one, is_stale)
        if by_api or expected in {FORBIDDEN, HIDDEN, STALE}:
            body = {"said_at_text": note, **({"speakers": [{"speaker": said}]} if said else {})}
            self.expect("change", expected, self.ask(who, "patch", f"/statements/{one.id}/", body, version))
        else:
            parts = {"speaker": [Part(speaker=Speaker.objects.get(pk=said))]} if said else {}
            content = Content(values={"said_at_text": note}, parts=parts)
            self.expect("change", expected, self.served(who, lambda _by: changed(one.id, content)))
        if expected == DONE:
            speakers = frozenset([said]) if said else one.content.speakers
            one.content = workflow.Content(note, speakers, one.content.quotes)
            one.changed_by.add(who)
            self.record.grown.add(one.id)

    def step(self, who: str, pick: int, other: int, by_api: bool, is_stale: bool) -> None:
        """Take a step of the workflow, mostly one that leads from where the statement is."""
        step = chosen(sorted(STEPS), other)
        one = self.some(pick, *STEPS[step])
        self.take(one, who, step, by_api=by_api, is_stale=is_stale)

    def recall(self, who: str, pick: int, other: int, by_api: bool, is_stale: bool) -> None:
        """Take a statement back from review, mostly as who sent it; the API has no such step."""
        one = self.some(pick, workflow.IN_REVIEW)
        if one.status == workflow.IN_REVIEW and other % 2:
            self.take(one, min(REVIEWERS), "return", by_api=by_api, is_stale=False)
        if one.status == workflow.DRAFT:
            self.take(one, min(workflow.CURATORS), "submit", by_api=not by_api, is_stale=False)
        by_whom = one.submitted_by if other % 3 and one.submitted_by else who
        version = self.version(one, is_stale)
        expected = STALE if is_stale else one.recall(by_whom)
        found = self.served(by_whom, lambda by: recall(statement_id=UUID(one.id), by=by, version=version))
        self.expect("recall", expected, found)
        if expected == DONE:
            self.record.grown.add(one.id)

    def put_out(self, who: str, pick: int, other: int, by_api: bool, is_stale: bool) -> None:
        """Go all the way to publication, as chance alone seldom does."""
        if not self.record.ids(workflow.DRAFT, workflow.IN_REVIEW):
            return
        one = self.some(2 * (pick // 2), workflow.DRAFT, workflow.IN_REVIEW)
        if one.status == workflow.DRAFT:
            self.take(one, "carl", "submit", by_api=by_api, is_stale=False)
        reviewer = next((name for name in sorted(REVIEWERS) if name not in one.wrote), min(REVIEWERS))
        self.take(one, reviewer, "publish", by_api=not by_api, is_stale=False)

    def take(self, one: Said, who: str, step: str, *, by_api: bool, is_stale: bool) -> None:
        reason = f"because {self.note()}"
        if step in {"approve", "publish"} and one.is_open_whether_by(who):
            return
        expected, version = self.reachable(one, who, is_stale, may=True), self.version(one, is_stale)
        if expected in {DONE, STALE}:
            taken = (
                one.take(step, who, reason, self.notes)
                if expected == DONE
                else FORBIDDEN
                if self.forbids(one, who, step)
                else STALE
            )
            expected = taken
        if by_api or expected == HIDDEN:
            body = {"reason": reason} if step in {"return", "withdraw"} else {}
            self.expect(step, expected, self.ask(who, "post", f"/statements/{one.id}/{step}/", body, version))
        else:
            self.expect(
                step,
                expected,
                self.served(
                    who,
                    lambda by: take_step(
                        name=step, statement_id=UUID(one.id), access=Access(user=by), reason=reason, version=version
                    ),
                ),
            )
        if expected == DONE:
            self.record.grown.add(one.id)

    def forbids(self, one: Said, who: str, step: str) -> bool:
        return not (one.may_be_changed_by(who) if step == "submit" else who in REVIEWERS)

    def unite(self, who: str, pick: int, other: int, by_api: bool, is_stale: bool) -> None:
        """Say that two statements are one, mostly two that can be."""
        if len(self.record.statements) < 2:
            return
        one = self.some(pick, workflow.DRAFT, workflow.PUBLISHED)
        alike = [
            key
            for key, two in self.record.statements.items()
            if two is not one and two.status == one.status and two.content.speakers == one.content.speakers
        ]
        into = self.record.statements[chosen(alike if alike and other % 4 else self.record.statements, other)]
        version = self.version(one, is_stale)
        expected = self.reachable(one, who, is_stale, may=one.may_be_changed_by(who))
        if expected == DONE:
            expected = self.record.unite(one, into, who) if into.is_seen_by(who) else HIDDEN
        if expected == STALE and one is into and not by_api:
            expected = REFUSED  # that is wrong in any version
        if by_api or expected in {FORBIDDEN, HIDDEN}:
            self.expect(
                "unite", expected, self.ask(who, "post", f"/statements/{one.id}/unite/", {"into": into.id}, version)
            )
        else:
            self.expect(
                "unite",
                expected,
                self.served(
                    who,
                    lambda by: unite_statements(
                        statement_id=UUID(one.id), into_id=UUID(into.id), by=by, version=version
                    ),
                ),
            )

    def delete(self, who: str, pick: int, other: int, by_api: bool, is_stale: bool) -> None:
        """Delete a draft, or what may not be deleted."""
        one = self.some(pick, workflow.DRAFT)
        expected, version = (
            self.reachable(one, who, is_stale, may=one.may_be_changed_by(who)),
            self.version(one, is_stale),
        )
        if expected == DONE and (one.status != workflow.DRAFT or one.was_public):
            expected = REFUSED
        if by_api or expected in {FORBIDDEN, HIDDEN, STALE}:
            self.expect("delete", expected, self.ask(who, "delete", f"/statements/{one.id}/", None, version))
        else:
            self.expect("delete", expected, self.served(who, lambda _by: Statement.objects.get(pk=one.id).delete()))
        if expected == DONE:
            self.record.delete(one)

    def restore(self, who: str, pick: int, other: int, by_api: bool, is_stale: bool) -> None:
        """Let a draft say again what it said in an earlier version."""
        one = self.some(pick, workflow.DRAFT)
        wanted = chosen(sorted(one.earlier), other) if other % 10 else UNKNOWN
        version = self.version(one, is_stale)
        expected = self.reachable(one, who, is_stale, may=one.may_be_changed_by(who))
        then = self.record.restored(one.earlier[wanted]) if wanted in one.earlier else None
        if expected == DONE and (one.status != workflow.DRAFT or then is None or then == one.content):
            expected = REFUSED
        if by_api or expected in {FORBIDDEN, HIDDEN}:
            found = self.ask(who, "post", f"/statements/{one.id}/restore/", {"number": wanted}, version)
        else:
            found = self.served(
                who,
                lambda by: restore_statement(statement_id=UUID(one.id), number=wanted, by=by, version=version),
            )
        if expected == REFUSED and one.status == workflow.DRAFT and then == one.content:
            assert found in {DONE, REFUSED}, found  # rows may differ that say the same
            expected = found
        self.expect("restore", expected, found)
        if expected == DONE and then is not None:
            one.content = then
            one.changed_by.add(who)
            # rows of quotes that are as they were stay as they are
            self.notes += 1
            one.may_be_quoted_by.add((self.notes, who))
            self.record.grown.add(one.id)

    # acts on speakers and documents

    def merge(self, who: str, pick: int, other: int, by_api: bool, is_stale: bool) -> None:
        """Make one speaker of two."""
        speaker, into = (chosen(self.record.speakers, one) for one in (pick, other))
        is_live, is_barred = speaker in self.record.living, who in workflow.CONTRIBUTORS
        version = self.version_of(Speaker, speaker, is_stale)
        if by_api or is_barred:
            expected = HIDDEN if not is_live else FORBIDDEN if is_barred else STALE if is_stale else DONE
        else:
            expected = STALE if is_stale and speaker != into else DONE
        if expected == DONE:
            expected = self.record.merge(speaker, into)
        if by_api or is_barred:
            found = self.ask(who, "post", f"/speakers/{speaker}/merge/", {"into": into}, version)
        else:
            found = self.served(
                who,
                lambda by: merge_speakers(speaker_id=UUID(speaker), into_id=UUID(into), by=by, version=version),
            )
        self.expect("merge", expected, found)

    def split(self, who: str, pick: int, other: int, by_api: bool, is_stale: bool) -> None:
        """Make a new speaker of what is somebody else's."""
        if len(self.record.speakers) >= 8:
            return
        record = self.record
        speaker = chosen(record.speakers, pick)
        statements = sorted({chosen(record.statements, one) for one in (pick, other)})
        naming = record.split(speaker, statements)
        named = {key for key in statements if record.statements[key].names(speaker)}
        is_barred = who in workflow.CONTRIBUTORS
        expected = DONE if naming else REFUSED
        before = set(Speaker.objects.values_list("pk", flat=True))
        if by_api or is_barred:
            is_reviewed = any(record.statements[key].status != workflow.DRAFT for key in statements if key in named)
            is_barred = is_barred or (is_reviewed and who not in REVIEWERS)
            expected = HIDDEN if speaker not in record.living else FORBIDDEN if is_barred else expected
            body = {"name": f"Bea {len(before)}", "statements": statements}
            version = self.version_of(Speaker, speaker, False)
            self.expect("split", expected, self.ask(who, "post", f"/speakers/{speaker}/split/", body, version))
        else:
            said = Attribution.objects.filter(statement__in=statements, speaker=speaker)
            relayed = Relay.objects.filter(appearance__statement__in=statements, speaker=speaker)
            found = self.served(
                who,
                lambda by: split_speaker(
                    speaker_id=UUID(speaker),
                    by=by,
                    name=f"Bea {len(before)}",
                    attributions=list(said.values_list("pk", flat=True)),
                    relays=list(relayed.values_list("pk", flat=True)),
                ),
            )
            self.expect("split", expected, found)
        new = [str(key) for key in Speaker.objects.values_list("pk", flat=True) if key not in before]
        assert len(new) == (expected == DONE)
        for made in new:
            record.speakers[made] = None
            for key in naming or ():
                record.statements[key].follow(speaker, made)
                record.grown.add(key)

    def revise(self, who: str, pick: int, other: int, by_api: bool, is_stale: bool) -> None:
        """Let the document have newer words: longer or shorter at its beginning, or without some."""
        if self.record.document.number >= 6:
            return
        record = self.record
        dropped = chosen(record.document.words, other) if other % 4 == 0 and len(record.document.words) > 3 else None
        if who in workflow.CONTRIBUTORS:
            return
        record.add_revision("Dépêche." + "!" * (pick % 3), dropped)
        text = record.document.text
        if by_api:
            version = self.version_of(Source, str(self.source.pk), False)
            found = self.ask(who, "post", f"/sources/{self.source.pk}/revisions/", {"text": text}, version)
        else:
            found = self.served(who, lambda _by: add_revision(source=self.source, raw=text.encode()))
        self.expect("revise", DONE, found)

    def move_quote(self, who: str, pick: int, other: int, by_api: bool, is_stale: bool) -> None:
        """Move an appearance to the latest revision."""
        if self.record.document.number == 1:
            return
        record, one = self.record, self.record.statements[chosen(self.record.statements, pick)]
        if not one.content.quotes:
            return
        words = chosen(sorted(one.content.quotes), other)
        there = one.content.quotes[words]
        expected, version = (
            self.reachable(one, who, is_stale, may=one.may_be_changed_by(who)),
            self.version(one, is_stale),
        )
        if expected == DONE and one.status != workflow.DRAFT and who not in REVIEWERS:
            expected = FORBIDDEN
        if expected == DONE and (there.revision == record.document.number or there.state == "orphaned"):
            expected = REFUSED
        appearance = Appearance.objects.get(statement=UUID(one.id), segments__exact=words)
        if by_api or expected in {FORBIDDEN, HIDDEN}:
            body = {"appearance": str(appearance.pk)}
            found = self.ask(who, "post", f"/statements/{one.id}/reanchor/", body, version)
        else:
            found = self.served(who, lambda by: reanchor(appearance_id=appearance.pk, by=by, version=version))
        self.expect("move_quote", expected, found)
        if expected == DONE:
            moved = Quote(record.document.number, relay=there.relay)
            one.content = workflow.Content(one.content.note, one.content.speakers, {**one.content.quotes, words: moved})
            one.unapprove()
            record.grown.add(one.id)

    # SQL

    def break_a_rule(self, who: str, pick: int, other: int, by_api: bool, is_stale: bool) -> None:
        """Do by SQL what must be refused."""
        statuses, command = workflow.FORBIDDEN_SQL[chosen(sorted(workflow.FORBIDDEN_SQL), other)]
        ids = sorted(self.record.ids(*statuses))
        merged = sorted(set(self.record.speakers) - set(self.record.living))
        if not ids or ("%(merged)s" in command and not merged):
            return
        values = {"id": chosen(ids, pick), "merged": chosen(merged, pick) if merged else None}
        self.expect("break_a_rule", REFUSED, attempted(lambda: run_sql(command, values)))

    def change_by_sql(self, who: str, pick: int, other: int, by_api: bool, is_stale: bool) -> None:
        """Change a draft past the application, which is allowed and remembered."""
        if not self.record.ids(workflow.DRAFT):
            return
        one = self.record.statements[chosen(sorted(self.record.ids(workflow.DRAFT)), pick)]
        note = self.note()
        run_sql("UPDATE claims_statement SET said_at_text = %(note)s WHERE id = %(id)s", {"note": note, "id": one.id})
        one.content = workflow.Content(note, one.content.speakers, one.content.quotes)
        self.record.grown.add(one.id)

    # how it is done

    def note(self) -> str:
        """Words found nowhere else."""
        self.notes += 1
        return f"note-{self.notes}-"

    def some(self, pick: int, *statuses: str) -> Said:
        """A statement, mostly one in one of these states."""
        fitting = sorted(self.record.ids(*statuses)) if pick % 5 else []
        return self.record.statements[chosen(fitting or list(self.record.statements), pick)]

    def reachable(self, one: Said, who: str, is_stale: bool, *, may: bool) -> str:
        """How far a person gets with a statement before what is to be done matters."""
        if not one.is_seen_by(who):
            return HIDDEN
        return FORBIDDEN if not may else STALE if is_stale else DONE

    def version(self, one: Said, is_stale: bool) -> int:
        return self.version_of(Statement, one.id, is_stale)

    def version_of(self, model: Any, key: str, is_stale: bool) -> int:
        return int(model.objects.values_list("version", flat=True).get(pk=key)) + is_stale

    def ask(self, who: str, method: str, path: str, body: Any, version: int | None = None) -> str:
        """Send it to the API and return what became of it."""
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        content = {} if body is None else {"data": body, "content_type": "application/json"}
        client = self.people.writers[who].client
        answer = getattr(client, method)(f"{API}{path}", headers=headers, **content)
        self.said = answer.content.decode()[:1000]
        return OUTCOMES.get(answer.status_code, str(answer.status_code))

    def served(self, who: str, act: Callable[[Any], Any]) -> str:
        """Do it by a service, in one transaction, and return what became of it."""
        user = self.people.user(who)

        def run() -> None:
            with acting(origin=Origin.COMMAND, user=user.pk):
                act(user)

        return attempted(run)

    def expect(self, act: str, expected: str, found: str) -> None:
        """Compare what became of an act with what the model makes of it, and count it."""
        assert found == expected, f"{act}: {found}, not {expected}; the API said last: {self.said}"
        self.outcomes[act, found] += 1


def attempted(act: Callable[[], Any]) -> str:
    """Do it in a transaction of its own, its deferred rules checked, and return what became of it."""
    try:
        with transaction.atomic():
            act()
            check_deferred_rules()
    except StaleVersionError:
        return STALE
    except (TransitionRefusedError, ActRefusedError, TwinError, PartError, ValidationError):
        return REFUSED
    except PermissionDenied:
        return FORBIDDEN
    except ObjectDoesNotExist:
        return HIDDEN
    except DatabaseError as error:
        if refusal_of(error) is None:
            raise
        return REFUSED
    return DONE


def changed(key: str, content: Content) -> None:
    change_statement(statement=Statement.objects.select_for_update(no_key=True).get(pk=key), content=content)


def run_sql(command: str, values: dict[str, Any]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(command, values)


def chosen(several: Any, number: int) -> Any:
    """One of several, by a number."""
    ordered = list(several)
    return ordered[number % len(ordered)]


def statement_ids() -> list[str]:
    return [str(key) for key in Statement.objects.values_list("pk", flat=True)]
