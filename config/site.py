"""Pages for people: where they are, what the errors mean, how the API is asked."""

import hashlib
import threading
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from config.http import problems
from config.http.etags import is_matched
from config.http.parameters import check_parameters
from config.http.views import not_modified

FIRST_CALL = "/api/v1/statements/?attitude=concern&limit=3"
_GENERATING = threading.Lock()
_GENERATED: dict[Any, tuple[bytes, str]] = {}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Tell a person where they are, in their language."""
    return render(request, "config/index.html", {"first_call": request.build_absolute_uri(FIRST_CALL)})


@require_safe
def problem_list(request: HttpRequest) -> HttpResponse:
    """Explain each kind of error; the addresses in `type` lead here."""
    return render(request, "config/problems.html", {"problems": problems.ALL})


class SchemaView(SpectacularAPIView):
    """The OpenAPI document: YAML, or JSON by `Accept: application/json` or `?format=json`.

    It is the same for everybody, so each process generates it once for each format; 304 for who has it already.
    """

    renderer_classes = [OpenApiYamlRenderer, OpenApiJsonRenderer2, OpenApiJsonRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        check_parameters(request, known={"format"})
        if request.query_params.get("format", "yaml") not in {"json", "yaml"}:
            raise problems.parameter_error("format", "It must be yaml or json.")
        renderer = request.accepted_renderer
        body, tag = document_as(type(renderer))
        if is_matched(request.META.get("HTTP_IF_NONE_MATCH"), tag):
            return not_modified(tag)
        name = f"{spectacular_settings.TITLE}.{renderer.format}"
        headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Disposition": f'inline; filename="{name}"'}
        kind = f"{renderer.media_type}; charset={renderer.charset}" if renderer.charset else renderer.media_type
        return HttpResponse(body, content_type=kind, headers=headers)

    def get_renderers(self) -> list[BaseRenderer]:
        wanted = self.request.query_params.get("format")
        return [one for one in super().get_renderers() if one.format == wanted] or super().get_renderers()


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI, all of it from this server."""

    url_name = "schema"
    template_name = "config/docs.html"


def document_as(renderer: type[BaseRenderer]) -> tuple[bytes, str]:
    """Return the OpenAPI document as a renderer writes it, and its entity tag."""
    with _GENERATING:  # it takes a second: of many who ask first, all but one wait
        if renderer not in _GENERATED:
            _GENERATED[renderer] = _generated(renderer)
        return _GENERATED[renderer]


def _generated(renderer: type[BaseRenderer]) -> tuple[bytes, str]:
    # of no request: nothing of the one who happens to ask first may be in it
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # drf-spectacular's is not typed
    body: Any = renderer().render(document)
    return body, f'"{hashlib.sha256(body).hexdigest()[:16]}"'


def forget_documents() -> None:
    """Generate the documents anew when they are next asked for."""
    with _GENERATING:
        _GENERATED.clear()
