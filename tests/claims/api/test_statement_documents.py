"""Answers made of documents are those that serializers would give: rows, order, pages, counts, headers."""

import io
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.test import Client

from claims.exchange.importing import import_dataset
from claims.exchange.reading import numbered
from claims.models import Speaker, Statement, Topic, Wording
from claims.querysets.documents import page_of_stream
from claims.querysets.postings import Days, stream_of
from claims.querysets.words_asked import LanguagesChangedError
from claims.services.filing import file_postings
from claims.statement_documents import DocumentQueries
from claims.statement_filters import SEARCHED, STOP_WORD_LANGUAGES
from config.http.views import PUBLIC
from sources.models import Source
from tests import factories
from tests.asking import Api
from tests.bench.generated import dataset
from tests.claims.exchange.running import administrator

pytestmark = pytest.mark.django_db

PATH = "/api/v1/statements/"
SEED = 20
SETS = 200
PAGES = 3


@contextmanager
def by_serializers() -> Iterator[None]:
    """Let lists and details be answered as if there were no documents."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DocumentQueries, "reads_documents", False)
        yield


class Asker:
    """Draws questions about a record, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 no secret
        self.words = [
            word for text in Wording.objects.order_by("pk").values_list("text", flat=True) for word in text.split()
        ]
        self.speakers = self.ids(Speaker)
        self.topics = self.ids(Topic)
        self.sources = self.ids(Source)

    def ids(self, model: Any) -> list[str]:
        return [str(key) for key in model.objects.published().order_by("pk").values_list("pk", flat=True)]

    def word(self) -> str:
        return self.chance.choice(self.words).strip('"«»()-') or "a"

    def query(self) -> str:
        forms = ["{0}", "{0}", "{0} {1}", '"{0} {1}"', "{0} or {1}", "{0} -{1}", "-{0}", "{0} {1} {2}"]
        return self.chance.choice(forms).format(self.word(), self.word(), self.word())

    def parameters(self) -> list[tuple[str, str]]:
        """Return the parameters of one list."""
        chance = self.chance
        found = [("q", self.query())] if chance.random() < 0.6 else []
        orders = ["newest", "oldest", "updated", *(["relevance"] if found else [])]
        if found:
            found += [("search_in", one) for one in chance.sample(["words", "speakers", "subjects", "titles"], 1)
                      if chance.random() < 0.3]  # fmt: skip
        for likely, name, values in [
            (0.3, "speaker", self.speakers),
            (0.1, "speaker", self.speakers),
            (0.2, "topic", self.topics),
            (0.1, "topic", self.topics),
            (0.1, "source", self.sources),
            (0.1, "not_speaker", self.speakers),
            (0.1, "parts", ["true"]),
            (0.1, "narrower", ["false"]),
            (0.3, "said_after", ["2020", "2023-09", "2025"]),
            (0.2, "said_before", ["2023", "2024-12", "2025-02-20"]),
            (0.1, "said_at", ["2023", "2023-09"]),
            (0.1, "dates", ["possibly", "certainly"]),
            (0.15, "undated", ["include", "only", "exclude"]),
            (0.1, "act", ["deny", "assert"]),
            (0.1, "certainty", ["certain"]),
            (0.1, "attribution_kind", ["addressee"]),
            (0.5, "order", orders),
            (0.2, "count", ["true"]),
        ]:
            if chance.random() < likely:
                found.append((name, chance.choice(values)))
        return [*found, ("limit", chance.choice(["1", "3", "7", "50", "100"]))]


@pytest.fixture
def record() -> None:
    import_dataset(
        numbered(io.BytesIO(dataset(160))),
        name="file",
        publish_by=administrator(),
        refuse=lambda *refused: pytest.fail(str(refused)),
    )


def test_lists_are_those_of_serializers_page_after_page_both_ways(record: None) -> None:
    asker = Asker(SEED)
    client = Client(headers={"host": "localhost"})
    filled = narrowed = 0
    for number in range(SETS):
        if number == SETS // 2:
            # the other half of what is asked is found in a run
            assert file_postings(most_lately=-1)
        path = f"{PATH}?{urlencode(asker.parameters())}"
        for _page in range(PAGES):
            answer = client.get(path)
            with by_serializers():
                expected = client.get(path)
            assert answer.status_code == expected.status_code, path
            body = answer.json()
            assert json.dumps(body) == json.dumps(expected.json()), path
            kept = {name: value for name, value in answer.headers.items() if name != "ETag"}
            assert kept == {name: value for name, value in expected.headers.items() if name != "ETag"}, path
            if answer.status_code != 200:
                break
            filled += bool(body["results"])
            narrowed += 0 < len(body["results"]) < 20
            again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
            assert (again.status_code, again.content) == (304, b""), path
            assert again.headers["ETag"] == answer.headers["ETag"]
            path = body["next"] if asker.chance.random() < 0.7 else body["previous"]
            if not path:
                break
    # what is compared is not nothing
    assert filled > SETS // 3
    assert narrowed > SETS // 6


