"""The form for selected words refuses what misses, says so, and records the rest as one."""

from typing import Any

import pytest
from django.test import Client

from claims.models import Attribution, Membership, Relation, Role, Segment, Statement
from claims.services.recording import Report, add_appearance
from claims.text.spans import Span
from sources.models import SourceText
from tests import factories
from tests.claims.admin.test_statements import browser_of, person

pytestmark = pytest.mark.django_db

FORMSETS = {
    f"{name}-{part}": value
    for name, count in (("speakers", 6), ("relays", 3))
    for part, value in (("TOTAL_FORMS", count), ("INITIAL_FORMS", 0), ("MIN_NUM_FORMS", 0), ("MAX_NUM_FORMS", count))
}


@pytest.fixture
def curator() -> Client:
    return browser_of(person("curator", "curators"))


@pytest.fixture
def revision() -> SourceText:
    return factories.source(published_at="2024-11-16")


def address(revision: SourceText) -> str:
    return f"/admin/claims/statement/attribute/{revision.pk}/"


def spans_of(revision: SourceText, words: str) -> str:
    start = revision.text.index(words)
    return f"{start}-{start + len(words)}"


def filled(revision: SourceText, **values: Any) -> dict[str, Any]:
    rows = {
        f"speakers-{number}-{name}": value
        for number in range(6)
        for name, value in (("kind", "speaker"), ("certainty", "certain"))
    }
    return {
        **FORMSETS,
        **rows,
        "spans": spans_of(revision, "profonde préoccupation"),
        "quotation_type": "direct",
        "act": "express",
        "wording": "profonde préoccupation",
        "_save": "1",
        **values,
    }


def test_the_form_starts_with_what_the_words_tell(curator: Client, revision: SourceText) -> None:
    page = curator.get(address(revision), {"spans": spans_of(revision, "« profonde préoccupation »")})
    quote = page.context["page"].quote
    assert quote["spans"].value() == spans_of(revision, "profonde préoccupation")
    assert quote["quotation_type"].value() == "direct"
    assert (quote["intensity"].value(), quote["intensity_phrase"].value()) == (3, "profonde")


@pytest.mark.parametrize(
    "spans", ["", "x", "5-5", "9-3", "0-99999", "-1-5", "0-5,3-9", "1-2;DROP", "\0", "1-2," * 30, "9" * 400 + "-1"]
)
def test_spans_that_miss_lead_back_with_a_sentence(curator: Client, revision: SourceText, spans: str) -> None:
    answer = curator.get(address(revision), {"spans": spans}, follow=True)
    assert answer.redirect_chain[-1][0].endswith(f"/admin/sources/source/{revision.source_id}/change/")
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


def test_all_of_it_is_recorded_as_one(curator: Client, revision: SourceText) -> None:
    ada = factories.speaker("Ada Essai")
    tokyo = factories.speaker("Tokyo", type="state")
    role = Role.objects.create(labels={"fr": "porte-parole"})
    outer = factories.draft(revision=revision, words="Tokyo")
    answer = curator.post(
        address(revision),
        filled(
            revision,
            **{
                "speakers-0-speaker": str(ada.pk),
                "speakers-0-role": str(role.pk),
                "speakers-0-mention": spans_of(revision, "Ada Essai"),
                "speakers-0-role_as_printed": spans_of(revision, "porte-parole"),
                "relays-0-speaker": str(tokyo.pk),
                "relays-0-mention": spans_of(revision, "Tokyo"),
            },
            said_at="2024-11-16",
            said_at_text="samedi",
            attitude="concern",
            intensity="3",
            intensity_phrase="profonde",
            inside=str(outer.pk),
        ),
    )
    assert answer.status_code == 302, answer.context and answer.context["page"].quote.errors
    statement = Statement.objects.get(attitude="concern")
    assert (str(statement.created_by), statement.said_at_basis) == ("curator", "inferred")
    assert Membership.objects.get().role == role
    assert Attribution.objects.get(statement=statement).membership == Membership.objects.get()
    assert Relation.objects.get().statement == outer
    appearance = statement.appearances.get()
    assert appearance.mentions.get().exact == "Ada Essai"
    assert [(relay.level, relay.exact) for relay in appearance.relays.all()] == [(1, "Tokyo")]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"said_at": "2023-02-30"}, "said_at"),
        ({"said_at_basis": "printed"}, "said_at"),
        ({"intensity": "3"}, "intensity_phrase"),
        ({"intensity": "3", "intensity_phrase": "terrible"}, "intensity_phrase"),
        ({"act": "shout"}, "act"),
        ({"wording": " "}, "wording"),
        ({"wording": "a\0b"}, "wording"),
        ({"wording": "x" * 20_001}, "wording"),
        ({"topics": "not-an-id"}, "topics"),
        ({"cue": "0-99999"}, "cue"),
        ({"cue": "0-3,5-9"}, "cue"),
        ({"inside": "00000000-0000-7000-8000-000000000000"}, "inside"),
    ],
)
def test_a_wrong_value_is_an_error_of_its_field(
    curator: Client, revision: SourceText, values: dict[str, str], field: str
) -> None:
    speaker = {"speakers-0-speaker": str(factories.speaker().pk)}
    answer = curator.post(address(revision), filled(revision, **speaker, **values))
    assert answer.status_code == 200
    assert list(answer.context["page"].quote.errors) == [field]
    assert not Statement.objects.exists()


