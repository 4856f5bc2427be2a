"""Is the process alive, and can it answer? For load balancers and people who watch."""

from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from config.http.views import PUBLIC

NOT_KEPT = {"Cache-Control": "no-store"}


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the process answers at all."""
    return JsonResponse({"status": "ok"}, headers=NOT_KEPT)


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 if the database does; otherwise the middleware makes it a 503 problem."""
    with connections[PUBLIC].cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"}, headers=NOT_KEPT)
