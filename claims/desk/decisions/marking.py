"""Marking: words that nobody put forward become a candidate by a curator's hand."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from claims.desk.decisions import base
from claims.desk.decisions.accepting import reopen
from claims.desk.decisions.base import Asked, Desk, Done
from claims.desk.decisions.choosing import keep, with_choices, with_day
from claims.desk.forms import Form, Key, read_form
from claims.desk.items import ADD, Found
from claims.desk.writing import guess_inside
from claims.models import Appearance
from claims.proposals.models import BY_HAND, Candidate, CandidateState
from claims.services.recording import read_intensity
from claims.text.spans import Span, SpanError, quotation_type
from config.writing.serializers import Number, WriteSerializer
from sources.messages import translated


class MarkBody(WriteSerializer):
    """The words, the id that the candidate gets, and what is said of it at once."""

    id = Key()
    start = Number(min_value=0)
    end = Number(min_value=1)


def mark(desk: Desk, asked: Asked) -> Done:
    """Put words forward; where they are one that is open or decided already, that takes what is said of them."""
    base.check_given(asked, "id", "start", "end", "form")
    given = MarkBody.validated({name: value for name, value in asked.given.items() if name != "form"})
    base.check_may(desk, ADD)
    text = desk.revision.text
    form = read_form(asked.given.get("form", {}), text)
    key, span = UUID(given["id"]), _span(given, text)
    if asked.about != key:
        raise base.wrong("/id", _("It must be the id that the decision is about."))
    there = _there(desk, span)
    if there is not None:
        return _of_known(desk, there, form, key)
    # an appearance that no candidate stands for is an item by its own id
    if Candidate.objects.filter(pk=key).exists() or Appearance.objects.filter(pk=key).exists():
        raise base.wrong("/id", _("This id is taken: take a new one for each."))
    guess = _guess(desk, form, span)
    candidate = Candidate.objects.create(
        id=key,
        source_text=desk.revision,
        start=span.start,
        end=span.end,
        engine=BY_HAND,
        score=1,
        guess=guess,
        choices=with_choices({}, with_day(desk, form, {})),
    )
    return Done([key], undo={"candidate": str(key), "choices": candidate.choices, "before": None})


def undo(desk: Desk, kept: dict[str, Any]) -> Done:
    """Take a mark away, or put the candidate that it opened back to where it was."""
    candidate = desk.items.candidate(UUID(kept["candidate"]))
    is_so = candidate and candidate.state == CandidateState.OPEN and candidate.choices == kept["choices"]
    if candidate is None or not is_so or candidate.statement_id is not None:
        raise base.step_refused(_("It was changed since: it cannot be taken back by itself."))
    before = kept["before"]
    if before is None:
        candidate.delete()
        return Done(removed=[UUID(kept["candidate"])])
    candidate.choices, candidate.state = before["choices"], before["state"]
    covered_by = before["covered_by"]
    candidate.covered_by = Candidate.objects.filter(pk=covered_by).first() if covered_by else None
    keep(candidate)
    return Done([candidate.pk])


def _span(given: dict[str, Any], text: str) -> Span:
    try:
        return Span(given["start"], given["end"]).trimmed(text)
    except SpanError as error:
        raise base.wrong("/start", translated(error)) from error


def _there(desk: Desk, span: Span) -> Found | None:
    """The item of exactly these words, if there is one."""
    for one in desk.items.all():
        row = one.candidate
        if one.hull == span or (row is not None and (row.start, row.end) == (span.start, span.end)):
            return one
    return None


def _of_known(desk: Desk, there: Found, form: Form, key: UUID) -> Done:
    found = desk.items.get(there.id)
    candidate = found.candidate
    if not found.is_seen:
        raise base.twin(None)
    if found.statement is not None or candidate is None:
        raise base.twin(desk.items.document(found.id))
    before = {
        "choices": candidate.choices,
        "state": str(found.state),
        "covered_by": str(candidate.covered_by_id) if candidate.covered_by_id else None,
    }
    candidate.choices = with_choices(candidate.choices, with_day(desk, form, candidate.choices))
    reopen(candidate)
    undo = {"candidate": str(candidate.pk), "choices": candidate.choices, "before": before}
    removed = [key] if key != candidate.pk else []
    return Done([candidate.pk], removed=removed, undo=undo, message=_("These words were marked already."))


def _guess(desk: Desk, form: Form, span: Span) -> Form:
    """What the words themselves tell, and no more."""
    text, source = desk.revision.text, desk.revision.source
    spans = [Span(*one) for one in form.get("segments") or [[span.start, span.end]]]
    inside = guess_inside(spans, cue=form.get("cue"), revision=desk.revision, access=desk.access)
    words = " ".join(one.words(text) for one in spans)
    reading = read_intensity(words=words, language=source.language)
    return {
        # marks around a report inside a quote are those of the quote
        "quotation_type": "indirect" if inside and not inside.is_quoted else quotation_type(text, spans),
        **({"inside": str(inside.statement)} if inside else {}),
        **({"intensity": reading.intensity, "intensity_phrase": reading.phrase} if reading else {}),
    }
