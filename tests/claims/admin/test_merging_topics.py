"""Curators merge topics on a page of its own; nobody else, by no link, and never unseen."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from claims.models import Topic
from claims.services.merging_topics import merge_topics
from tests import factories
from tests.claims.admin.merging_pages import address, read
from tests.claims.admin.test_statements import browser_of, person
from tests.claims.changes import contexts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator() -> Client:
    return browser_of(person("curator", "curators"))


def pair() -> tuple[Topic, Topic]:
    return factories.topic("armes"), factories.topic("armement")


def test_the_page_compares_both_and_merges_them(curator: Client) -> None:
    gone, kept = pair()
    factories.topic("missiles", broader=gone)
    factories.published(topics=[gone])
    assert address(gone, "merge") in read(curator, address(gone))
    assert "Is merged" not in read(curator, address(gone, "merge"))
    page = read(curator, address(gone, "merge"), into=kept.pk)
    for words in ("Is merged", "armes (fr)", "missiles", "armement (fr)"):
        assert words in page
    answer = curator.post(address(gone, "merge"), {"into": kept.pk, "version": gone.version})
    assert (answer.status_code, answer["Location"]) == (302, address(kept))
    assert "“armes” was merged into “armement”." in read(curator, address(kept))
    gone.refresh_from_db()
    assert gone.merged_into == kept
    context = contexts_of(Topic, pgh_obj=gone)[-1]
    assert (context["act"], context["origin"]) == ("merge", "admin")


def test_only_living_ones_can_be_chosen(curator: Client) -> None:
    gone, kept = pair()
    merge_topics(topic_id=gone.pk, into_id=kept.pk, by=factories.user("curator"))
    third = factories.topic("autre")
    for into in (str(gone.pk), "nothing", ""):
        assert "errorlist" in read(curator, address(third, "merge"), into=into)
        assert curator.post(address(third, "merge"), {"into": into}).status_code == 200
    assert curator.get(address(gone, "merge")).status_code == 404
    found = curator.get(
        "/admin/autocomplete/", {"app_label": "claims", "model_name": "topic", "field_name": "broader", "term": "arme"}
    )
    assert [one["id"] for one in found.json()["results"]] == [str(kept.pk)]


def test_refusals_are_told_on_the_same_page(curator: Client) -> None:
    broad = factories.topic("défense")
    narrow = factories.topic("armement", broader=broad)
    answer = curator.post(address(broad, "merge"), {"into": narrow.pk}, follow=True)
    assert "merge the other way round" in answer.content.decode()
    Topic.objects.filter(pk=narrow.pk).update(labels={"fr": "autre"})
    answer = curator.post(address(narrow, "merge"), {"into": broad.pk, "version": narrow.version}, follow=True)
    assert "changed since you opened it" in answer.content.decode()
    assert Topic.objects.live().count() == 2


def test_a_merged_one_is_read_but_not_changed(curator: Client) -> None:
    gone, kept = pair()
    merge_topics(topic_id=gone.pk, into_id=kept.pk, by=factories.user("curator"))
    page = read(curator, address(gone))
    assert "It was merged into another topic:" in page
    assert f'<a href="{address(kept)}">armement</a>' in page
    assert 'name="_save"' not in page
    assert address(gone, "merge") not in page
    assert curator.post(address(gone), {"labels_fr": "x"}).status_code == 403
    assert curator.post(address(gone, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("group", ["readers", "contributors"])
def test_others_may_not(group: str) -> None:
    gone, kept = pair()
    client = browser_of(person("somebody", group))
    assert client.get(address(gone, "merge")).status_code == 403
    assert client.post(address(gone, "merge"), {"into": kept.pk}).status_code == 403
    assert Topic.objects.live().count() == 2


def test_who_may_change_topics_only_is_not_offered_it() -> None:
    topic = factories.topic()
    user = User.objects.create_user("editor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["change_topic", "view_topic"]))
    page = read(browser_of(user), address(topic))
    assert 'name="_save"' in page
    assert address(topic, "merge") not in page


def test_nothing_is_done_from_another_site_or_by_a_link() -> None:
    gone, kept = pair()
    client = browser_of(person("strict", "curators"), with_csrf_checks=True)
    assert client.post(address(gone, "merge"), {"into": kept.pk}).status_code == 403
    assert client.get(address(gone, "merge"), {"into": str(kept.pk)}).status_code == 200
    assert Topic.objects.live().count() == 2