def test_details_are_those_of_serializers(record: None) -> None:
    client = Client(headers={"host": "localhost"})
    for key in Statement.objects.published().values_list("pk", flat=True)[:40]:
        path = f"{PATH}{key}/"
        answer = client.get(path)
        with by_serializers():
            expected = client.get(path)
        assert json.dumps(answer.json()) == json.dumps(expected.json())
        assert {name for name in answer.headers if name != "ETag"} == {
            name for name in expected.headers if name != "ETag"
        }
        assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.fixture
def pair() -> list[str]:
    """The ids of two statements in French, the newest first."""
    made = [
        factories.published(said_at=day, wordings=[{"language": "fr", "text": f"{word} préoccupant", "translator": ""}])
        for day, word in [("2024", "phare"), ("2023", "quai")]
    ]
    return [str(one.pk) for one in made]


def test_where_there_is_nothing_it_answers_an_empty_page(api: Api) -> None:
    empty: dict[str, Any] = {"results": [], "next": None, "previous": None}
    asking: list[dict[str, Any]] = [{}, {"q": "phare"}, {"q": "-phare"}, {"speaker": str(factories.speaker().pk)}]
    for asked in asking:
        assert api.get(PATH, **asked) == empty, asked
        assert api.get(PATH, **asked, count="true")["results"] == [], asked


@pytest.mark.parametrize("is_filed", [False, True])
def test_what_may_be_said_on_other_days_does_not_hide_what_another_term_leads_to(api: Api, is_filed: bool) -> None:
    french = [("fr", "2024-05-30"), ("fr", "2024-05"), ("fr", "2024-05"), ("fr", "2024-04-05")]
    made = [
        str(factories.published(said_at=day, wordings=[{"language": tongue, "text": "phare", "translator": ""}]).pk)
        for tongue, day in [*french, ("en", "2024-03-05"), ("en", "2024-02-05")]
    ]
    if is_filed:
        assert file_postings(most_lately=-1)
    # days of May may be later than the twentieth: what comes next is looked for again, in either language
    assert api.ids(PATH, q="phare", said_before="2024-05-20", limit=1) == made[3:4]
    assert api.ids(PATH, q="phare", said_before="2024-05-20", limit=9) == made[3:]
    assert api.ids(PATH, q="phare", said_before="2024-06-20", limit=1) == made[:1]


def test_words_that_nobody_said_lead_to_nothing(api: Api, pair: list[str]) -> None:
    for typed in ("quenouille", "phare quenouille", '"quai phare"', "懸念", "phare quai"):
        assert api.ids(PATH, q=typed) == [], typed


def test_words_of_a_language_that_there_are_none_of_lead_to_nothing(api: Api, pair: list[str]) -> None:
    # a stop word of French, of which all are, and a word of English
    assert api.ids(PATH, q="dans") == []


def test_a_page_is_read_again_though_somebody_else_met_the_new_language_first(api: Api, pair: list[str]) -> None:
    assert api.ids(PATH, q="phare") == pair[:1]
    stream = stream_of("phare", SEARCHED, [], Days(), using=PUBLIC, stop_word_languages=STOP_WORD_LANGUAGES)
    assert stream is not None
    factories.published(wordings=[{"language": "en", "text": "phare", "translator": ""}])
    assert len(api.ids(PATH, q="phare")) == 2
    with pytest.raises(LanguagesChangedError):
        page_of_stream(stream, None, place=None, limit=9, newest=True, with_bodies=True, using=PUBLIC)


def test_a_forbidden_word_alone_leaves_the_others(api: Api, pair: list[str]) -> None:
    newest, oldest = pair
    assert api.ids(PATH, q="-phare") == [oldest]
    assert api.ids(PATH, q="-quenouille") == [newest, oldest]
    assert api.ids(PATH, q="-quenouille", order="oldest") == [oldest, newest]
    assert api.ids(PATH, q="-phare -quai") == []
    assert api.ids(PATH, q="préoccupant -quai") == [newest]


def test_an_answer_known_already_is_known_until_one_of_its_statements_changes(api: Api, pair: list[str]) -> None:
    tag = api.client.get(PATH).headers["ETag"]
    assert api.client.get(PATH, headers={"If-None-Match": f'"else", W/{tag}'}).status_code == 304
    assert api.client.get(PATH, headers={"If-None-Match": '"else"'}).status_code == 200
    assert api.client.get(f"{PATH}?limit=1", headers={"If-None-Match": tag}).status_code == 200
    Speaker.objects.filter(attributions__statement=UUID(pair[1])).update(country="JP")
    assert api.client.get(PATH, headers={"If-None-Match": tag}).status_code == 200


def test_an_answer_with_a_count_changes_with_it(api: Api, pair: list[str]) -> None:
    path = f"{PATH}?limit=1&count=true&q=préoccupant"
    tag = api.client.get(path).headers["ETag"]
    assert api.client.get(path, headers={"If-None-Match": tag}).status_code == 304
    factories.published(said_at="1999", wordings=[{"language": "fr", "text": "préoccupant", "translator": ""}])
    assert api.client.get(path, headers={"If-None-Match": tag}).status_code == 200
