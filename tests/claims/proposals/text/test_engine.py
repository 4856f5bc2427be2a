"""The engine as a whole: what it proposes of a text, of whom, and how fast."""

from datetime import date

import pytest

from claims.proposals.text.engine import MOST, Document, MarksAndVerbs, Proposal
from claims.proposals.text.names import Known
from tests.growth import grows_evenly

KNOWN = [
    Known("ada", "Ada Essai", is_person=True),
    Known("bob", "Bob Rien", is_person=True),
    Known("utopie", "Utopie"),
    Known("sud", "Corée du Sud"),
]


def proposed(text: str, *, title: str = "", published: date | None = None) -> dict[str, Proposal]:
    found = MarksAndVerbs().propose(Document(text, title, published), KNOWN)
    assert [one.span for one in found] == sorted({one.span for one in found}, key=lambda one: (one.start, -one.end))
    return {one.span.words(text): one for one in found}


def keys(one: Proposal) -> list[str | None]:
    return [voice.key for voice in one.speakers]


def test_a_quote_and_who_says_it_behind_it() -> None:
    text = "« Tout ira bien demain », a déclaré Ada Essai."
    one = proposed(text)["Tout ira bien demain"]
    assert (one.quotation_type, one.act, keys(one)) == ("direct", "assert", ["ada"])
    assert one.cue is not None
    assert one.cue.words(text) == "a déclaré"
    assert one.score == 0.9


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("“All will be well tomorrow,” Ada Essai, head of the port, warned on Thursday at sea.", "warned"),
        ("PORT – “All will be well tomorrow”, its director Ada Essai replied.", "replied"),
        ('"All will be well tomorrow," Ada Essai added.', "added"),
    ],
)
def test_a_quote_and_who_says_it_behind_it_in_the_order_of_english(text: str, cue: str) -> None:
    found = proposed(text)
    assert list(found) == ["All will be well tomorrow"]  # neither the comma, nor when and where it was said
    one = found["All will be well tomorrow"]
    assert keys(one) == ["ada"]
    assert one.cue is not None
    assert one.cue.words(text) == cue


def test_who_says_something_else_behind_a_quote_does_not_say_it() -> None:
    text = "Après ce « geste tout à fait hostile », Ada Essai a condamné le voisin."
    assert proposed(text)["geste tout à fait hostile"].cue is None


def test_a_quote_and_who_says_it_before_it() -> None:
    one = proposed("Hier soir, Ada Essai a encore réagi sur Rien : « Tout ira bien demain »")["Tout ira bien demain"]
    assert keys(one) == ["ada"]


def test_a_clause_with_a_quote_in_it_is_mixed_and_comes_first() -> None:
    found = proposed("Ada Essai a dit que tout est « sans précédent » ici.")
    outer, inner = found.values()
    assert list(found) == ["tout est « sans précédent » ici", "sans précédent"]
    assert (outer.quotation_type, inner.quotation_type) == ("mixed", "direct")
    assert outer.score > inner.score


def test_words_in_marks_that_nobody_says_have_a_low_score() -> None:
    assert proposed("La route dite « des vins » est belle.")["des vins"].score == 0.3


def test_a_pronoun_is_who_spoke_last() -> None:
    text = "Ada Essai a dit que tout va bien. « Rien ne presse vraiment », a-t-elle ajouté."
    one = proposed(text)["Rien ne presse vraiment"]
    assert keys(one) == ["ada"]
    assert one.speakers[0].printed.words(text) == "elle"
    assert one.speakers[0].named.words(text) == "Ada Essai"


def test_two_who_were_named_together_are_they() -> None:
    text = (
        "Ada Essai et Bob Rien se sont vus à Rien. Ils ont convenu de se revoir bientôt. "
        "Les deux dirigeants ont dit que tout va bien."
    )
    found = proposed(text)
    assert keys(found["de se revoir bientôt"]) == ["ada", "bob"]
    assert keys(found["tout va bien"]) == ["ada", "bob"]


def test_joint_speakers_and_who_passes_it_on() -> None:
    text = "L’Utopie et la Corée du Sud ont convenu de tout partager, selon Ada Essai."
    one = proposed(text)["de tout partager"]
    assert keys(one) == ["utopie", "sud"]
    assert [voice.key for voice in one.relays] == ["ada"]


def test_who_speaks_alone_by_selon_is_the_speaker() -> None:
    one = proposed("Selon Ada Essai, tout va vraiment bien.")["tout va vraiment bien"]
    assert (keys(one), one.relays, one.act) == (["ada"], [], "assert")


