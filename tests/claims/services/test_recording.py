"""The rows of a statement as a document reports it, and what is looked up for them."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from claims.models import Attribution, Membership, Role, Speaker, Statement, Wording
from claims.services.editing import Content, PartError, Quoted, create_statement
from claims.services.recording import Part, Report, read_intensity
from claims.text.spans import Span, SpanError, find
from sources.models import Source, SourceText
from tests import factories

pytestmark = pytest.mark.django_db

TEXT = "La ministre a fait part, vendredi, de ses « profondes » inquiétudes, avant d’ajouter : « Nous verrons. »"


@pytest.fixture
def revision() -> SourceText:
    source = Source.objects.create(title="Essai", language="fr", published_at="2024-11-16")
    return SourceText.objects.create(source=source, raw=TEXT.encode(), text=TEXT)


@pytest.fixture
def minister() -> Speaker:
    return Speaker.objects.create(name="Ada Essai")


def report(revision: SourceText, *words: str) -> Report:
    return Report(revision=revision, segments=[find(TEXT, one) for one in words], quotation_type="mixed")


def record(minister: Speaker, report: Report, **values: Any) -> Statement:
    content = Content(values=values, parts={"speaker": [Part(speaker=minister)]}, quotes=[Quoted(report)])
    return Statement.objects.get(pk=create_statement(content=content, by=factories.user("author")))


def test_without_a_wording_the_quoted_words_are_the_wording(revision: SourceText, minister: Speaker) -> None:
    record(minister, report(revision, "« profondes » inquiétudes", "Nous verrons."), act="express")
    wording = Wording.objects.get()
    assert (wording.language, wording.text) == ("fr", "« profondes » inquiétudes […] Nous verrons.")


@pytest.mark.parametrize(
    ("values", "segments", "error"),
    [
        ({"act": "shout"}, [Span(0, 5)], ValidationError),
        ({"act": "assert", "said_at": "2023-02-30", "said_at_basis": "printed"}, [Span(0, 5)], ValidationError),
        ({"act": "assert", "intensity": 3}, [Span(0, 5)], IntegrityError),
        ({"act": "assert"}, [Span(0, 5000)], SpanError),
        ({"act": "assert"}, [Span(5, 9), Span(0, 4)], SpanError),
        ({"act": "assert"}, [], PartError),
    ],
)
def test_what_is_refused_leaves_nothing(
    revision: SourceText, minister: Speaker, values: dict[str, Any], segments: list[Span], error: type[Exception]
) -> None:
    with pytest.raises(error):
        record(minister, Report(revision=revision, segments=segments, quotation_type="indirect"), **values)
    assert not Statement.objects.exists()
    assert not Attribution.objects.exists()


class TestTheRoleHeld:
    @pytest.fixture
    def role(self) -> Role:
        return Role.objects.create(labels={"en": "minister"}, category="minister")

    def recorded(self, revision: SourceText, minister: Speaker, said_at: str | None) -> Membership | None:
        values = {"said_at": said_at, "said_at_basis": "printed"} if said_at else {}
        record(minister, report(revision, "Nous verrons."), act="assert", **values)
        return Attribution.objects.get().membership

    def test_is_the_one_of_the_date(self, revision: SourceText, minister: Speaker, role: Role) -> None:
        Membership.objects.create(speaker=minister, role=role, end="2020")
        then = Membership.objects.create(speaker=minister, role=role, start="2021")
        assert self.recorded(revision, minister, "2024-11-15") == then

    def test_takes_the_date_of_the_document_for_want_of_another(
        self, revision: SourceText, minister: Speaker, role: Role
    ) -> None:
        then = Membership.objects.create(speaker=minister, role=role, start="2024-11", end="2024-12")
        assert self.recorded(revision, minister, None) == then

    def test_is_never_guessed_among_several(self, revision: SourceText, minister: Speaker, role: Role) -> None:
        Membership.objects.create(speaker=minister, role=role)
        Membership.objects.create(speaker=minister, role=role, start="2024")
        assert self.recorded(revision, minister, "2024-11-15") is None

    def test_is_none_when_it_had_ended(self, revision: SourceText, minister: Speaker, role: Role) -> None:
        Membership.objects.create(speaker=minister, role=role, end="2024-11-14")
        assert self.recorded(revision, minister, "2024-11-15") is None


def test_intensity_comes_from_the_lexicon_that_curators_keep() -> None:
    reading = read_intensity(words="de ses « profondes » inquiétudes", language="fr-CA")
    assert reading is not None
    assert (reading.intensity, reading.phrase) == (3, "profondes")
    assert read_intensity(words="de ses profondes inquiétudes", language="en") is None
