"""The five articles beside the project: what is found in them, and that they are kept exactly."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from sources.models import Source, SourceText
from sources.text.metadata import find
from tests.seeds import ARTICLES, read, require_articles

pytestmark = pytest.mark.shared

# Where an article prints no title of its own, it gets its first sentence, cut: how much of the text that is.
FIRST_SENTENCE = {"001": 144, "002": 143, "003": 142}


@pytest.fixture
def articles() -> list[Path]:
    require_articles()
    return sorted(ARTICLES.glob("*.txt"))


def test_what_is_found(articles: list[Path]) -> None:
    expected = read("seed_sources.json")
    assert len(articles) == 5
    for article in articles:
        text = article.read_bytes().decode()
        found, known = find(text), expected[article.stem]
        assert found.language == known["language"]
        assert found.agency == known["agency"]
        assert found.published_at == known["published_at"]
        if known["title"]:
            assert found.title == text[slice(*known["title"])]
        else:
            assert found.title.removesuffix("…") in text
            assert len(found.title.removesuffix("…")) == FIRST_SENTENCE[article.stem[:3]]


def test_byline_and_translator(articles: list[Path]) -> None:
    people = {article.stem[:3]: find(article.read_bytes().decode()) for article in articles}
    assert [len(people[key].authors) for key in sorted(people)] == [0, 0, 0, 0, 2]
    assert [bool(people[key].translator) for key in sorted(people)] == [False, False, False, False, True]


@pytest.mark.django_db
def test_the_folder_is_imported_byte_for_byte(articles: list[Path], capsys: Any) -> None:
    call_command("import_source", str(ARTICLES))
    assert SourceText.objects.count() == Source.objects.count() == 5
    kept = {bytes(row.raw): row.text for row in SourceText.objects.all()}
    for article in articles:
        raw = article.read_bytes()
        assert kept[raw] == raw.decode()
    assert Source.objects.get(agency__name="Reuters").published_at == "2023-11-09"
    capsys.readouterr()
    call_command("import_source", str(ARTICLES))
    assert SourceText.objects.count() == 5
    assert capsys.readouterr().out.count("duplicate of") == 5