def test_an_office_stands_for_who_held_it_before() -> None:
    found = proposed("Le ministre utopien Ada Essai a dit que oui, vraiment. Le ministre a ajouté que tout va bien.")
    assert keys(found["tout va bien"]) == ["ada"]


def test_a_name_that_the_record_does_not_have_is_told_by_its_words() -> None:
    text = "Carl Dupont a dit que tout va bien. Il a ajouté que rien ne presse."
    first, second = proposed(text).values()
    assert [(voice.key, voice.named.words(text)) for voice in first.speakers] == [(None, "Carl Dupont")]
    assert [(voice.key, voice.named.words(text)) for voice in second.speakers] == [(None, "Carl Dupont")]


def test_a_statement_inside_a_quote_is_proposed_too() -> None:
    text = "« Ada Essai a souligné que tout va bien », a déclaré la source."
    found = proposed(text)
    assert keys(found["tout va bien"]) == ["ada"]
    assert keys(found["Ada Essai a souligné que tout va bien"]) == [None]


def test_who_speaks_of_themselves_is_not_another_speaker() -> None:
    text = "Ada Essai a dit : « Nous avons affirmé que tout va bien. »"
    assert list(proposed(text)) == ["Nous avons affirmé que tout va bien."]


def test_attitude_and_the_words_that_tell_its_strength() -> None:
    text = "L’Utopie exprime une profonde inquiétude pour la paix."
    one = proposed(text)["une profonde inquiétude pour la paix"]
    assert (one.act, one.attitude) == ("express", "concern")
    assert one.strength is not None
    assert "profonde inquiétude" in one.strength.words(text)


def test_strength_is_read_off_the_words_of_the_statement_alone() -> None:
    one = proposed("Ada Essai s’inquiète de cet accord récent.")["de cet accord récent"]
    assert (one.attitude, one.strength) == ("concern", None)


def test_headlines_are_told_from_the_text() -> None:
    head = "L’Utopie exprime sa vive inquiétude"
    text = f"{head}\n\nL’Utopie a dit que tout irait bien pour la paix, hier soir, dans une salle pleine de Rien."
    found = proposed(text)
    assert [one.is_headline for one in found.values()] == [True, False]


def test_the_day_is_that_of_the_sentence() -> None:
    one = proposed("Ada Essai a dit samedi que tout va bien.", published=date(2024, 11, 18))["tout va bien"]
    assert one.said is not None
    assert one.said.day == "2024-11-16"


def test_places_are_code_points_beyond_the_bmp_too() -> None:
    text = "🤯 Ada Essai a dit\u00a0:\r\n«\u202f🍏 Tout ira e\u0301galement bien\u202f»."
    assert list(proposed(text)) == ["🍏 Tout ira e\u0301galement bien"]


@pytest.mark.parametrize("text", ["", " ", "\n", "«", "« » “ ”", "selon", "a dit que", "🤯"])
def test_a_text_without_statements_has_no_proposals(text: str) -> None:
    assert proposed(text) == {}


def test_the_same_text_gives_the_same_proposals() -> None:
    text = "Ada Essai a dit que tout va « bien ». Bob Rien a nié tout cela hier."
    assert proposed(text) == proposed(text)


UNITS = [
    "« ", '"a" ', "dit que a ", "selon A, ", "Ab ", "l'", "A, ", "A et ", " ", "\n", "\r\n \r\n", "a-", "a-il",
    '"a" dit\n',
    "X a dit que « a » ", "le ", "M. ", "de ", "«“‹„", "ement ", "a, a dit X ", "a", "affirmant ", "Kim Jong Un ",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_no_text_takes_long(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    assert len(MarksAndVerbs().propose(Document(text), KNOWN)) < MOST + 1000
    assert grows_evenly(proposed, text)


def test_a_long_text_is_read_at_once() -> None:
    one = (
        "Ada Essai a dit samedi que tout va « très bien » à Rien. « Rien ne presse vraiment », a ajouté Bob Rien hier. "
    )
    text = one * 2_500  # 50,000 words
    assert len(text.split()) > 50_000
    assert grows_evenly(proposed, text)


def test_a_headline_printed_twice_is_put_forward_once() -> None:
    headline = "Ada Essai dit que tout ira bien"
    text = f"{headline}\n\n{headline}\n\nAda Essai a dit que tout ira bien. Il y avait beaucoup de monde dans la salle."
    found = MarksAndVerbs().propose(Document(text, headline), KNOWN)
    assert [one.is_headline for one in found if one.span.words(text) == "tout ira bien"] == [True, False]
