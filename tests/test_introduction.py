"""The page on which the API's documentation opens: its ten questions are answered by the demo."""

import re

import pytest
from django.test import Client

from claims.exchange.demo import load_demo
from config.api_document import DESCRIPTION
from config.writing.refusals import check_deferred_rules

QUESTIONS = re.findall(r"^\| (.+?\?) \| \[`(.+?)`\]\((.+?)\) \|$", DESCRIPTION, re.MULTILINE)


def test_nine_questions_are_links_and_one_is_a_post() -> None:
    assert len(QUESTIONS) == 9
    assert DESCRIPTION.count("| `POST /api/v1/quotes/check/`") == 1


@pytest.mark.parametrize(("question", "shown", "link"), QUESTIONS)
def test_each_link_asks_what_is_shown_and_is_answered(
    client: Client, db: None, question: str, shown: str, link: str
) -> None:
    load_demo()
    check_deferred_rules()
    assert link == shown.replace('"', "%22").replace(" ", "%20").replace("é", "%C3%A9")
    answer = client.get(link)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body.get("results") or body.get("facets") or body.get("periods")


def test_the_quote_of_the_post_is_in_the_demo(client: Client, db: None) -> None:
    load_demo()
    check_deferred_rules()
    (body,) = re.findall(r"`POST /api/v1/quotes/check/` with `(.+?)`", DESCRIPTION)
    answer = client.post("/api/v1/quotes/check/", body, content_type="application/json")
    assert answer.json()["verdict"] in {"verbatim", "in_part"}
