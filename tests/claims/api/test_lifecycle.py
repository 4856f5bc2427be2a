"""Once public, an address answers for ever: the row, where it is now, or why it is no more; whatever is done to it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client

from claims.history.restoring import restore_statement
from claims.models import Claim, Event, IntensityPhrase, Membership, Speaker, Statement, StatementTopic, Topic
from claims.services.merging import merge_speakers
from claims.services.merging_topics import merge_topics
from claims.services.recording import Part
from claims.services.reviewing import return_to_draft, withdraw
from claims.services.splitting import split_speaker
from claims.services.uniting import unite_statements
from config.access.roles import Role
from config.writing.refusals import check_deferred_rules
from sources.models import Publisher, Source
from tests import factories
from tests.asking import PATHS, Api
from tests.claims.admin.test_statements import browser_of, person
from tests.writing import Writer

committed = pytest.mark.django_db(transaction=True, databases=["default", "public"])
STAYS = "What was public stays public."
HISTORIES = ("/api/v1/statements/", "/api/v1/speakers/", "/api/v1/sources/")
#: what is public by itself and may be deleted, and what is public as long as something public names it
TABLES = {
    "claims_speaker": Speaker,
    "claims_membership": Membership,
    "claims_topic": Topic,
    "claims_event": Event,
    "claims_claim": Claim,
    "sources_source": Source,
    "sources_publisher": Publisher,
}


def addresses(api: Api) -> list[str]:
    """Return every address of one thing that the public is answered at now.

    Histories are read by a connection that sees only what was committed.
    """
    found = []
    histories = HISTORIES if connections["public"].alias == "public" else ()
    for path in PATHS:
        for page in api.walk(path, limit=100):
            found += [f"{path}{key}/" for key in page]
            found += [f"{path}{key}/history/" for key in page if path in histories]
    assert {path for path in PATHS if not any(one.startswith(path) for one in found)} == set()
    return found


def answers(api: Api, path: str) -> int:
    """Return the status with which an address answers, where it leads to being there too."""
    answer = api.client.get(path)
    if answer.status_code == 301:
        assert api.client.get(answer["Location"]).status_code in {200, 410}, path
    return answer.status_code


@pytest.fixture
def statement(db: None) -> Statement:
    return factories.full()


@pytest.fixture
def known(statement: Statement, api: Api) -> Iterator[list[str]]:
    """What is public before the test; it answers after it too."""
    found = addresses(api)
    yield found
    assert {path: status for path in found if (status := answers(api, path)) not in {200, 301, 410}} == {}


def emptied(statement: Statement) -> Statement:
    """Take a statement back, and all out of it that can be; then nothing public needs what it named."""
    if statement.status == "published":
        withdraw(statement_id=statement.pk, reason="Corrected.")
    statement = return_to_draft(statement_id=statement.pk, reason="To be corrected.")
    statement.attributions.all().delete()
    statement.appearances.all().delete()
    statement.positions.all().delete()
    StatementTopic.objects.filter(statement=statement).delete()
    Statement.objects.filter(pk=statement.pk).update(event=None)
    return statement


def let_go() -> None:
    """Let nothing refer to anything that was public."""
    for one in Statement.objects.filter(published_at__isnull=False):
        emptied(one)
    Source.objects.update(copy_of=None, publisher=None, agency=None)
    Topic.objects.update(broader=None)
    Speaker.objects.update(part_of=None)
    Claim.objects.get().reviews.all().delete()
    check_deferred_rules()


@committed
class TestActsOnStatements:
    def test_withdrawing_the_only_one_that_needs_it(self, statement: Statement, known: list[str], api: Api) -> None:
        withdraw(statement_id=statement.pk, reason="He said no such thing.")
        problem = api.get(f"/api/v1/statements/{statement.pk}/", 410)
        assert problem["detail"] == "He said no such thing."
        assert problem["withdrawn_at"].endswith("Z")
        api.get(f"/api/v1/statements/{statement.pk}/history/")

    def test_correcting_it_without_what_it_named(self, statement: Statement, known: list[str], api: Api) -> None:
        emptied(statement)
        problem = api.get(f"/api/v1/statements/{statement.pk}/", 410)
        assert (problem["detail"], bool(problem["withdrawn_at"])) == ("Corrected.", True)

    def test_publishing_it_anew_without_what_it_named(self, statement: Statement, known: list[str], api: Api) -> None:
        emptied(statement)
        with transaction.atomic():
            restored = restore_statement(statement_id=statement.pk, number=1, by=factories.user("curator"))
            restored.statementtopic_set.all().delete()
            restored.positions.all().delete()
            restored.attributions.exclude(kind="speaker").delete()
            restored.attributions.update(membership=None)
        factories.put_out(restored)
        assert api.get(f"/api/v1/statements/{statement.pk}/")["topics"] == []

    def test_deleting_it(self, statement: Statement, known: list[str]) -> None:
        draft = emptied(statement)
        admin = Writer(Role.ADMINISTRATOR)
        path = f"/api/v1/statements/{draft.pk}/"
        _body, etag = admin.read(path)
        problem = admin.send("delete", path, status=409, etag=etag)
        assert problem["detail"] == "It was public once: withdraw it instead."

    def test_uniting_two(self, known: list[str], statement: Statement) -> None:
        ada = statement.attributions.get(kind="speaker").speaker
        other = factories.published(speakers=[ada], topics=[factories.topic("autre")])
        unite_statements(statement_id=statement.pk, into_id=other.pk, by=factories.user("reviewer"))


@committed
class TestActsOnWhatTheyName:
    def test_merging_speakers_with_equal_roles(self, statement: Statement, known: list[str], api: Api) -> None:
        once = statement.attributions.get(kind="speaker")
        role: Any = once.membership
        again = factories.speaker("Ada encore")
        twin = Membership.objects.create(speaker=again, role=role.role, organization=role.organization, start="2020")
        factories.published(parts=[Part(speaker=again, membership=twin)])
        api.get(f"/api/v1/memberships/{twin.pk}/")
        into = factories.speaker("Ada en entier")
        for one in (once.speaker, again):
            merge_speakers(speaker_id=one.pk, into_id=into.pk, by=factories.user("curator"))
        assert not Membership.objects.filter(pk=twin.pk).exists()
        answer = api.client.get(f"/api/v1/memberships/{twin.pk}/")
        assert (answer.status_code, answer["Location"]) == (301, f"http://localhost/api/v1/memberships/{role.pk}/")

    def test_merging_on_and_on(self, statement: Statement, known: list[str], api: Api) -> None:
        """Each of a row of merges leads to the one that is left."""
        office = statement.attributions.get(kind="speaker").membership
        assert office is not None
        kept = office.speaker
        speakers = [factories.speaker(f"Ada {number}") for number in range(2)]
        twins = [
            Membership.objects.create(speaker=one, role=office.role, organization=office.organization, start="2020")
            for one in speakers
        ]
        for one, twin in zip(speakers, twins, strict=True):
            factories.published(parts=[Part(speaker=one, membership=twin)])
        merge_speakers(speaker_id=kept.pk, into_id=speakers[0].pk, by=factories.user("curator"))
        merge_speakers(speaker_id=speakers[0].pk, into_id=speakers[1].pk, by=factories.user("curator"))
        (left,) = Membership.objects.filter(is_public=True).values_list("pk", flat=True)
        for pk in {office.pk, *(one.pk for one in twins)} - {left}:
            assert api.client.get(f"/api/v1/memberships/{pk}/")["Location"].endswith(f"/{left}/")
        for row in (kept, speakers[0]):
            assert api.client.get(f"/api/v1/speakers/{row.pk}/")["Location"].endswith(f"/{speakers[1].pk}/")

    def test_a_role_that_never_was_public_is_not_told_of(self, statement: Statement, api: Api) -> None:
        role = statement.attributions.get(kind="speaker").membership
        assert role is not None
        again = factories.speaker("Ada encore")
        twin = Membership.objects.create(speaker=again, role=role.role, organization=role.organization, start="2020")
        merge_speakers(speaker_id=again.pk, into_id=role.speaker_id, by=factories.user("curator"))
        api.get(f"/api/v1/memberships/{twin.pk}/", 404)
        assert Writer(Role.CURATOR).send("get", f"/api/v1/memberships/{twin.pk}/", status=301) is None

    def test_splitting(self, known: list[str], statement: Statement) -> None:
        part = statement.attributions.get(kind="speaker")
        assert part.membership_id is not None
        split_speaker(
            speaker_id=part.speaker_id,
            by=factories.user("curator"),
            name="Une autre",
            attributions=[part.pk],
            memberships=[part.membership_id],
        )

    def test_merging_topics(self, known: list[str], statement: Statement, api: Api) -> None:
        topic = statement.topics.get()
        into = factories.topic("armes")
        merge_topics(topic_id=topic.pk, into_id=into.pk, by=factories.user("curator"))
        answer = api.client.get(f"/api/v1/topics/{topic.pk}/")
        assert (answer.status_code, answer["Location"]) == (301, f"http://localhost/api/v1/topics/{into.pk}/")

    def test_giving_a_role_another_office(self, known: list[str], statement: Statement) -> None:
        """An office is public by the roles that are: no public role gets another."""
        role = statement.attributions.get(kind="speaker").membership
        assert role is not None
        other = factories.draft().attributions.get().speaker
        office = type(role.role).objects.create(labels={"fr": "autre"})
        admin = Writer(Role.ADMINISTRATOR)
        path = f"/api/v1/memberships/{role.pk}/"
        for change in ({"role": str(office.pk)}, {"organization": str(other.pk)}):
            _body, etag = admin.read(path)
            admin.send("patch", path, change, status=409, etag=etag)

    def test_deleting_a_phrase_of_the_lexicon(self, known: list[str], api: Api) -> None:
        phrase = IntensityPhrase.objects.order_by("pk")[0]
        path = f"/api/v1/intensity-phrases/{phrase.pk}/"
        admin = Writer(Role.ADMINISTRATOR)
        _body, etag = admin.read(path)
        admin.send("delete", path, status=204, etag=etag)
        problem = api.get(path, 410)
        assert problem["detail"] == "It was taken out of the lexicon."
        assert problem["deleted_at"].endswith("Z")
        admin.send("get", path, status=410)

    def test_a_phrase_that_never_was_is_not_there(self, statement: Statement, api: Api) -> None:
        api.get(f"/api/v1/intensity-phrases/{statement.pk}/", 404)


class TestDeleting:
    """What nothing needs any more stays, all the same: somebody may have kept its address."""

    def test_by_the_api(self, known: list[str]) -> None:
        let_go()
        admin = Writer(Role.ADMINISTRATOR)
        done = set()
        for path in known:
            resource = path.split("/")[3]
            if "/history/" in path or resource == "intensity-phrases":
                continue
            _body, etag = admin.read(path)
            problem = admin.send("delete", path, status=409, etag=etag)
            assert problem["detail"]
            done.add(resource)
        assert len(done) == len(PATHS) - 1

    @pytest.mark.parametrize("table", TABLES)
    def test_by_the_admin(self, table: str, known: list[str]) -> None:
        let_go()
        root = person("root", "administrators")
        User.objects.filter(pk=root.pk).update(is_superuser=True)
        client: Client = browser_of(root)
        model: Any = TABLES[table]
        row = model.objects.filter(is_public=True).first()
        page = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for answer in (
            client.post(f"{page}{row.pk}/delete/", {"post": "yes"}),
            client.post(page, {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}),
        ):
            assert answer.status_code < 500
        assert model.objects.filter(pk=row.pk).exists()

    @pytest.mark.parametrize("table", TABLES)
    @pytest.mark.parametrize(
        "sql",
        [
            "DELETE FROM {table} WHERE is_public",
            "UPDATE {table} SET is_public = false WHERE is_public",
            "UPDATE {table} SET id = gen_random_uuid() WHERE is_public",
        ],
    )
    def test_by_sql(self, table: str, sql: str, known: list[str]) -> None:
        let_go()
        with connection.cursor() as cursor, pytest.raises(DatabaseError, match=STAYS), transaction.atomic():
            cursor.execute(sql.format(table=table))

    def test_what_was_never_public_is_deleted(self, db: None) -> None:
        rows: list[Callable[[], Any]] = [factories.speaker, factories.topic, factories.publisher]
        for made in (one() for one in rows):
            made.delete()
        factories.draft().delete()
