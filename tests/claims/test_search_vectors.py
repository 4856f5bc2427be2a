"""The short way to a search vector leads where the long one leads."""

import random

import pytest
from django.db import connection

LETTERS = [chr(code) for code in range(32, 0x180)]
ODD = [*"’‘‛ʼ´`“”„‟«»‹›\u00a0\u202f\u2009–—…―‐‑‒\u00ad\u200bœŒæÆßþłđøıİÅΩﬁ①ǅ\u0301\u0308\u212a\u212b"]
WORDS = ["é", "è", "à", "ç", "mot", "Mots", "états", "C’est", "« oui »", "Été", "cœur", "naïve", "über", "niño", "`"]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en", "tr"])
def test_the_short_way_makes_the_same_vectors(language: str) -> None:
    chance = random.Random(3)  # noqa: S311
    pools = [WORDS, [*WORDS, *LETTERS], [*WORDS, *LETTERS, *ODD]]
    texts = [
        "".join(chance.choice(pool) + chance.choice(["", " "]) for _ in range(chance.randint(1, 30)))
        for pool in pools
        for _ in range(1000)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT text FROM unnest(%s::text[]) AS text,
                LATERAL (SELECT search_configuration(%s) AS words, plain_text(text) AS plain, fold_text(text) AS folded)
            WHERE search_vector(%s, text) <> CASE
                WHEN plain = folded COLLATE "C" THEN to_tsvector(words, plain)
                ELSE vectors_apart(to_tsvector(words, plain), to_tsvector(words, folded)) END
            """,
            [texts, language, language],
        )
        assert cursor.fetchall() == []
