"""A new revision says where each appearance stands in it; moving it there finds the same words or refuses."""

from typing import Any
from uuid import uuid4

import pytest

from claims.models import Appearance, Mention, Relay, Segment, Speaker, Statement
from claims.services.reanchoring import Reanchored, ReanchorRefusedError, reanchor, reanchor_all
from claims.services.recording import Part, Passing, Report
from claims.services.reviewing import StaleVersionError
from claims.text.spans import Span, find
from sources.models import SourceText
from sources.services import add_revision
from tests import factories
from tests.claims.changes import contexts_of
from tests.recording import record_statement

pytestmark = pytest.mark.django_db

TEXT = "Le ministre, Ada Essai, a dit samedi : « il pleut » et « il neige ». Tokyo le rapporte."
MAKERS = ["draft", "published"]


def statement_in(revision: SourceText, *words: str, status: str = "draft") -> Statement:
    """Return a statement with all that an appearance can print."""
    text = revision.text
    statement = record_statement(
        parts=[
            Part(speaker=factories.speaker(), mention=find(text, "Ada Essai"), role=find(text, "ministre")),
            Part(speaker=factories.speaker("Public"), kind="addressee"),
        ],
        report=Report(
            revision=revision,
            segments=[find(text, one) for one in words or ("il pleut", "il neige")],
            quotation_type="direct",
            cue=find(text, "a dit"),
            relays=[Passing(speaker=factories.speaker("Tokyo", type="state"), mention=find(text, "Tokyo"))],
        ),
        values={"created_by": factories.user("author")},
    )
    return factories.put_out(statement) if status == "published" else statement


def revise(revision: SourceText, text: str) -> SourceText:
    """Add a revision as an import does, and return it."""
    return add_revision(source=revision.source, raw=text.encode()).text


def move(statement: Statement, **more: Any) -> Reanchored:
    return reanchor(appearance_id=statement.appearances.get().pk, by=factories.user("curator"), **more)


def state_of(statement: Statement) -> str:
    return statement.appearances.get().anchor_state


def words_of(statement: Statement) -> list[str]:
    """The segments' words, as their offsets select them in the text that they are in."""
    appearance = statement.appearances.get()
    text = appearance.source_text.text
    return [text[one.start : one.end] for one in appearance.segments.order_by("position")]


@pytest.mark.parametrize("status", MAKERS)
class TestANewRevision:
    @pytest.mark.parametrize(
        ("text", "state"),
        [
            (TEXT + " Fin.", "exact"),
            ("Mise à jour. " + TEXT, "moved"),
            ("il pleut il neige il pleut il neige", "ambiguous"),
            ("il pleut. " + TEXT, "moved"),
            (TEXT.replace("il neige", "il vente"), "orphaned"),
            ("Tout est faux.", "orphaned"),
        ],
    )
    def test_says_where_the_words_are_now(self, text: str, state: str, status: str) -> None:
        revision = factories.source(TEXT)
        statement = statement_in(revision, status=status)
        assert state_of(statement) == "exact"
        revise(revision, text)
        assert state_of(statement) == state
        assert words_of(statement) == ["il pleut", "il neige"]

    def test_puts_an_appearance_in_place_again_where_it_restores_the_words(self, status: str) -> None:
        revision = factories.source(TEXT)
        statement = statement_in(revision, status=status)
        revise(revision, "Tout est faux.")
        revise(revision, TEXT + " Fin.")
        assert state_of(statement) == "exact"


def test_words_recorded_from_an_older_revision_are_looked_for_at_once() -> None:
    revision = factories.source(TEXT)
    revise(revision, "Mise à jour. " + TEXT)
    assert state_of(statement_in(revision)) == "moved"