def test_somebody_must_have_said_it(curator: Client, revision: SourceText) -> None:
    answer = curator.post(address(revision), filled(revision))
    assert "choose at least one speaker" in str(answer.context["page"].speakers.non_form_errors())
    ada = factories.speaker()
    twice = {"speakers-0-speaker": str(ada.pk), "speakers-1-speaker": str(ada.pk)}
    answer = curator.post(address(revision), filled(revision, **twice))
    assert "given twice" in str(answer.context["page"].speakers.non_form_errors())
    assert not Statement.objects.exists()


@pytest.mark.parametrize("key", ["00000000-0000-7000-8000-000000000000", "x", "\0"])
def test_a_speaker_that_is_not_there_is_an_error(curator: Client, revision: SourceText, key: str) -> None:
    answer = curator.post(address(revision), filled(revision, **{"speakers-0-speaker": key}))
    assert answer.status_code == 200
    assert "speaker" in answer.context["page"].speakers.errors[0]


def test_a_merged_speaker_is_refused_with_a_sentence(curator: Client, revision: SourceText) -> None:
    gone = factories.speaker("Ada Ancienne", merged_into=factories.speaker())
    answer = curator.post(address(revision), filled(revision, **{"speakers-0-speaker": str(gone.pk)}))
    assert answer.status_code == 200
    assert "merged into another" in answer.content.decode()
    assert not Statement.objects.exists()


def test_a_button_pressed_twice_makes_one_statement(curator: Client, revision: SourceText) -> None:
    speaker = {"speakers-0-speaker": str(factories.speaker().pk)}
    assert curator.post(address(revision), filled(revision, **speaker)).status_code == 302
    again = curator.post(address(revision), filled(revision, **speaker))
    assert "with exactly these words already" in again.content.decode()
    assert Segment.objects.count() == 1


class TestRecordingAgain:
    def test_the_form_starts_with_what_is_recorded_and_keeps_the_rest(
        self, curator: Client, revision: SourceText
    ) -> None:
        statement = factories.full_draft()
        (appearance,) = statement.appearances.all()
        there = address(appearance.source_text)
        page = curator.get(there, {"statement": str(statement.pk)}).context["page"]
        sent = {
            bound.html_name: "" if bound.value() is None else bound.value()
            for form in (page.quote, page.speakers.management_form, page.relays.management_form)
            for bound in form
        }
        for form in (*page.speakers, *page.relays):
            sent |= {bound.html_name: "" if bound.value() is None else bound.value() for bound in form}
        before = (statement.relations.count(), statement.positions.count(), statement.created_by)
        words = spans_of(appearance.source_text, "ministère d’Utopie")
        changed = {"speakers-0-role_as_printed": words, "act": "warn", "statement": str(statement.pk), "_save": "1"}
        answer = curator.post(there, sent | changed)
        assert answer.status_code == 302, answer.context["page"].quote.errors
        again = Statement.objects.get()
        assert (again.pk, again.act) == (statement.pk, "warn")
        assert (again.relations.count(), again.positions.count(), again.created_by) == before
        (anew,) = again.appearances.all()
        assert anew.mentions.get().role_exact == "ministère d’Utopie"
        assert [(row.speaker_id, row.kind, row.membership_id) for row in again.attributions.all()] == [
            (row.speaker_id, row.kind, row.membership_id) for row in statement.attributions.all()
        ]
        assert sorted(again.wordings.values_list("language", flat=True)) == ["en", "fr"]
        assert again.topics.count() == 1

    @pytest.mark.parametrize("key", ["x", "00000000-0000-7000-8000-000000000000"])
    def test_what_is_no_draft_of_this_text_is_not_found(self, curator: Client, revision: SourceText, key: str) -> None:
        assert curator.get(address(revision), {"statement": key}).status_code == 404
        published = factories.published(revision=revision)
        assert curator.get(address(revision), {"statement": str(published.pk)}).status_code == 404

    def test_a_draft_with_several_appearances_loses_none(self, curator: Client, revision: SourceText) -> None:
        statement = factories.draft(revision=revision)
        report = Report(revision=revision, segments=[Span(0, 5)], quotation_type="indirect")
        add_appearance(statement=statement, report=report, parts=[])
        for send in (curator.get, curator.post):
            assert send(address(revision), filled(revision, statement=str(statement.pk))).status_code == 404
        assert statement.appearances.count() == 2


def test_only_those_who_may_add_statements_reach_it(revision: SourceText) -> None:
    nobody = factories.user("nobody")
    nobody.is_staff = True
    nobody.save()
    assert browser_of(nobody).get(address(revision), {"spans": "0-5"}).status_code == 403
    assert Client().get(address(revision), {"spans": "0-5"}).status_code == 302
    strict = browser_of(person("strict", "curators"), with_csrf_checks=True)
    assert strict.post(address(revision), filled(revision)).status_code == 403


def test_the_source_page_marks_its_statements(curator: Client, revision: SourceText) -> None:
    statement = factories.draft(revision=revision)
    page = curator.get(f"/admin/sources/source/{revision.source_id}/change/").content.decode()
    assert f'<mark class="mark-draft " data-keys="{statement.pk}">profonde préoccupation</mark>' in page
    assert f'id="statement-{statement.pk}"' in page


def test_hostile_text_is_shown_as_text(curator: Client) -> None:
    text = "<script>alert(1)</script> &amp; </div><img src=x onerror=alert(2)>"
    revision = factories.source(text, title="<b>titre</b>")
    factories.draft(revision=revision, words="script>alert(1)</scr")
    page = curator.get(f"/admin/sources/source/{revision.source_id}/change/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;<mark" in page
    assert "<b>titre</b>" not in page
