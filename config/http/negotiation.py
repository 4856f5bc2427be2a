"""Which format an answer has."""

from collections.abc import Iterable
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class Negotiation(DefaultContentNegotiation):
    """REST framework's, which has a short way where there is one format and it is asked for by its plain name."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer and the media type that is answered; NotAcceptable (406) where there is none."""
        accept: str = request.META.get("HTTP_ACCEPT", "*/*")
        only, *others = renderers
        if not others and not format_suffix and ";" not in accept:
            media_type = str(only.media_type)
            if not {"*/*", media_type}.isdisjoint(one.strip() for one in accept.split(",")):
                return only, media_type
        selected: Any = super().select_renderer(request, [only, *others], format_suffix)
        found: tuple[BaseRenderer, str] = selected
        return found
