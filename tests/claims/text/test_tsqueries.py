"""What a query of PostgreSQL needs of a statement, read from the text that PostgreSQL writes of it."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from claims.text.tsqueries import needs_of


def sets_of(query: str) -> list[list[str]]:
    return [sorted(one) for one in needs_of(query).sets]


@pytest.mark.parametrize(
    ("query", "sets", "is_exact"),
    [
        ("'blé'", [["blé"]], True),
        ("'blé' & 'port' & 'blé'", [["blé"], ["port"]], True),
        ("'blé' | 'port' | 'quai'", [["blé", "port", "quai"]], True),
        ("'blé' <-> 'port' <2> 'quai'", [["blé"], ["port"], ["quai"]], False),
        ("'blé' & !'port'", [["blé"]], False),
        ("!'port'", [], False),
        ("!( 'blé' & !'port' )", [], False),
        ("!'blé' | 'port'", [], False),
        ("( 'a' | 'b' ) & ( ( 'c' | 'd' ) | 'e' )", [["a", "b"], ["c", "d", "e"]], True),
        ("'a' & 'b' | 'c'", [["a", "c"]], False),
        ("( 'a' | 'b' & 'c' ) <-> 'd'", [["a", "b"], ["d"]], False),
        ("'blé':ABC & 'port':A", [["blé"], ["port"]], True),
        ("'l''eau' & 'a\\\\b'", [["l'eau"], ["a\\b"]], True),
        ("'a & b | ( c' & '!'", [["a & b | ( c"], ["!"]], True),
        ("''''", [["'"]], True),
    ],
)
def test_it_reads_what_must_be_there(query: str, sets: list[list[str]], is_exact: bool) -> None:
    assert sets_of(query) == sets
    assert needs_of(query).is_exact == is_exact


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "sets"),
    [
        (r"'l''eau' & 'a\\b'", [["l'eau"], ["a\\b"]]),
        ("!(fat & !rat) & cat", [["cat"]]),
        ("fat <-> (rat <3> cat)", [["fat"], ["rat"], ["cat"]]),
        ("(fat:AB | rat:c) & 'it is':D", [["fat", "rat"], ["it is"]]),
        ("((((a))))", [["a"]]),
    ],
)
def test_it_reads_what_postgresql_writes(written: str, sets: list[list[str]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsquery::text", [written])
        (query,) = cursor.fetchone()
    assert sets_of(query) == sets


WORDS = ["blé", "ble", "l’eau", "d'armement", "port", "ports", "a\\b", "L'été", "co-op", "l''a", "3,5", "le", "«quai»"]
_TEXTS = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
_PIECES = st.sampled_from([*WORDS, '"', "or", "-", " -", '"blé port"', '-"port quai"', "(", "&", "'"])
_QUERIES = st.lists(_PIECES, min_size=1, max_size=8).map(" ".join)
_LEXEMES = st.sampled_from(["'a'", "'b'", "'c':A", "'it''s'", "'d':BC"])
_TREES = st.recursive(
    _LEXEMES,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["&", "|", "<->", "<2>"]), inner).map(lambda three: f"({' '.join(three)})")
        | inner.map(lambda one: f"!({one})")
    ),
    max_leaves=8,
)
_VECTORS = st.lists(st.sampled_from(["a:1", "b:2", "'c':3A", "'it''s':3", "d:4B", "a:5"]), max_size=6).map(" ".join)


class NeedsOfQueries(TestCase):
    """Whoever matches has what is needed, as PostgreSQL itself says."""

    def holds(self, query: str | None, is_matched: bool, lexemes: list[str], *, is_weighed: bool = False) -> None:
        if not query:
            return
        needs = needs_of(query)
        has_all = all(one & set(lexemes) for one in needs.sets)
        assert has_all or not is_matched, (query, lexemes)
        assert is_matched or is_weighed or not (needs.is_exact and has_all), (query, lexemes)

    @settings(max_examples=300, deadline=None, derandomize=True)
    @given(_QUERIES, _TEXTS, st.sampled_from(["fr", "en", "ja"]))
    def test_of_what_people_type(self, typed: str, text: str, language: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT query::text, vector @@ query, tsvector_to_array(vector)"
                " FROM search_query(%s, %s) AS query, search_vector(%s, %s) AS vector",
                [language, typed, language, text],
            )
            self.holds(*cursor.fetchone())

    @settings(max_examples=300, deadline=None, derandomize=True)
    @given(_TREES, _VECTORS)
    def test_of_any_query(self, written: str, vector: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT query::text, vector @@ query, tsvector_to_array(vector)"
                " FROM cast(%s AS tsquery) AS query, cast(%s AS tsvector) AS vector",
                [written, vector],
            )
            self.holds(*cursor.fetchone(), is_weighed=True)