@pytest.mark.parametrize("status", MAKERS)
class TestMoving:
    def test_everything_that_stands_in_the_text_moves(self, status: str) -> None:
        revision = factories.source(TEXT)
        statement = statement_in(revision, status=status)
        rows = [list(model.objects.order_by("pk").values_list("pk", flat=True)) for model in (Segment, Mention, Relay)]
        latest = revise(revision, "Mise à jour. " + TEXT)
        result = move(statement)
        assert result.lost == ()
        appearance = result.appearance
        assert (appearance.source_text, appearance.anchor_state) == (latest, "exact")
        assert words_of(statement) == ["il pleut", "il neige"]
        first = appearance.segments.get(position=1)
        assert (first.prefix, first.suffix) == (
            Span(first.start, first.end).prefix(latest.text),
            Span(first.start, first.end).suffix(latest.text),
        )
        mention, relay = appearance.mentions.get(), appearance.relays.get()
        for start, end, words in (
            (mention.start, mention.end, "Ada Essai"),
            (mention.role_start, mention.role_end, "ministre"),
            (relay.start, relay.end, "Tokyo"),
            (appearance.cue_start, appearance.cue_end, "a dit"),
        ):
            assert latest.text[start:end] == words
        # the same rows, not others in their place
        assert rows == [
            list(model.objects.order_by("pk").values_list("pk", flat=True)) for model in (Segment, Mention, Relay)
        ]

    def test_what_was_around_tells_words_apart_that_stand_twice(self, status: str) -> None:
        revision = factories.source(TEXT)
        statement = statement_in(revision, "il pleut", status=status)
        revise(revision, f"« il pleut », dit-on. {TEXT}")
        move(statement)
        segment = Segment.objects.get()
        assert segment.start == len("« il pleut », dit-on. ") + TEXT.index("il pleut")

    def test_names_that_are_not_found_for_certain_are_left_empty_and_told(self, status: str) -> None:
        revision = factories.source(TEXT)
        statement = statement_in(revision, status=status)
        revise(revision, "La ministre a répété : « il pleut » et « il neige ». Tokyo, Tokyo.")
        result = move(statement)
        assert result.lost == ("Ada Essai", "Tokyo", "a dit")
        appearance = result.appearance
        mention, relay = appearance.mentions.get(), appearance.relays.get()
        assert (mention.start, mention.exact, mention.role_exact) == (None, "", "ministre")
        assert (relay.start, relay.exact, appearance.cue_start, appearance.cue_exact) == (None, "", None, "")


@pytest.mark.parametrize("status", MAKERS)
class TestRefusals:
    def test_words_that_are_gone(self, status: str) -> None:
        revision = factories.source(TEXT)
        statement = statement_in(revision, status=status)
        revise(revision, "On dit : « il pleut » et « il\u00a0neige ».")
        with pytest.raises(ReanchorRefusedError, match=r"Revision 2: “il neige” does not stand .* but") as refused:
            move(statement)
        assert [len(one.places) for one in refused.value.sought] == [1, 0]
        assert state_of(statement) == "orphaned"
        assert words_of(statement) == ["il pleut", "il neige"]

    def test_words_that_stand_in_several_places_are_told_with_the_places(self, status: str) -> None:
        revision = factories.source(TEXT)
        statement = statement_in(revision, "il pleut", status=status)
        revise(revision, "Or il pleut. Oui, il pleut.")
        with pytest.raises(ReanchorRefusedError, match="“il pleut” stands in revision 2 at 3–11, 18–26") as refused:
            move(statement)
        assert refused.value.sought[0].places == (Span(3, 11), Span(18, 26))

    def test_segments_whose_order_is_another_now(self, status: str) -> None:
        revision = factories.source(TEXT)
        statement = statement_in(revision, status=status)
        revise(revision, "« il neige » et « il pleut »")
        with pytest.raises(ReanchorRefusedError, match="not in reading order"):
            move(statement)

    def test_one_that_is_in_the_latest_revision(self, status: str) -> None:
        with pytest.raises(ReanchorRefusedError, match="latest revision of its source already"):
            move(statement_in(factories.source(TEXT), status=status))

    def test_what_was_changed_since_it_was_read(self, status: str) -> None:
        revision = factories.source(TEXT)
        statement = statement_in(revision, status=status)
        revise(revision, "Mise à jour. " + TEXT)
        statement.refresh_from_db()
        with pytest.raises(StaleVersionError):
            move(statement, version=statement.version + 1)
        move(statement, version=statement.version)


