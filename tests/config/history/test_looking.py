"""A history as somebody sees it, a page at a time."""

import pytest
from django.test import RequestFactory

from claims.models import Speaker
from config.history.looking import look
from config.history.versions import History
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def test_pages_are_newest_first() -> None:
    speaker = factories.speaker()
    for number in range(7):
        Speaker.objects.filter(pk=speaker.pk).update(note=str(number))
    seen = look(RequestFactory().get("/"), History(Speaker, speaker.pk))
    assert seen.is_whole
    assert [one.number for one in seen.page(before=None, limit=3)] == [8, 7, 6]
    assert [one.number for one in seen.page(before=6, limit=3)] == [5, 4, 3]
    assert [one.number for one in seen.page(before=1, limit=3)] == []
