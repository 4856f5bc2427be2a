"""The quote check: what is on record of words that somebody quotes."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from claims.quotes.bodies import QuoteBody
from claims.quotes.checking import NoWordsError, check_quote, public_speaker
from claims.quotes.openapi import NO_SPEAKER, quote_api
from claims.quotes.serializers import QuoteCheckSerializer
from config.http import problems
from config.http.bodies import StrictJSONParser
from config.http.parameters import check_parameters


class QuoteCheckViewSet(GenericViewSet[Any]):
    """Everybody is answered of what is published alone. POST, so that the words asked for are in no log."""

    http_method_names = ["post", "options"]
    parser_classes = [StrictJSONParser]
    serializer_class: type[BaseSerializer[Any]] = QuoteCheckSerializer
    filter_backends = []
    pagination_class = None

    @quote_api
    def check(self, request: Request) -> Response:
        """Answer the verdict with what it rests on; no cache keeps it."""
        check_parameters(request, known=())
        values = QuoteBody.validated(request.data)
        speaker = None
        if values["speaker"] is not None:
            speaker = public_speaker(values["speaker"])
            if speaker is None:
                raise problems.body_error("/speaker", NO_SPEAKER.format(values["speaker"]))
        try:
            checked = check_quote(words=values["words"], speaker=speaker, language=values["language"] or None)
        except NoWordsError as error:
            raise problems.body_error("/words", str(error)) from error
        return Response(self.get_serializer(checked).data, headers={"Cache-Control": "no-store"})

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Answer which methods there are, in the header `Allow`."""
        return Response(status=204)
