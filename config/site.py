"""Pages for people: where they are, what the errors mean, how the API is asked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from config.http import problems
from config.http.parameters import check_parameters

FIRST_CALL = "/api/v1/statements/?attitude=concern&limit=3"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Tell a person where they are, in their language."""
    return render(request, "config/index.html", {"first_call": request.build_absolute_uri(FIRST_CALL)})


@require_safe
def problem_list(request: HttpRequest) -> HttpResponse:
    """Explain each kind of error; the addresses in `type` lead here."""
    return render(request, "config/problems.html", {"problems": problems.ALL})


class SchemaView(SpectacularAPIView):
    """The OpenAPI document: YAML, or JSON by `Accept: application/json` or `?format=json`."""

    renderer_classes = [OpenApiYamlRenderer, OpenApiJsonRenderer2, OpenApiJsonRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        check_parameters(request, known={"format"})
        if request.query_params.get("format", "yaml") not in {"json", "yaml"}:
            raise problems.parameter_error("format", "It must be yaml or json.")
        answer: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]  # drf-spectacular's is not typed
        return answer

    def get_renderers(self) -> list[BaseRenderer]:
        wanted = self.request.query_params.get("format")
        return [one for one in super().get_renderers() if one.format == wanted] or super().get_renderers()


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI, all of it from this server."""

    url_name = "schema"
    template_name = "config/docs.html"
