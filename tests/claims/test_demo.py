"""The demo set is whole, public, and loaded once."""

import pytest
from django.contrib.auth.models import User

from claims.demo import load_demo
from claims.models import Claim, Position, Relation, Relay, Review, Speaker, Statement
from sources.models import Source, SourceText

pytestmark = pytest.mark.django_db


def test_it_is_loaded_into_an_empty_database_once() -> None:
    count = load_demo()
    assert count == Statement.objects.published().count() >= 12
    assert load_demo() == 0
    assert Statement.objects.count() == count


def test_it_shows_what_the_record_can_say() -> None:
    load_demo()
    assert Relay.objects.exists()
    assert Relation.objects.filter(type="reports").exists()
    assert Relation.objects.filter(type="summarises").exists()
    assert set(Position.objects.values_list("stance", flat=True)) == {"affirms", "denies"}
    assert Review.objects.exists()
    assert Claim.objects.published().exists()
    assert Statement.objects.filter(said_at=None).exists()
    assert Statement.objects.filter(act="deny", attributions__speaker__name__contains="Russia").exists()


def test_every_dispatch_says_that_it_was_made_for_the_demo() -> None:
    load_demo()
    for text in SourceText.objects.all():
        assert any(word in text.text[:200] for word in ("démonstration", "demo"))
    assert all(".example/" in str(source.url) for source in Source.objects.all())


def test_nobody_can_log_in_as_its_authors() -> None:
    load_demo()
    for name in ("demo-author", "demo-reviewer"):
        user = User.objects.get(username=name)
        assert not user.is_active
        assert not user.has_usable_password()


def test_it_is_not_loaded_beside_work_of_curators() -> None:
    Speaker.objects.create(name="Somebody")
    assert load_demo() == 0
    assert not Statement.objects.exists()
