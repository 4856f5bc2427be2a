"""Addresses below /api/v1/."""

from rest_framework.routers import SimpleRouter

from claims import views

router = SimpleRouter()
router.register("statements", views.StatementViewSet, basename="statement")
router.register("speakers", views.SpeakerViewSet, basename="speaker")
router.register("claims", views.ClaimViewSet, basename="claim")
router.register("topics", views.TopicViewSet, basename="topic")
router.register("events", views.EventViewSet, basename="event")
urlpatterns = router.urls
