"""Addresses below /api/v1/."""

from rest_framework.routers import SimpleRouter

from claims import statement_views, views

router = SimpleRouter()
router.register("statements", statement_views.StatementViewSet, basename="statement")
router.register("speakers", views.SpeakerViewSet, basename="speaker")
router.register("roles", views.RoleViewSet, basename="role")
router.register("memberships", views.MembershipViewSet, basename="membership")
router.register("claims", views.ClaimViewSet, basename="claim")
router.register("topics", views.TopicViewSet, basename="topic")
router.register("events", views.EventViewSet, basename="event")
router.register("intensity-phrases", views.IntensityPhraseViewSet, basename="intensity-phrase")
urlpatterns = router.urls
