"""Addresses are found by their first part, each as before, and none that begins with no name."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, include, path, re_path, resolve

from config.http.routing import by_first_part


def _view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


PATTERNS = [
    path("ships/", _view, name="ships"),
    re_path(r"^ships/(?P<pk>[0-9]+)/$", _view, name="ship"),
    re_path(r"^ships/(?P<pk>[0-9]+)/crew/$", _view, name="crew"),
    path("ships-lost/", _view, name="lost"),
]


@pytest.mark.parametrize("asked", ["ships/", "ships/12/", "ships/12/crew/", "ships-lost/"])
def test_it_finds_what_an_include_finds(asked: str) -> None:
    plain = path("sea/", include(PATTERNS)).resolve(f"sea/{asked}")
    found = by_first_part("sea/", PATTERNS).resolve(f"sea/{asked}")
    assert plain is not None
    assert (found.url_name, found.route, found.args, found.kwargs) == (
        plain.url_name,
        plain.route,
        plain.args,
        plain.kwargs,
    )


@pytest.mark.parametrize("asked", ["sea/", "sea/boats/", "sea/ships", "sea/ships/x/", "land/ships/", "sea//ships/"])
def test_it_finds_nothing_else(asked: str) -> None:
    with pytest.raises(Resolver404):
        by_first_part("sea/", PATTERNS).resolve(asked)


def test_an_address_begins_with_a_name() -> None:
    with pytest.raises(ImproperlyConfigured):
        by_first_part("sea/", [path("<int:pk>/", _view)]).resolve("sea/1/")


def test_the_site_finds_resources_and_what_lies_below_them() -> None:
    assert resolve("/api/v1/statements/").url_name == "statement-list"
    assert resolve("/api/v1/statements/facets/").url_name != "statement-detail"
