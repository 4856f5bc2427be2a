"""What templates around the desk ask for: names of people, and what waits for who reads the page."""

from typing import Any

from django import template
from django.contrib.auth.models import User
from django.template.context import RequestContext

from claims.desk.queues import queued, waiting
from claims.desk.queues.places import desk_address
from claims.desk.queues.sections import number, person_name, sections_of
from claims.desk.queues.waiting import ASSIGNED, Waits
from claims.models import Statement
from config.access.permissions import access_of

register = template.Library()


@register.filter
def person(user: User | None) -> str:
    """Return what somebody is called; nothing for nobody."""
    return person_name(user) if user else ""


@register.filter
def at_desk(statement: Statement, mode: str = "") -> str:
    """Return where a statement is worked on; in the mode that its state asks for, or in another."""
    return desk_address(statement, mode)


@register.inclusion_tag("desk/_queue_waiting.html", takes_context=True)
def what_waits(context: RequestContext) -> dict[str, Any]:
    """Show what waits for the person, with the way to it; nothing for who does not work at the desk."""
    access = access_of(context["request"])
    if not waiting.may_work(access):
        return {"sections": []}
    waits = Waits(access)
    return {
        "sections": sections_of(waits),
        "assigned": number(waits.counts.get(ASSIGNED, 0)),
        "may_attribute": queued.may_attribute(access),
        "may_review": queued.may_review(access),
        "may_bring_in": access.may("sources.add_source"),
        "csrf_token": context.get("csrf_token"),
    }
