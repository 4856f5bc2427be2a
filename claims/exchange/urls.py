"""The address of the export, below /api/v1/."""

from django.urls import path

from claims.exchange.views import StatementExportViewSet

urlpatterns = [
    path(
        "statements/export/",
        StatementExportViewSet.as_view({"get": "export"}, detail=False),
        name="statement-export",
    )
]
