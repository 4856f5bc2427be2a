"""Curators merge and split speakers on pages of their own; nobody else, by no link, and never unseen."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from claims.models import Membership, Role, Speaker, SpeakerName
from claims.services.merging import merge_speakers
from claims.services.recording import Part
from claims.services.reviewing import submit
from tests import factories
from tests.claims.admin.merging_pages import address, read
from tests.claims.admin.test_statements import browser_of, person
from tests.claims.changes import contexts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator() -> Client:
    return browser_of(person("curator", "curators"))


class TestMerging:
    def test_the_page_compares_both_and_merges_them(self, curator: Client) -> None:
        gone, kept = factories.speaker("A. Essai", note="ministre"), factories.speaker("Ada Essai")
        factories.published(speakers=[gone])
        assert address(gone, "merge") in read(curator, address(gone))
        assert "Is merged" not in read(curator, address(gone, "merge"))
        page = read(curator, address(gone, "merge"), into=kept.pk)
        for words in ("Is merged", "A. Essai", "ministre", "Ada Essai"):
            assert words in page
        answer = curator.post(address(gone, "merge"), {"into": kept.pk, "version": gone.version})
        assert (answer.status_code, answer["Location"]) == (302, address(kept))
        assert "“A. Essai (ministre)” was merged into “Ada Essai”." in read(curator, address(kept))
        gone.refresh_from_db()
        assert gone.merged_into == kept

    def test_only_living_speakers_can_be_chosen(self, curator: Client) -> None:
        gone, kept = factories.speaker("A. Essai"), factories.speaker("Ada Essai")
        merge_speakers(speaker_id=gone.pk, into_id=kept.pk, by=factories.user("curator"))
        third = factories.speaker("Troisième")
        for into in (str(gone.pk), "nobody", ""):
            assert "errorlist" in read(curator, address(third, "merge"), into=into)
            assert curator.post(address(third, "merge"), {"into": into}).status_code == 200
        assert curator.get(address(gone, "merge")).status_code == 404
        third.refresh_from_db()
        assert third.merged_into is None

    def test_a_refusal_is_told_on_the_same_page(self, curator: Client) -> None:
        one, other = factories.speaker("Ada Essai"), factories.speaker("Utopie", type="state")
        answer = curator.post(address(one, "merge"), {"into": other.pk}, follow=True)
        assert "only speakers of the same type are one" in answer.content.decode()
        assert "Is merged" in answer.content.decode()

    def test_what_was_changed_since_the_page_was_read_is_read_again(self, curator: Client) -> None:
        gone, kept = factories.speaker("A. Essai"), factories.speaker("Ada Essai")
        read_version = gone.version
        SpeakerName.objects.create(speaker=gone, name="A.")
        answer = curator.post(address(gone, "merge"), {"into": kept.pk, "version": read_version}, follow=True)
        assert "changed since you opened it" in answer.content.decode()
        assert Speaker.objects.live().count() == 2

    def test_a_merged_speaker_is_read_but_not_changed(self, curator: Client) -> None:
        gone, kept = factories.speaker("A. Essai"), factories.speaker("Ada Essai")
        merge_speakers(speaker_id=gone.pk, into_id=kept.pk, by=factories.user("curator"))
        page = read(curator, address(gone))
        assert "It was merged into another speaker:" in page
        assert f'<a href="{address(kept)}">Ada Essai</a>' in page
        assert 'name="_save"' not in page
        assert address(gone, "merge") not in page
        assert curator.post(address(gone), {"name": "x", "type": "person"}).status_code == 403
        assert curator.post(address(gone, "delete"), {"post": "yes"}).status_code == 403
        assert curator.get(address(gone, "split")).status_code == 404

    def test_the_history_says_who_merged_them_and_where(self, curator: Client) -> None:
        gone, kept = factories.speaker("A. Essai"), factories.speaker("Ada Essai")
        curator.post(address(gone, "merge"), {"into": kept.pk})
        context = contexts_of(Speaker, pgh_obj=gone)[-1]
        curators = User.objects.get(username="curator")
        assert (context["act"], context["user"], context["origin"]) == ("merge", curators.pk, "admin")


class TestSplitting:
    @pytest.mark.parametrize("state", ["published", "in_review"])
    def test_who_said_what_was_reviewed_is_for_a_reviewer_to_say(self, curator: Client, state: str) -> None:
        speaker = factories.speaker("Kim")
        said = factories.published(speakers=[speaker]) if state == "published" else factories.draft(speakers=[speaker])
        if state == "in_review":
            submit(statement_id=said.pk, by=factories.user("author"))
        chosen = {"name": "Kim 2", "type": "person", "attributions": [said.attributions.get().pk]}
        assert "it takes a reviewer" in curator.post(address(speaker, "split"), chosen).content.decode()
        assert said.attributions.get().speaker == speaker

    def test_what_is_ticked_moves_to_a_new_speaker(self) -> None:
        curator = browser_of(person("reviewer", "reviewers"))
        speaker = factories.speaker("Kim")
        held = Membership.objects.create(speaker=speaker, role=Role.objects.create(labels={"en": "minister"}))
        moving = factories.published(parts=[Part(speaker=speaker, membership=held)])
        staying = factories.published(speakers=[speaker], relayed_by=[speaker])
        name = SpeakerName.objects.create(speaker=speaker, name="K.", language="fr")
        page = read(curator, address(speaker, "split"))
        for words in ("minister", "K. (fr)", "Document", "Published"):
            assert words in page
        answer = curator.post(
            address(speaker, "split"),
            {
                "name": "Kim the other",
                "type": "person",
                "attributions": [moving.attributions.get().pk],
                "memberships": [held.pk],
                "names": [name.pk],
                "version": Speaker.objects.get(pk=speaker.pk).version,
            },
        )
        made = Speaker.objects.get(name="Kim the other")
        assert (answer.status_code, answer["Location"]) == (302, address(made))
        assert (moving.attributions.get().speaker, staying.attributions.get().speaker) == (made, speaker)
        assert (made.names.get(), made.memberships.get()) == (name, held)

    def test_a_refusal_is_told_and_what_was_ticked_stays_ticked(self) -> None:
        curator = browser_of(person("reviewer", "reviewers"))
        speaker = factories.speaker("Kim")
        held = Membership.objects.create(speaker=speaker, role=Role.objects.create(labels={"en": "minister"}))
        said = factories.published(parts=[Part(speaker=speaker, membership=held)])
        chosen = {"name": "Kim 2", "type": "person", "attributions": [said.attributions.get().pk]}
        page = curator.post(address(speaker, "split"), chosen).content.decode()
        assert "move that role too" in page
        assert page.count(" checked") == 1
        assert "errorlist" in curator.post(address(speaker, "split"), {**chosen, "name": " "}).content.decode()
        assert Speaker.objects.count() == 1

    def test_rows_of_others_are_no_choice(self, curator: Client) -> None:
        speaker = factories.speaker("Kim")
        other = factories.draft(speakers=[factories.speaker("Autre")]).attributions.get()
        page = curator.post(
            address(speaker, "split"), {"name": "x", "type": "person", "attributions": [other.pk]}
        ).content.decode()
        assert "errorlist" in page
        other.refresh_from_db()
        assert other.speaker.name == "Autre"

    def test_statements_are_found_by_their_words(self, curator: Client) -> None:
        speaker = factories.speaker("Kim")
        factories.draft(speakers=[speaker], wordings=[{"language": "fr", "text": "il neige"}], words="Tokyo")
        factories.draft(speakers=[speaker], wordings=[{"language": "fr", "text": "il pleut"}], words="Tokyo")
        page = read(curator, address(speaker, "split"), q="neige")
        assert "il neige" in page
        assert "il pleut" not in page

    def test_costs_the_same_for_one_statement_and_for_many(
        self, curator: Client, django_assert_num_queries: Any
    ) -> None:
        speaker = factories.speaker("Kim")
        for count in (1, 6):
            for _ in range(count):
                factories.published(speakers=[speaker], relayed_by=[speaker])
            with django_assert_num_queries(17):
                read(curator, address(speaker, "split"))


class TestWhoMay:
    @pytest.mark.parametrize("page", ["merge", "split"])
    @pytest.mark.parametrize("group", ["readers", "contributors"])
    def test_not_others(self, page: str, group: str) -> None:
        speaker, other = factories.speaker("Kim"), factories.speaker("Autre")
        client = browser_of(person("somebody", group))
        assert client.get(address(speaker, page)).status_code == 403
        assert client.post(address(speaker, page), {"into": other.pk, "name": "x"}).status_code == 403
        assert Speaker.objects.live().count() == 2

    def test_who_may_change_speakers_only_is_offered_neither(self) -> None:
        speaker = factories.speaker("Kim")
        user = User.objects.create_user("editor", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=["change_speaker", "view_speaker"]))
        page = read(browser_of(user), address(speaker))
        assert 'name="_save"' in page
        assert address(speaker, "merge") not in page

    @pytest.mark.parametrize("page", ["merge", "split"])
    def test_nothing_is_done_from_another_site_or_by_a_link(self, page: str) -> None:
        speaker, other = factories.speaker("Kim"), factories.speaker("Autre")
        said = factories.draft(speakers=[speaker]).attributions.get()
        client = browser_of(person("strict", "curators"), with_csrf_checks=True)
        values: dict[str, Any] = {"into": other.pk, "name": "x", "type": "person", "attributions": said.pk}
        assert client.post(address(speaker, page), values).status_code == 403
        assert client.get(address(speaker, page), values).status_code == 200
        assert Client().post(address(speaker, page), values).status_code in {302, 403}
        assert Speaker.objects.live().count() == 2
        token = client.get(address(speaker, page)).context["csrf_token"]
        assert client.post(address(speaker, page), {**values, "csrfmiddlewaretoken": str(token)}).status_code == 302


@pytest.mark.parametrize("page", ["merge", "split"])
def test_the_pages_keep_the_policy_of_scripts_and_styles(curator: Client, page: str) -> None:
    speaker, other = factories.speaker("Kim"), factories.speaker("Autre")
    answer = curator.get(address(speaker, page), {"into": str(other.pk)})
    words = answer.content.decode()
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert " style=" not in words
    assert " onclick=" not in words
    assert "<script>" not in words
