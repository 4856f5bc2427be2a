"""Every address of the site."""

from itertools import chain

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

import claims.corroboration.urls
import claims.exchange.urls
import claims.facets.urls
import claims.history.urls
import claims.quotes.urls
import claims.urls
import sources.urls
from config import health, site
from config.http.routing import by_first_part

RESOURCES = (
    claims.facets.urls,
    claims.corroboration.urls,
    claims.exchange.urls,
    claims.history.urls,
    claims.quotes.urls,
    claims.urls,
    sources.urls,
)
to_docs = RedirectView.as_view(pattern_name="docs")

urlpatterns: list[URLPattern | URLResolver] = [
    by_first_part("api/v1/", chain.from_iterable(resources.urlpatterns for resources in RESOURCES)),
    path("", site.index, name="index"),
    path("api/v1/", to_docs),
    path("api/", to_docs),
    path("api/schema/", site.SchemaView.as_view(), name="schema"),
    path("api/docs/", site.DocsView.as_view(), name="docs"),
    path("api/problems/", site.problem_list, name="problems"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("admin/desk/", include("claims.desk.urls")),
    path("admin/", admin.site.urls),
]
