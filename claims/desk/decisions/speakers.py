"""Speakers made and chosen at the desk: each gets a number in the source's cast."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import serializers

from claims.desk import cast
from claims.desk.decisions.base import Asked, Desk, Done, check_given, check_may, conflict, wrong
from claims.desk.finding import records
from claims.models import Speaker
from claims.models.vocabularies import SpeakerType
from config.writing import serializers as bodies
from config.writing.saving import replace_parts, save_row

ADD = "claims.add_speaker"
SEE = "claims.view_speaker"
MOST_NAMES = 20


class NewSpeakerBody(bodies.WriteSerializer):
    """A speaker as the dialog sends it: as much of the API's `SpeakerBody` as a curator says while reading."""

    id = bodies.Id()
    name = bodies.Text(max_length=200)
    type = bodies.Choice(choices=SpeakerType.choices, required=False, default=SpeakerType.PERSON.value)
    is_named = bodies.Flag(required=False, default=True)
    wikidata = bodies.TextOrNull(max_length=200)
    names = serializers.ListField(
        child=bodies.Text(max_length=200), required=False, default=list, max_length=MOST_NAMES
    )
    anyway = bodies.Flag(required=False, default=False)

    def validate_id(self, key: UUID) -> UUID:
        """Refuse an id that does not grow with time."""
        if key.version != 7:
            raise serializers.ValidationError(_("It must be a UUID of version 7."))
        return key

    def validate_wikidata(self, typed: str) -> str:
        """Return the id that is typed, bare or as an address."""
        number = records.wikidata_id(typed)
        if typed and not number:
            raise serializers.ValidationError(_("A Wikidata id is Q and a number, such as Q42."))
        return number


def make_speaker(desk: Desk, asked: Asked) -> Done:
    """Make a speaker, who gets a number in this source.

    Raise ProblemError (409 same) for a Wikidata id that another speaker has, and for a name that others have, unless
    it is said to be somebody else anyway.
    """
    check_may(desk, ADD)
    values = NewSpeakerBody.validated(dict(asked.given))
    names = [one for one in dict.fromkeys(values["names"]) if one != values["name"]]
    _refuse_same(desk, values, names)
    speaker = save_row(Speaker(), {name: values[name] for name in ("id", "type", "name", "is_named")})
    replace_parts(speaker, "names", [{"name": one} for one in names], known_by=["name", "language"])
    if values["wikidata"]:
        page = {"url": records.wikidata_page(values["wikidata"])}
        replace_parts(speaker, "same_as", [page], known_by=["url"], member="wikidata")
    return _numbered(desk, speaker.pk)


def give_number(desk: Desk, asked: Asked) -> Done:
    """Give a speaker that there is a number in this source; who has one keeps it."""
    check_given(asked, "id")
    try:
        key = bodies.read_id(asked.given.get("id"))
    except serializers.ValidationError:
        raise wrong("/id", _("It must be an id, a UUID.")) from None
    sees_all = desk.access.may(SEE)
    (living,) = Speaker.objects.living([key], only_public=not sees_all)
    speakers: Any = Speaker.objects.live() if sees_all else Speaker.objects.published()
    if not speakers.filter(pk=living).exists():
        raise wrong("/id", _("There is no speaker with this id."))
    return _numbered(desk, living)


def _numbered(desk: Desk, speaker: UUID) -> Done:
    source = desk.revision.source
    if speaker not in records.cast_of(source):  # maybe as one who was merged into them
        cast.number(source, [speaker])
    return Done(cast=[speaker])


def _refuse_same(desk: Desk, values: Mapping[str, Any], names: list[str]) -> None:
    holder = records.at_wikidata(values["wikidata"]) if values["wikidata"] else None
    if holder is not None:
        raise _same(desk, {holder: ""}, _("This speaker of Wikidata is recorded already."))
    if values["anyway"]:
        return
    same = records.same_named([values["name"], *names])
    if same:
        raise _same(desk, same, _("Somebody of this name is recorded already: choose them, or make another."))


def _same(desk: Desk, found: Mapping[UUID, str], sentence: str) -> Exception:
    source = desk.revision.source
    shown = records.shown(found, cast=records.cast_of(source), source=source)
    return conflict("same", sentence, speakers=shown)
