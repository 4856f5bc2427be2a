"""Two people at one form of the admin: the second is told, and nothing of either is lost."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Speaker
from sources.models import Publisher
from tests import factories

pytestmark = pytest.mark.django_db


def opened(client: Client, address: str) -> dict[str, str]:
    """Return what the form sends when nothing is changed in it."""
    page = client.get(address).content.decode()
    form = page[page.index('<form enctype="multipart/form-data"') if "multipart" in page else page.index("_form") :]
    fields = dict(re.findall(r'<input type="(?:hidden|text|url)" name="([^"]+)" value="([^"]*)"', form))
    selects = re.findall(r'<select name="([^"]+)".*?<option value="([^"]*)" selected', form, re.DOTALL)
    return {**fields, **dict(selects)}


def test_a_form_read_before_another_change_is_refused_and_kept(admin_client: Client) -> None:
    paper = factories.publisher("Gazette", country="FR")
    address = reverse("admin:sources_publisher_change", args=[paper.pk])
    mine = opened(admin_client, address)
    assert mine["_version"] == str(Publisher.objects.get(pk=paper.pk).version)
    theirs = {**mine, "name": "Gazette de Paris"}
    assert admin_client.post(address, theirs).status_code == 302
    answer = admin_client.post(address, {**mine, "name": "La Gazette"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Somebody else changed it since you opened this page" in page
    assert 'value="La Gazette"' in page
    assert Publisher.objects.get(pk=paper.pk).name == "Gazette de Paris"
    # the page knows the version by now: saving it again is meant
    again = {**mine, "name": "La Gazette", "_version": re.search(r'name="_version" value="(\d+)"', page)[1]}  # type: ignore[index]
    assert admin_client.post(address, again).status_code == 302
    assert Publisher.objects.get(pk=paper.pk).name == "La Gazette"


def test_a_name_added_meanwhile_counts_as_a_change(admin_client: Client) -> None:
    kim = factories.speaker("Kim")
    address = reverse("admin:claims_speaker_change", args=[kim.pk])
    mine = opened(admin_client, address)
    kim.names.create(name="Kim Jong Un")
    assert "Somebody else changed it" in admin_client.post(address, {**mine, "name": "Kim J. U."}).content.decode()
    assert Speaker.objects.get(pk=kim.pk).name == "Kim"
