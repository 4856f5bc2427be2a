"""Which lines of a text are its headline."""

from claims.proposals.text.headlines import headlines

TITLE = "Ada Essai dit oui"
BODY = "Ada Essai a dit oui hier, dans une salle pleine. Personne ne s’y attendait vraiment."


def heads(text: str, title: str = "") -> list[str]:
    return [text[one.start : one.end] for one in headlines(text, title)]


def test_a_first_line_that_ends_like_no_sentence_is_one_and_so_is_its_repetition() -> None:
    assert heads(f"{TITLE}\r\n\r\n{TITLE}\r\n\r\n{BODY}") == [TITLE, TITLE]


def test_the_title_of_the_document_is_found_wherever_it_stands_in_any_spelling() -> None:
    assert heads(f"{BODY}\n{TITLE.upper()} !\n{BODY}", TITLE) == [f"{TITLE.upper()} !"]


def test_a_text_that_begins_with_a_sentence_has_none() -> None:
    assert heads(f"{BODY}\n{BODY}") == []
    assert heads("Une seule ligne sans point") == []
    assert heads("") == []


def test_a_sentence_of_which_a_title_was_made_is_none() -> None:
    first = "Ada Essai a dit oui hier, dans une salle pleine."
    assert heads(f"{first}\n\n{BODY}", first.rstrip(".")) == []
