"""Addresses of what is counted, below /api/v1/."""

from django.urls import path

from claims.facets.views import FacetsViewSet, TimelineViewSet

urlpatterns = [
    path("statements/facets/", FacetsViewSet.as_view({"get": "facets"}, detail=False), name="statement-facets"),
    path("statements/timeline/", TimelineViewSet.as_view({"get": "timeline"}, detail=False), name="statement-timeline"),
]
