"""The short way to a format leads where the long one does."""

import pytest
from django.test import RequestFactory
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from config.http.negotiation import Negotiation

ACCEPTED = [
    None,
    "*/*",
    "application/json",
    " application/json ,text/plain",
    "text/html, */*",
    "application/json, text/plain, */*",
    "application/*",
    "application/json; indent=4",
    "application/json;q=0",
    "text/html,application/xhtml+xml,*/*;q=0.8",
    "APPLICATION/JSON",
    "text/html",
    "application/jsonx",
    "nonsense",
    "",
]


@pytest.mark.parametrize("accept", ACCEPTED)
def test_it_chooses_as_rest_framework_does(accept: str | None) -> None:
    request = Request(RequestFactory().get("/", headers={"accept": accept} if accept is not None else {}))
    assert _chosen(Negotiation(), request) == _chosen(DefaultContentNegotiation(), request)


def _chosen(negotiation: BaseContentNegotiation, request: Request) -> str | None:
    try:
        return str(negotiation.select_renderer(request, [JSONRenderer()])[1])
    except NotAcceptable:
        return None
