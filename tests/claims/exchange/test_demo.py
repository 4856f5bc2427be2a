"""The demo set is whole, public, and loaded once."""

import pytest
from django.contrib.auth.models import User
from django.db.models import Count

from claims.exchange.demo import load_demo
from claims.models import Appearance, Attribution, Claim, Position, Relation, Relay, Review, Speaker, Statement
from claims.models.vocabularies import Act, AttributionKind, Certainty, QuotationType, RelationType, Stance, Status
from sources.models import Source, SourceText

pytestmark = pytest.mark.django_db


def test_it_is_loaded_into_an_empty_database_once() -> None:
    count = load_demo()
    assert count == Statement.objects.count() >= 44
    assert load_demo() == 0
    assert Statement.objects.count() == count


def test_it_shows_what_the_record_can_say() -> None:
    load_demo()
    assert set(Statement.objects.values_list("status", flat=True)) == set(Status.values)
    assert set(Statement.objects.published().values_list("act", flat=True)) >= set(Act.values) - {"praise"}
    assert set(Relation.objects.values_list("type", flat=True)) == set(RelationType.values)
    assert set(Position.objects.values_list("stance", flat=True)) == set(Stance.values)
    assert set(Attribution.objects.values_list("kind", flat=True)) == set(AttributionKind.values)
    assert set(Appearance.objects.values_list("quotation_type", flat=True)) == set(QuotationType.values)
    assert set(Attribution.objects.values_list("certainty", flat=True)) == set(Certainty.values)
    assert Relay.objects.filter(level=2).exists()
    assert Review.objects.exists()
    assert Claim.objects.published().exists()
    assert Statement.objects.filter(said_at=None).exists()
    assert Speaker.objects.filter(is_named=False).exists()
    assert Speaker.objects.filter(merged_into__isnull=False).exists()
    assert Source.objects.filter(copy_of__isnull=False).exists()
    assert Statement.objects.alias(reports=Count("appearances")).filter(reports__gt=1).exists()
    assert Speaker.objects.alias(held=Count("memberships")).filter(held__gt=1).exists()


def test_three_take_different_positions_on_one_claim() -> None:
    load_demo()
    contested = Claim.objects.alias(stances=Count("positions__stance", distinct=True)).filter(stances=3)
    assert contested.published().exists()


def test_every_dispatch_says_that_it_was_made_for_the_demo() -> None:
    load_demo()
    for text in SourceText.objects.all():
        assert any(word in text.text[:200] for word in ("démonstration", "demo")), text.text[:200]
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
