"""Every address of the site."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from config import health, site

to_docs = RedirectView.as_view(pattern_name="docs")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", site.index, name="index"),
    path("api/v1/", include("claims.facets.urls")),
    path("api/v1/", include("claims.corroboration.urls")),
    path("api/v1/", include("claims.exchange.urls")),
    path("api/v1/", include("claims.history.urls")),
    path("api/v1/", include("claims.quotes.urls")),
    path("api/v1/", include("claims.urls")),
    path("api/v1/", include("sources.urls")),
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
