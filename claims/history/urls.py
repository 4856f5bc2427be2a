"""Addresses of histories, below /api/v1/."""

from django.urls import re_path

from claims.history import views
from config.http.views import PublicViewSet

_ROW = f"(?P<pk>{PublicViewSet.lookup_value_regex})"

urlpatterns = [
    re_path(f"^{name}/{_ROW}/history/$", viewset.as_view({"get": "retrieve"}, detail=True), name=f"{noun}-history")
    for name, noun, viewset in [
        ("statements", "statement", views.StatementHistoryViewSet),
        ("speakers", "speaker", views.SpeakerHistoryViewSet),
        ("sources", "source", views.SourceHistoryViewSet),
    ]
] + [
    re_path(
        f"^statements/{_ROW}/restore/$",
        views.StatementRestoringViewSet.as_view({"post": "restore"}, detail=True, basename="statement"),
        name="statement-restore",
    )
]