def test_one_that_is_not_there() -> None:
    with pytest.raises(Appearance.DoesNotExist):
        reanchor(appearance_id=uuid4(), by=factories.user("curator"))


class TestByHand:
    @pytest.mark.parametrize("status", MAKERS)
    def test_a_person_says_which_of_several_places_it_is(self, status: str) -> None:
        revision = factories.source(TEXT)
        statement = statement_in(revision, "il pleut", status=status)
        revise(revision, "Or il pleut. Oui, il pleut.")
        move(statement, spans=[Span(18, 26)])
        assert [(one.start, one.end) for one in Segment.objects.all()] == [(18, 26)]

    @pytest.mark.parametrize(
        ("spans", "reason"),
        [
            ([Span(0, 11)], "other words"),
            ([Span(3, 11), Span(18, 26)], "other words"),
            ([Span(20, 400)], "beyond the end"),
            ([], "needs the words"),
            ([Span(18, 26), Span(3, 11)], "order"),
        ],
    )
    def test_what_is_published_keeps_its_words(self, spans: list[Span], reason: str) -> None:
        revision = factories.source(TEXT)
        statement = statement_in(revision, "il pleut", status="published")
        revise(revision, "Or il pleut. Oui, il pleut.")
        with pytest.raises(ReanchorRefusedError, match=reason):
            move(statement, spans=spans)
        assert words_of(statement) == ["il pleut"]

    @pytest.mark.parametrize("spans", [[Span(0, 11)], [Span(0, 2), Span(3, 11), Span(13, 16)]])
    def test_a_draft_may_quote_other_words(self, spans: list[Span]) -> None:
        revision = factories.source(TEXT)
        statement = statement_in(revision)
        latest = revise(revision, "Or il pleut. Oui, il pleut.")
        move(statement, spans=spans)
        assert words_of(statement) == [span.words(latest.text) for span in spans]


class TestAllOfASource:
    def test_those_that_are_found_move_and_the_others_are_told(self) -> None:
        revision = factories.source(TEXT)
        found, gone, elsewhere = (
            statement_in(revision, "il pleut", status="published"),
            statement_in(revision, "il neige"),
            statement_in(factories.source(TEXT + " Ailleurs."), "il pleut"),
        )
        latest = revise(revision, "Mise à jour. " + TEXT.replace("neige", "vente"))
        result = reanchor_all(source_id=revision.source_id, by=factories.user("curator"))
        assert [one.appearance.statement for one in result.moved] == [found]
        assert [(one.statement, "il neige" in str(error)) for one, error in result.refused] == [(gone, True)]
        assert Appearance.objects.filter(source_text=latest).get().statement == found
        assert (state_of(found), state_of(gone), state_of(elsewhere)) == ("exact", "orphaned", "exact")

    def test_only_those_that_are_asked_for(self) -> None:
        revision = factories.source(TEXT)
        statements = [statement_in(revision, words) for words in ("il pleut", "il neige")]
        revise(revision, "Mise à jour. " + TEXT)
        chosen = [statements[0].appearances.get().pk]
        reanchor_all(source_id=revision.source_id, by=factories.user("curator"), among=chosen)
        assert [state_of(one) for one in statements] == ["exact", "moved"]


def test_the_history_says_that_it_was_re_anchored() -> None:
    revision = factories.source(TEXT)
    statement = statement_in(revision, status="published")
    revise(revision, "Mise à jour. " + TEXT)
    move(statement)
    for model in (Appearance, Segment, Mention, Relay):
        assert contexts_of(model)[-1]["act"] == "reanchor"
    assert "reanchor" not in [one.get("act") for one in contexts_of(Speaker)]
