"""What somebody types the beginning of is found at the desk, the likeliest first, and nothing that they may not see."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.desk.models import CastMember
from claims.models import Event, Membership, Role, Speaker, SpeakerName, SpeakerSameAs, Statement, Wording
from claims.proposals.models import Candidate
from claims.services.merging import merge_speakers
from claims.services.merging_topics import merge_topics
from claims.services.recording import Part
from claims.services.reviewing import submit
from sources.models import SourceText
from tests import factories
from tests.claims.admin.test_statements import browser_of, person

pytestmark = pytest.mark.django_db

FIND = "/admin/desk/find/"
HOSTILE = [
    "' OR 1=1 --", "%", "_", "\\", "'); DROP TABLE claims_speaker; --", "a & | ! <-> :* b", "((((", '"', "'''", "\0",
    "😀", "𝕁ohn", "ﬀ", "\u202eabc", "\u0301", "-", "- -", "or or or", "Q", "Q0", "Q99999999999999999999",
    "!!!", "<script>",
    "{}", "%s %(typed)s", "a" * 100, "\ufffd", "\n\t", "\ud7ff\ue000", "ſ", "İ", "ß" * 50, "https://",
    "wikidata.org/wiki/",
]  # fmt: skip

WIKIDATA = [
    "Q42", "q42", " Q42 ", "https://www.wikidata.org/wiki/Q42", "http://www.wikidata.org/entity/Q42",
    "wikidata.org/wiki/Q42", "https://m.wikidata.org/wiki/Q42#P31", "https://www.wikidata.org/wiki/Q42?uselang=fr",
]  # fmt: skip


@pytest.fixture
def curator() -> Client:
    return browser_of(person("curator", "curators"))


@pytest.fixture
def contributor() -> Client:
    return browser_of(person("contributor", "contributors"))


def found(client: Client, what: str, status: int = 200, /, **query: Any) -> Any:
    """What is found, or the problem document."""
    answer = client.get(f"{FIND}{what}/", query)
    assert answer.status_code == status, answer.content.decode()[:2000]
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json()["results"] if status == 200 else answer.json()


def names(client: Client, typed: str, **query: Any) -> list[str]:
    return [one["name"] for one in found(client, "speakers", q=typed, **query)]


def candidate(revision: SourceText, words: str, **values: Any) -> Candidate:
    """An open candidate of these words."""
    start = revision.text.index(words)
    return Candidate.objects.create(
        source_text=revision, start=start, end=start + len(words), engine="hand", **{"guess": {}, **values}
    )


class TestSpeakers:
    @pytest.mark.parametrize(
        "typed", ["lópez", "LOPEZ", "obrador andrés", "andr obra", "lopez, obrador", "amlo", "Лопес", "лоп обр"]
    )
    def test_any_spelling_finds_one(self, curator: Client, typed: str) -> None:
        speaker = factories.speaker("Andrés Manuel López Obrador")
        SpeakerName.objects.create(speaker=speaker, name="AMLO", kind="acronym")
        SpeakerName.objects.create(speaker=speaker, name="Лопес Обрадор", language="ru", kind="transliteration")
        factories.speaker("Somebody Else")
        assert names(curator, typed) == ["Andrés Manuel López Obrador"]

    def test_the_spelling_that_matched_is_told(self, curator: Client) -> None:
        speaker = factories.speaker("Andrés Manuel López Obrador")
        SpeakerName.objects.create(speaker=speaker, name="AMLO", kind="acronym")
        assert [one["matched"] for one in found(curator, "speakers", q="aml")] == ["AMLO"]
        assert [one["matched"] for one in found(curator, "speakers", q="manuel")] == ["Andrés Manuel López Obrador"]

    @pytest.mark.parametrize("stored", ["https://www.wikidata.org/wiki/Q42", "http://www.wikidata.org/entity/Q42"])
    def test_a_wikidata_id_finds_who_it_is_of(self, curator: Client, stored: str) -> None:
        speaker = factories.speaker("Douglas Adams")
        SpeakerSameAs.objects.create(speaker=speaker, url=stored)
        for typed in WIKIDATA:
            (one,) = found(curator, "speakers", q=typed)
            assert (one["name"], one["wikidata"]) == ("Douglas Adams", "Q42"), typed

    def test_a_name_that_looks_like_a_wikidata_id_is_found_too(self, curator: Client) -> None:
        factories.speaker("Q7 Collective")
        assert names(curator, "Q7") == ["Q7 Collective"]

    def test_the_cast_comes_first_then_exact_names_then_beginnings_then_the_most_quoted(self, curator: Client) -> None:
        revision = factories.source()
        in_cast = factories.speaker("Utopia Kim of the Cast")
        CastMember.objects.create(source=revision.source, speaker=in_cast, number=3)
        quoted = factories.speaker("Zoe Kim")
        factories.published(speakers=[quoted])
        factories.speaker("Ada Kim")
        factories.speaker("Kimberley Ray")
        factories.speaker("KIM")
        expected = ["Utopia Kim of the Cast", "KIM", "Kimberley Ray", "Zoe Kim", "Ada Kim"]
        answers = found(curator, "speakers", q="kim", source=revision.source_id)
        assert [one["name"] for one in answers] == expected
        assert [one["number"] for one in answers] == [3, None, None, None, None]
        assert [one["statements"] for one in answers] == [0, 0, 0, 1, 0]

    def test_nothing_typed_shows_the_cast_by_number(self, curator: Client) -> None:
        revision, other = factories.source(), factories.source()
        for number, name in [(2, "Second"), (1, "First")]:
            CastMember.objects.create(source=revision.source, speaker=factories.speaker(name), number=number)
        CastMember.objects.create(source=other.source, speaker=factories.speaker("Elsewhere"), number=1)
        assert names(curator, "", source=revision.source_id) == ["First", "Second"]
        assert names(curator, "") == []

    def test_a_merged_one_is_found_as_who_it_was_merged_into(self, curator: Client) -> None:
        revision = factories.source()
        gone, kept = factories.speaker("Jon Kirbi"), factories.speaker("John Kirby")
        SpeakerSameAs.objects.create(speaker=gone, url="https://www.wikidata.org/wiki/Q77")
        CastMember.objects.create(source=revision.source, speaker=gone, number=1)
        merge_speakers(speaker_id=gone.pk, into_id=kept.pk, by=factories.user("curator"))
        for typed in ("kirbi", "kirby", "Q77", ""):
            answers = found(curator, "speakers", q=typed, source=revision.source_id)
            assert [(one["id"], one["number"]) for one in answers] == [(str(kept.pk), 1)], typed

    def test_the_role_is_that_at_the_date_of_the_source(self, curator: Client) -> None:
        speaker, house = factories.speaker("John Kirby"), factories.speaker("White House", type="organization")
        for label, start, end in [("spokesman", "2022", "2024"), ("admiral", "2000", "2014"), ("guest", "2025", None)]:
            role = Role.objects.create(labels={"en": label})
            Membership.objects.create(speaker=speaker, role=role, organization=house, start=start, end=end)
        told = {
            date: found(curator, "speakers", q="kirby", source=factories.source(published_at=date).source_id)[0]["role"]
            for date in ("2023-09-13", "2001", "1990", None)
        }
        assert told == {"2023-09-13": "spokesman", "2001": "admiral", "1990": "", None: "guest"}
        assert found(curator, "speakers", q="kirby")[0]["organization"] == "White House"

    def test_only_what_is_published_is_counted(self, contributor: Client) -> None:
        speaker = factories.speaker("Ada Essai")
        factories.draft(speakers=[speaker])
        factories.published(parts=[Part(speaker=speaker, kind="addressee"), Part(speaker=factories.speaker("Bo"))])
        assert found(contributor, "speakers", q="essai")[0]["statements"] == 0
        factories.speaker("Aa Essai")
        assert names(contributor, "essai") == ["Aa Essai", "Ada Essai"]  # drafts do not weigh either
        factories.published(speakers=[speaker])
        assert names(contributor, "essai") == ["Ada Essai", "Aa Essai"]
        assert found(contributor, "speakers", q="essai")[0]["statements"] == 1

    def test_there_are_twelve_at_most(self, curator: Client) -> None:
        for number in range(15):
            factories.speaker(f"Kim {number}")
        assert len(found(curator, "speakers", q="kim")) == 12

    def test_it_takes_as_many_queries_whatever_is_found(self, curator: Client) -> None:
        revision = factories.source(published_at="2024")
        counts = []
        for _ in range(2):
            for number in range(5):
                made = factories.speaker(f"Kim {number}")
                SpeakerName.objects.create(speaker=made, name=f"Gim {number}")
                role = Role.objects.create(labels={"en": "minister"})
                Membership.objects.create(speaker=made, role=role, organization=factories.speaker("Utopia"))
            with CaptureQueriesContext(connection) as queries:
                found(curator, "speakers", q="kim", source=revision.source_id)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 15

    def test_what_is_too_long_is_refused_with_a_sentence(self, curator: Client) -> None:
        problem = found(curator, "speakers", 400, q="a" * 101)
        assert problem["errors"] == [{"parameter": "q", "detail": "It is too long: 100 characters are the most."}]

    @pytest.mark.parametrize("query", [{"name": "kim"}, {"q": ["a", "b"]}, {"source": "x"}, {"source": str(uuid4())}])
    def test_parameters_that_it_does_not_take_are_refused(self, curator: Client, query: dict[str, Any]) -> None:
        assert found(curator, "speakers", 400, **query)["errors"]


@pytest.mark.parametrize("what", ["speakers", "topics", "events", "statements"])
def test_whatever_is_typed_is_answered(curator: Client, what: str) -> None:
    factories.full()
    for typed in HOSTILE:
        found(curator, what, q=typed)
    raw = curator.get(f"{FIND}{what}/?q=%ff%00%ed%a0%80")
    assert raw.status_code == 200


class TestTopicsAndEvents:
    def test_topics_are_found_by_any_label_and_shown_in_the_readers_language(self, curator: Client) -> None:
        topic = factories.topic("armement", broader=factories.topic("défense"))
        topic.labels = {"fr": "armement", "en": "arms", "ja": "武器"}
        topic.save()
        for typed in ("ARMEM", "arms", "武器"):
            (one,) = found(curator, "topics", q=typed)
            assert (one["id"], one["name"], one["broader"]) == (str(topic.pk), "arms", "défense")
        assert found(curator, "topics", q="armem")[0]["matched"] == "armement"
        assert found(curator, "topics", q="def")[0]["name"] == "défense"

    def test_a_merged_topic_is_not_offered(self, curator: Client) -> None:
        gone, kept = factories.topic("armements"), factories.topic("armes")
        merge_topics(topic_id=gone.pk, into_id=kept.pk, by=factories.user("curator"))
        for typed in ("arme", ""):
            assert [one["id"] for one in found(curator, "topics", q=typed)] == [str(kept.pk)]

    def test_what_is_used_most_comes_first(self, curator: Client) -> None:
        often, once, never = (
            factories.topic("armes légères"),
            factories.topic("armes"),
            factories.topic("arme nouvelle"),
        )
        for used in ([often, once], [often]):
            factories.published(topics=used)
        for topic in (never, never):
            factories.draft(topics=[topic])
        assert [one["id"] for one in found(curator, "topics")] == [str(one.pk) for one in (often, once, never)]
        answers = found(curator, "topics", q="arme")
        assert [one["statements"] for one in answers] == [2, 1, 0]
        assert found(curator, "topics", q="armes")[0]["id"] == str(once.pk)  # the exact one

    def test_events_are_found_by_name(self, curator: Client) -> None:
        event = Event.objects.create(name="Sommet d’Helsinki", type="summit", date="2018-07-16", location="Helsinki")
        unused = Event.objects.create(name="Helsinki again")
        factories.published(event=event)
        assert [one["id"] for one in found(curator, "events")] == [str(event.pk), str(unused.pk)]
        (one,) = found(curator, "events", q="sommet helsin")
        assert (one["name"], one["date"], one["location"]) == ("Sommet d’Helsinki", "2018-07-16", "Helsinki")
        assert found(curator, "events", q="nothing") == []


class TestRoles:
    def test_the_roles_of_a_speaker_are_listed_the_latest_first(self, curator: Client) -> None:
        speaker, house = factories.speaker("John Kirby"), factories.speaker("White House", type="organization")
        for label, start, end in [("admiral", "2000", "2014"), ("spokesman", "2022", None), ("guest", None, None)]:
            role = Role.objects.create(labels={"en": label})
            Membership.objects.create(speaker=speaker, role=role, organization=house, start=start, end=end)
        labels = [one["label"] for one in found(curator, "roles", speaker=speaker.pk)]
        expected = ["spokesman, White House (2022–…)", "admiral, White House (2000–2014)", "guest, White House"]
        assert labels == expected

    def test_a_speaker_without_roles_or_that_is_not_there_has_none(self, curator: Client) -> None:
        assert found(curator, "roles", speaker=factories.speaker().pk) == []
        assert found(curator, "roles", speaker=uuid4()) == []
        assert found(curator, "roles", 400, speaker="x")["errors"]
        assert found(curator, "roles", 400)["errors"]


@pytest.fixture
def ada() -> Speaker:
    return factories.speaker("Ada Essai")


@pytest.fixture
def here(ada: Speaker) -> Callable[..., tuple[SourceText, Candidate]]:
    """Makes a source of 16 November 2024 with an open candidate that guesses Ada."""

    def make(words: str = factories.WORDS, text: str = factories.TEXT, **guess: Any) -> tuple[SourceText, Candidate]:
        revision = factories.source(text, published_at="2024-11-16")
        said = {"speakers": [{"id": str(ada.pk), "mention": None}], **guess}
        return revision, candidate(revision, words, guess=said)

    return make


class TestStatementsElsewhere:
    def asked(self, client: Client, revision: SourceText, item: Any, **query: Any) -> list[str]:
        answers = found(client, "statements", source=revision.source_id, item=item, **query)
        return [one["id"] for one in answers]

    def test_the_same_words_of_the_same_speaker_come_first_and_what_is_nearer_in_time(
        self, curator: Client, ada: Speaker, here: Any
    ) -> None:
        revision, item = here()
        far = factories.published(speakers=[ada], said_at="2020-01-01")
        near = factories.published(speakers=[ada], said_at="2024-11-15")
        overlapping = factories.published(
            speakers=[ada], said_at="2024-11-15", words="la « profonde préoccupation » d’Ada"
        )
        otherwise = factories.published(speakers=[ada], said_at="2024-11-15", words="livraisons d’armement")
        factories.published(speakers=[ada], said_at="2024-10-15", words="livraisons d’armement")
        assert self.asked(curator, revision, item.pk) == [str(one.pk) for one in (near, overlapping, far, otherwise)]
        answers = found(curator, "statements", source=revision.source_id, item=item.pk)
        assert [one["is_likely"] for one in answers] == [True, True, True, False]

    def test_case_and_accents_make_no_difference(self, curator: Client, ada: Speaker, here: Any) -> None:
        revision, item = here()
        text = "Ada dit sa PROFONDE PREOCCUPATION."
        other = factories.draft(speakers=[ada], revision=factories.source(text), words="PROFONDE PREOCCUPATION")
        assert self.asked(curator, revision, item.pk) == [str(other.pk)]

    def test_words_of_another_speaker_are_not_offered(self, curator: Client, here: Any) -> None:
        revision, item = here()
        factories.published(speakers=[factories.speaker("Bo Test")])
        assert self.asked(curator, revision, item.pk) == []

    def test_without_a_speaker_the_words_alone_are_looked_for(self, curator: Client, here: Any) -> None:
        revision, item = here(speakers=[{"id": None, "mention": [0, 5]}])
        other = factories.published(speakers=[factories.speaker("Bo Test")])
        assert self.asked(curator, revision, item.pk) == [str(other.pk)]

    def test_in_another_language_the_same_speaker_and_day_are_enough(
        self, curator: Client, ada: Speaker, here: Any
    ) -> None:
        revision, item = here()
        english = {"speakers": [ada], "words": "deep concern"}
        near = factories.published(
            revision=factories.source("Ada voiced deep concern.", language="en"), said_at="2024-11-15", **english
        )
        factories.published(
            revision=factories.source("Ada voiced deep concern!", language="en"), said_at="2024-10-15", **english
        )
        assert self.asked(curator, revision, item.pk) == [str(near.pk)]

    def test_what_was_chosen_counts_before_what_was_guessed(self, curator: Client, ada: Speaker, here: Any) -> None:
        revision, item = here()
        bo = factories.speaker("Bo Test")
        of_bo = factories.published(speakers=[bo])
        factories.published(speakers=[ada])
        item.choices = {"speakers": [{"id": str(bo.pk), "kind": "speaker"}]}
        item.save()
        assert self.asked(curator, revision, item.pk) == [str(of_bo.pk)]

    def test_of_the_same_document_words_that_are_alike_are_offered(
        self, curator: Client, ada: Speaker, here: Any
    ) -> None:
        text = "Profonde préoccupation d’Ada\n\nAda dit sa « profonde préoccupation » et des livraisons d’armement."
        revision, headline = here("Profonde préoccupation d’Ada", text)
        body = factories.draft(speakers=[ada], revision=revision)
        factories.draft(speakers=[ada], revision=revision, words="livraisons d’armement")
        assert self.asked(curator, revision, headline.pk) == [str(body.pk)]

    def test_the_item_itself_is_left_out(self, curator: Client, ada: Speaker, here: Any) -> None:
        revision, item = here()
        itself = factories.draft(speakers=[ada], revision=revision)
        place = itself.appearances.get()
        other = factories.draft(speakers=[ada])
        assert self.asked(curator, revision, item.pk) == [str(other.pk)]
        assert self.asked(curator, revision, place.pk) == [str(other.pk)]
        item.statement, item.state = itself, "accepted"
        item.save()
        assert self.asked(curator, revision, item.pk) == [str(other.pk)]

    def test_what_is_withdrawn_is_not_offered(self, curator: Client, ada: Speaker, here: Any) -> None:
        revision, item = here()
        factories.withdrawn(speakers=[ada])
        assert self.asked(curator, revision, item.pk) == []

    def test_all_that_tells_statements_apart_is_answered(self, curator: Client, ada: Speaker, here: Any) -> None:
        revision, item = here()
        other = factories.published(speakers=[ada, factories.speaker("Bo")], said_at="2024-11-15")
        (one,) = found(curator, "statements", source=revision.source_id, item=item.pk)
        assert one.pop("score") > 0.5
        assert one == {
            "is_likely": True,
            "id": str(other.pk),
            "words": factories.WORDS,
            "speakers": ["Ada Essai", "Bo"],
            "said_at": "2024-11-15",
            "status": "published",
            "source": other.appearances.get().source_text.source.title,
            "version": other.version,
        }

    def test_words_typed_are_looked_for_in_all_that_they_see(self, curator: Client, ada: Speaker, here: Any) -> None:
        revision, item = here()
        other = factories.draft(speakers=[factories.speaker("Bo Test")])
        Wording.objects.create(statement=other, language="en", text="a zeppelin over the lake")
        assert self.asked(curator, revision, item.pk, q="zeppelin bo") == [str(other.pk)]
        assert self.asked(curator, revision, item.pk, q="zeppelin -lake") == []
        assert [one["id"] for one in found(curator, "statements", q="zeppelin")] == [str(other.pk)]

    def test_an_item_of_another_source_is_not_there(self, curator: Client, here: Any) -> None:
        revision, _item = here()
        _other, item = here()
        found(curator, "statements", 404, source=revision.source_id, item=item.pk)
        found(curator, "statements", 404, source=revision.source_id, item=uuid4())
        assert found(curator, "statements", source=revision.source_id) == []

    def test_a_query_of_too_many_parts_is_refused(self, curator: Client) -> None:
        assert found(curator, "statements", 400, q=" or ".join("abcdefghijkl"))["errors"]

    def test_it_takes_as_many_queries_whatever_is_found(self, curator: Client, ada: Speaker, here: Any) -> None:
        revision, item = here()
        counts = []
        for _ in range(2):
            for _ in range(3):
                factories.published(speakers=[ada])
            with CaptureQueriesContext(connection) as queries:
                assert self.asked(curator, revision, item.pk)
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestWhatTheyMayNotSee:
    def others(self, ada: Speaker) -> list[Statement]:
        """A draft and one in review of somebody else, and one that was never anything but a draft."""
        drafts = [factories.draft(speakers=[ada], said_at="2024-11-15") for _ in range(2)]
        submit(statement_id=drafts[0].pk, by=factories.user("author"))
        return drafts

    def test_drafts_of_others_are_not_offered_to_a_contributor(
        self, contributor: Client, curator: Client, ada: Speaker, here: Any
    ) -> None:
        revision, item = here()
        others = {str(one.pk) for one in self.others(ada)}
        own = factories.draft(speakers=[ada], created_by=User.objects.get(username="contributor"))
        for query in ({"item": item.pk}, {"q": "préoccupation"}, {"item": item.pk, "q": "essai"}):
            seen = {one["id"] for one in found(contributor, "statements", source=revision.source_id, **query)}
            assert seen == {str(own.pk)}, query
            seen = {one["id"] for one in found(curator, "statements", source=revision.source_id, **query)}
            assert seen == {str(own.pk), *others}, query

    def test_an_item_that_is_somebody_elses_draft_is_not_there(
        self, contributor: Client, ada: Speaker, here: Any
    ) -> None:
        revision, item = here()
        item.statement, item.state = factories.draft(speakers=[ada], revision=revision), "accepted"
        item.save()
        factories.published(speakers=[ada])
        for key in (item.pk, item.statement.appearances.get().pk):
            found(contributor, "statements", 404, source=revision.source_id, item=key)

    def test_their_topics_events_and_counts_look_the_same_with_and_without_drafts_of_others(
        self, contributor: Client
    ) -> None:
        topic, event, speaker = factories.topic("armes"), Event.objects.create(name="Sommet"), factories.speaker("Kim")
        for other in ("armée", "armure"):
            factories.topic(other)

        def everything() -> list[Any]:
            typed = [found(contributor, what, q=q) for what in ("topics", "events") for q in ("", "a", "s")]
            return [*typed, found(contributor, "speakers", q="kim")]

        before = everything()
        for _ in range(3):
            factories.draft(topics=[topic], event=event, speakers=[speaker])
        assert everything() == before

    def test_who_may_not_view_them_finds_public_speakers_alone(self) -> None:
        user = User.objects.create_user("narrow", is_staff=True)
        user.user_permissions.add(Permission.objects.get(codename="add_statement"))
        public, hidden = factories.speaker("Kim Public"), factories.speaker("Kim Hidden")
        SpeakerSameAs.objects.create(speaker=hidden, url="https://www.wikidata.org/wiki/Q5")
        factories.published(speakers=[public])
        narrow = browser_of(user)
        assert names(narrow, "kim") == ["Kim Public"]
        assert names(narrow, "Q5") == []

    @pytest.mark.parametrize("what", ["speakers", "topics", "events", "roles", "statements"])
    def test_nobody_is_answered_without_a_session_or_a_right(self, what: str) -> None:
        assert Client(headers={"host": "localhost"}).get(f"{FIND}{what}/").status_code == 401
        reader = browser_of(person("reader", "readers"))
        assert reader.get(f"{FIND}{what}/").status_code == 403
