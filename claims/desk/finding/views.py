"""What the dialogs of the desk ask while somebody types: speakers, topics, events, roles held, statements."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from claims.desk.finding import records
from claims.desk.finding.statements import found_by_words, same_elsewhere, sought
from claims.desk.json_views import DeskView
from config.http import problems, searches
from config.http.filters import UUID_FORM
from config.http.parameters import unknown_parameters
from sources.models import Source

LONGEST_NAME, LONGEST_QUERY = 100, 256


class FindView(DeskView):
    """Answers `{"results": […]}`; `parameters` are those it takes, all of which may be empty or left out."""

    parameters: tuple[str, ...] = ("q",)
    longest = LONGEST_NAME

    def get(self, request: Request) -> Response:
        """Answer what was found; raise ProblemError (400) for a parameter that is unknown, given twice or too long."""
        unknown = sorted(set(request.query_params) - set(self.parameters))
        if unknown:
            raise unknown_parameters(unknown, self.parameters)
        return Response({"results": self.found({name: self._given(name) for name in self.parameters})})

    @abstractmethod
    def found(self, given: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return what is found for the parameters, each without spaces around it."""

    def may_see(self, model: str) -> bool:
        """Whether they see those too of whom nothing is published."""
        return self.access.may(f"claims.view_{model}")

    def _given(self, name: str) -> str:
        values = self.request.query_params.getlist(name)
        if len(values) > 1:
            raise problems.parameter_error(name, _("It may be given once only."))
        value = "".join(values).replace("\0", " ").strip()
        if len(value) > self.longest:
            sentence = _("It is too long: %(most)s characters are the most.") % {"most": self.longest}
            raise problems.parameter_error(name, sentence)
        return value

    def _id(self, name: str, value: str) -> UUID:
        if not UUID_FORM.fullmatch(value):
            raise problems.parameter_error(name, _("It must be an id, a UUID."))
        return UUID(value)

    def _source(self, value: str) -> Source:
        source = Source.objects.filter(pk=self._id("source", value)).first()
        if source is None:
            raise problems.parameter_error("source", _("There is no source with this id."))
        return source


class SpeakersView(FindView):
    """Speakers in any spelling, or by Wikidata id; nothing typed: the source's cast."""

    parameters = ("q", "source")

    def found(self, given: Mapping[str, str]) -> list[dict[str, Any]]:
        source = self._source(given["source"]) if given["source"] else None
        return records.find_speakers(given["q"], source=source, sees_all=self.may_see("speaker"))


class TopicsView(FindView):
    """Topics by label; nothing typed: those used most."""

    def found(self, given: Mapping[str, str]) -> list[dict[str, Any]]:
        return records.find_topics(given["q"], sees_all=self.may_see("topic"))


class EventsView(FindView):
    """Events by name; nothing typed: those used most."""

    def found(self, given: Mapping[str, str]) -> list[dict[str, Any]]:
        return records.find_events(given["q"], sees_all=self.may_see("event"))


class RolesView(FindView):
    """The roles that a speaker held."""

    parameters = ("speaker",)

    def found(self, given: Mapping[str, str]) -> list[dict[str, Any]]:
        return records.find_roles(self._id("speaker", given["speaker"]), sees_all=self.may_see("membership"))


class StatementsView(FindView):
    """Statements by words typed; nothing typed: those elsewhere that may be the same as an item of the source."""

    parameters = ("source", "item", "q")
    longest = LONGEST_QUERY

    def found(self, given: Mapping[str, str]) -> list[dict[str, Any]]:
        q, item = given["q"], given["item"]
        wanted = sought(self._source(given["source"]), self._id("item", item), self.access) if item else None
        if item and wanted is None:
            raise Http404
        if not q:
            return same_elsewhere(wanted, self.access) if wanted else []
        try:
            return found_by_words(q, self.access, besides=wanted.statement if wanted else None)
        except searches.TooCostlyError as error:
            raise problems.parameter_error("q", str(error)) from None
