"""Addresses below /api/v1/."""

from rest_framework.routers import SimpleRouter

from sources import views

router = SimpleRouter()
router.register("sources", views.SourceViewSet, basename="source")
router.register("publishers", views.PublisherViewSet, basename="publisher")
urlpatterns = router.urls
