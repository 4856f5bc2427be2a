"""The addresses of the desk, inside the admin's; none of them is part of the API."""

from django.urls import URLPattern, path

from claims.desk import json_views, page
from claims.desk.finding import views as find_views
from claims.desk.intake import views as intake_views
from claims.desk.queues import views as queue_views

app_name = "desk"

urlpatterns: list[URLPattern] = [
    path("", queue_views.queues_view, name="queues"),
    path("next/", queue_views.next_view, name="next"),
    path("sources/<uuid:source>/work/", queue_views.assign_view, name="assign"),
    path("sources/new/", intake_views.bring_in_view, name="bring-in"),
    path("sources/new/<uuid:intake>/", intake_views.preview_view, name="preview"),
    path("statements/<uuid:statement>/", queue_views.statement_view, name="statement"),
    path("measures/", queue_views.measures_view, name="measures"),
    path("sources/<uuid:source>/", page.page_view, name="page"),
    path("sources/<uuid:source>/state/", json_views.StateView.as_view(), name="state"),
    path("sources/<uuid:source>/decisions/", json_views.DecisionsView.as_view(), name="decisions"),
    path("sources/<uuid:source>/lease/", json_views.LeaseView.as_view(), name="lease"),
    path("find/speakers/", find_views.SpeakersView.as_view(), name="find-speakers"),
    path("find/topics/", find_views.TopicsView.as_view(), name="find-topics"),
    path("find/events/", find_views.EventsView.as_view(), name="find-events"),
    path("find/roles/", find_views.RolesView.as_view(), name="find-roles"),
    path("find/statements/", find_views.StatementsView.as_view(), name="find-statements"),
]
