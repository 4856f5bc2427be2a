"""The addresses of the plain variant."""

from rest_framework.routers import SimpleRouter

from tests.bench.plain.views import StatementViewSet

router = SimpleRouter()
router.register("statements", StatementViewSet, basename="plain-statement")
urlpatterns = router.urls
