"""What the page of the desk asks for and sends: JSON in, JSON or problem documents (RFC 9457) out, by the session."""

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims.desk import deciding, leases, state
from config.access.permissions import Access, access_of
from config.http import problems
from config.http.bodies import StrictJSONParser
from config.writing.idempotency import REPLAYED
from config.writing.serializers import Choice, Number, WriteSerializer

WORK = ("claims.add_statement", "claims.publish_statement")


class DeskAuthentication(SessionAuthentication):
    """The session of the admin; a request that changes something must come from one of its pages (CSRF)."""

    def enforce_csrf(self, request: Any) -> None:
        """Raise ProblemError (403 token), with a sentence for the person, where the token is missing or another."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied:
            sentence = _("This page is out of date: load it again, then go on.")
            raise problems.ProblemError(problems.FORBIDDEN, sentence, members={"kind": "token"}) from None

    def authenticate_header(self, request: Any) -> str:
        """Return the challenge of a 401, one that no browser asks a password for."""
        return "Session"


class WorksHere(BasePermission):
    """Whoever attributes or reviews, in the admin."""

    message = gettext_lazy("Your role does not allow this: who works at the desk attributes or reviews.")

    def has_permission(self, request: Request, view: Any) -> bool:
        access = access_of(request)
        return bool(access.user and access.user.is_staff and any(access.may(one) for one in WORK))


class DeskView(APIView):
    """A view of the desk that answers JSON: 401 without a session, 403 without the right or the CSRF token.

    A 403 has a `kind` where it is no matter of the one item: "token", or "role".
    """

    schema = None
    authentication_classes = [DeskAuthentication]
    permission_classes = [WorksHere]
    parser_classes = [StrictJSONParser]
    renderer_classes = [JSONRenderer]

    def permission_denied(self, request: Any, message: Any = None, code: Any = None) -> Any:
        """Say what to do to whoever is not signed in."""
        if request.authenticators and not request.successful_authenticator:
            raise NotAuthenticated(_("You are signed out: sign in again, then go on."))
        raise problems.ProblemError(problems.FORBIDDEN, str(message or ""), members={"kind": "role"})

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers["Cache-Control"] = "no-store"
        if answer.status_code == PermissionDenied.status_code:
            del answer["WWW-Authenticate"]  # tokens are asked for elsewhere
        return answer

    @property
    def access(self) -> Access:
        """What the person may do."""
        return access_of(self.request)


class StateView(DeskView):
    """Everything that the page shows of a source; `?revision=` is the number of an older text, which is read only."""

    def get(self, request: Request, source: UUID) -> Response:
        """Answer the state; 404 where the source has no such text."""
        revision = state.revision_of(source, _number(request.query_params.get("revision")))
        if revision is None:
            raise problems.ProblemError(problems.NOT_FOUND, _("This source has no such text."))
        return Response(state.state_of(revision, self.access))


class DecisionsView(DeskView):
    """Takes one decision, once."""

    def post(self, request: Request, source: UUID) -> Response:
        """Answer what the decision changed; the same again where it was sent before (`Idempotency-Replayed: true`)."""
        answer, is_repeated = deciding.decide(deciding.read(source, request.data, self.access), self.access)
        told = answer.pop("told")
        if told:  # of a repeated one too: what came with the first answer did not arrive either
            way_back = format_html('<a href="{}">{}</a>', told["back"], _("Back to it"))
            messages.success(request, format_html("{} {}", told["sentence"], way_back))
        return Response(answer, headers={REPLAYED: "true"} if is_repeated else None)


class LeaseView(DeskView):
    """Who has the source open."""

    def post(self, request: Request, source: UUID) -> Response:
        """Hold the source, take it over or release it; answer who has it then, and which text is the latest."""
        given = LeaseBody.validated(request.data)
        if given["as"] is not None:
            deciding.check_person(given["as"], self.access)
        latest = deciding.latest_number(source)
        if latest is None:
            raise problems.ProblemError(
                problems.NOT_FOUND,
                _("This source is not there any more: it was removed."),
                members={"kind": "source"},
            )
        acts = {"hold": leases.hold, "take": leases.take, "release": leases.release}
        return Response({**acts[given["do"]](source, self.access.user, timezone.now()), "latest_number": latest})


class LeaseBody(WriteSerializer):
    """What to do with the lease, `as` whom; all tabs of one person share it, whichever `tab` asks."""

    do = Choice(choices=[(name, name) for name in ("hold", "take", "release")])
    tab = deciding.Uuid()

    def get_fields(self) -> Any:
        return {**super().get_fields(), "as": Number(min_value=1, allow_null=True, required=False, default=None)}


def _number(given: str | None) -> int | None:
    """The number of a revision; raise ProblemError (404) for what is none."""
    if given is None or given == "":
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,8}", given):
        raise problems.ProblemError(problems.NOT_FOUND, _("This source has no such text."))
    return int(given)
