"""Addresses of corroboration, below /api/v1/."""

from typing import Any

from django.urls import re_path

from claims.corroboration import views
from config.http.views import PublicViewSet
from config.writing.viewsets import ReadViewSet

_ROW = f"(?P<pk>{PublicViewSet.lookup_value_regex})"

_VIEWSETS: list[tuple[str, type[ReadViewSet[Any]]]] = [
    ("statement", views.StatementCorroborationViewSet),
    ("claim", views.ClaimCorroborationViewSet),
]

urlpatterns = [
    re_path(
        f"^{noun}s/{_ROW}/corroboration/$",
        viewset.as_view({"get": "retrieve"}, detail=True),
        name=f"{noun}-corroboration",
    )
    for noun, viewset in _VIEWSETS
]
