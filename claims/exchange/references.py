"""What a reference of a line means: an id, a key of the same file, an address, a hash or a name. Never a guess."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.exchange.many import rows_of_any
from claims.models import (
    Claim,
    Event,
    IntensityPhrase,
    Membership,
    Relation,
    Review,
    Role,
    Speaker,
    SpeakerSameAs,
    Statement,
    Topic,
    TopicSameAs,
)
from sources.models import Publisher, PublisherSameAs, Source, SourceText
from sources.text import urls

MODELS: dict[str, type[Model]] = {
    "publisher": Publisher,
    "source": Source,
    "source_text": SourceText,
    "speaker": Speaker,
    "role": Role,
    "membership": Membership,
    "event": Event,
    "topic": Topic,
    "claim": Claim,
    "review": Review,
    "intensity_phrase": IntensityPhrase,
    "statement": Statement,
    "relation": Relation,
}
#: kinds of which one row may have been merged into another
MERGED: dict[str, type[Speaker] | type[Topic]] = {"speaker": Speaker, "topic": Topic}
CANDIDATES = 10
KEY = "#"
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_SHA256 = re.compile(r"sha256:[0-9a-f]{64}")
_WIKIDATA = re.compile(r"Q[1-9][0-9]*")
_WIKIDATA_PAGE = re.compile(r"https?://(?:www\.)?wikidata\.org/(?:entity|wiki)/(Q[1-9][0-9]*)/?")
_WIKIDATA_PAGES = tuple(
    f"{scheme}://{host}/{path}/"
    for scheme in ("https", "http")
    for host in ("www.wikidata.org", "wikidata.org")
    for path in ("entity", "wiki")
)

# Each takes the typed names and returns (name as typed, id).
_BY_NAME = {
    "publisher": """
        SELECT typed, row.id FROM unnest(%s::text[]) AS typed
        JOIN sources_publisher AS row ON row.sort_name = fold_text(typed)
    """,
    "speaker": """
        SELECT typed, row.id FROM unnest(%s::text[]) AS typed
        JOIN claims_speaker AS row ON row.sort_name = fold_text(typed) AND row.merged_into_id IS NULL
        UNION
        SELECT typed, row.id FROM unnest(%s::text[]) AS typed
        JOIN claims_speakername AS other
            ON other.name_search @@ name_query(typed) AND fold_text(other.name) = fold_text(typed)
        JOIN claims_speaker AS row ON row.id = other.speaker_id AND row.merged_into_id IS NULL
    """,
    "event": """
        SELECT typed, row.id FROM unnest(%s::text[]) AS typed
        JOIN claims_event AS row ON row.name_search @@ name_query(typed) AND fold_text(row.name) = fold_text(typed)
        UNION  -- names without a letter have no words to be found by
        SELECT typed, row.id FROM unnest(%s::text[]) AS typed JOIN claims_event AS row ON row.name = typed
    """,
    **{
        record: f"""
        SELECT DISTINCT typed, row.id FROM unnest(%s::text[]) AS typed
        JOIN {table} AS row ON row.name_search @@ name_query(typed)
        JOIN LATERAL jsonb_each_text(row.{column}) AS label ON fold_text(label.value) = fold_text(typed)
        WHERE {condition}
        """  # noqa: S608 only names of ours are put in
        for record, table, column, condition in [
            ("role", "claims_role", "labels", "true"),
            ("topic", "claims_topic", "labels", "row.merged_into_id IS NULL"),
            ("claim", "claims_claim", "text", "true"),
        ]
    },
}

_FORMS = {
    "publisher": gettext_lazy("an id, a #key of an earlier line, an address or a name"),
    "source": gettext_lazy("an id, a #key of an earlier line, an address or sha256:… of its words"),
    "speaker": gettext_lazy("an id, a #key of an earlier line, an address, a Wikidata id (Q…) or a name"),
    "topic": gettext_lazy("an id, a #key of an earlier line, an address, a Wikidata id (Q…) or a label"),
    "role": gettext_lazy("an id, a #key of an earlier line or a label"),
    "event": gettext_lazy("an id, a #key of an earlier line or a name"),
    "claim": gettext_lazy("an id, a #key of an earlier line or its text"),
}


class ReferenceProblemError(Exception):
    """A reference means nothing, or several things; the message says which and what would be right."""


class References:
    """What the references of one import mean: what is found in the record, and what its own lines became."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, Set[UUID]]] = {record: {} for record in MODELS}
        #: (record, reference) -> id as a text, for what was resolved since last forgotten
        self._resolved: dict[tuple[str, str], str] = {}
        #: key of the file -> (record, id), or None where its line was refused
        self._keys: dict[str, tuple[str, UUID | None, int]] = {}
        self._refused: dict[UUID, int] = {}
        #: what was merged, and into what: that is to be named in its stead
        self._merged: dict[UUID, UUID] = {}
        #: ids of the file that are other ids here
        self._aliases: dict[UUID, UUID] = {}

    def learn(self, record: str, pk: UUID, *, line: int, key: str | None, given: UUID | None) -> None:
        """Remember what a line became."""
        if key is not None:
            self._keys[key] = (record, pk, line)
        if given is not None and given != pk:
            self._aliases[given] = pk

    def forget(self) -> None:
        """Forget what was found in the record: it may have changed, or never have been there."""
        self._found = {record: {} for record in MODELS}
        self._resolved = {}

    def refuse(self, said: Mapping[str, Any], *, line: int) -> None:
        """Remember a line that was refused, whatever is wrong with it, for the sake of lines that refer to it."""
        record, key, given = (str(said.get(name) or "") for name in ("record", "key", "id"))
        if key and key not in self._keys:
            self._keys[key] = (record, None, line)
        if is_id(given):
            self._refused[UUID(given)] = line

    def id_of_key(self, key: str, *, before: int) -> UUID | None:
        """Return the id of the line that has the key and came in, if it stands before this line."""
        _record, pk, line = self._keys.get(key, ("", None, 0))
        return pk if line < before else None

    def is_row(self, record: str, pk: UUID) -> bool:
        """Whether there is such a row."""
        self.look_up(record, [str(pk)])
        return bool(self._found[record][str(pk)])

    def look_up(self, record: str, references: Iterable[str]) -> None:
        """Find what these references mean, in a few queries for all of them."""
        found = self._found[record]
        new = [one for one in set(references) if not one.startswith(KEY) and one not in found]
        by_form: dict[Callable[[str, list[str]], Mapping[str, set[UUID]]], list[str]] = {}
        for one in new:
            by_form.setdefault(_form(one), []).append(one)
        for look_up, some in by_form.items():
            found.update(dict.fromkeys(some, frozenset()))  # what is not there is not looked for again
            found.update(look_up(record, some))
        if record in MERGED and new:
            ids = set().union(*(found.get(one, set()) for one in new))
            rows = rows_of_any(MERGED[record], ["id", "merged_into_id"], "id", ids)
            self._merged.update((pk, into) for pk, into in rows if into)

    def resolve(self, record: str, reference: str) -> str:
        """Return the id of the row that is meant; raise ReferenceProblemError for none or several."""
        found = self._resolved.get((record, reference))
        if found is None:
            found = self._resolved[record, reference] = str(self._meant(record, reference))
        return found

    def _meant(self, record: str, reference: str) -> UUID:
        if reference.startswith(KEY):
            return self._of_key(record, reference)
        if _UUID.fullmatch(reference):
            alias = self._aliases.get(UUID(reference))
            if alias is not None:
                return alias
        if reference not in self._found[record]:
            self.look_up(record, [reference])
        ids = self._found[record][reference]
        if len(ids) == 1:
            return self._live(record, reference, *ids)
        if ids:
            raise ReferenceProblemError(
                _("“%(reference)s” may be any of %(candidates)s: give the id.")
                % {"reference": reference[:200], "candidates": _listed(record, ids)}
            )
        raise ReferenceProblemError(self._unknown(record, reference))

    def _live(self, record: str, reference: str, pk: UUID) -> UUID:
        if pk in self._merged:
            raise ReferenceProblemError(
                _("“%(reference)s” was merged into %(other)s: use that.")
                % {"reference": reference[:200], "other": _listed(record, [self._merged[pk]])}
            )
        return pk

    def _of_key(self, record: str, reference: str) -> UUID:
        known = self._keys.get(reference.removeprefix(KEY))
        if known is None:
            raise ReferenceProblemError(
                _("No earlier line has the key “%(key)s”.") % {"key": reference.removeprefix(KEY)[:100]}
            )
        kind, pk, line = known
        if pk is not None and kind != record:
            raise ReferenceProblemError(
                _("“%(reference)s” is a %(is)s (line %(line)s); a %(must)s is needed.")
                % {"reference": reference[:100], "is": kind, "line": line, "must": record}
            )
        if pk is None:
            raise ReferenceProblemError(_("It refers to line %(line)s, which was refused.") % {"line": line})
        return pk

    def _unknown(self, record: str, reference: str) -> str:
        if _UUID.fullmatch(reference) and UUID(reference) in self._refused:
            return _("It refers to line %(line)s, which was refused.") % {"line": self._refused[UUID(reference)]}
        if reference in self._keys:
            return _(
                "There is no %(record)s “%(reference)s”; an earlier line has it as its key: write “#%(reference)s”."
            ) % {
                "record": record,
                "reference": reference[:100],
            }
        forms = _FORMS.get(record, gettext_lazy("an id or a #key of an earlier line"))
        return _("There is no %(record)s “%(reference)s”, here or on an earlier line; a reference is %(forms)s.") % {
            "record": record,
            "reference": reference[:200],
            "forms": forms,
        }


def is_id(reference: str) -> bool:
    """Whether a reference has the form of a UUID."""
    return _UUID.fullmatch(reference) is not None


def pages(address: str) -> list[str]:
    """Return the spellings of an address in another register; Wikidata has several for one thing."""
    match = _WIKIDATA_PAGE.fullmatch(address)
    return [page + match[1] for page in _WIKIDATA_PAGES] if match else [address]


def by_same_as(record: str, addresses: Collection[str]) -> dict[str, set[UUID]]:
    """Return the rows that have one of these pages in another register, by address as given."""
    tables: dict[str, tuple[type[Model], str]] = {
        "publisher": (PublisherSameAs, "publisher_id"),
        "speaker": (SpeakerSameAs, "speaker_id"),
        "topic": (TopicSameAs, "topic_id"),
    }
    if record not in tables:
        return {}
    model, owner = tables[record]
    return _by_hash(model._default_manager.all(), "url_sha256", owner, addresses)


def by_address(record: str, addresses: Collection[str]) -> dict[str, set[UUID]]:
    """Return the rows whose own address is one of these."""
    fields = {"publisher": "homepage_sha256", "source": "url_sha256", "review": "url_sha256"}
    if record not in fields:
        return {}
    return _by_hash(MODELS[record]._default_manager.all(), fields[record], "pk", addresses)


def by_name(record: str, names: Collection[str]) -> dict[str, set[UUID]]:
    """Return the rows of these names, whatever case and accents, by name as given."""
    found: dict[str, set[UUID]] = {}
    if record in _BY_NAME and names:
        sql = _BY_NAME[record]
        with connection.cursor() as cursor:
            cursor.execute(sql, [list(names)] * sql.count("%s"))
            for typed, pk in cursor.fetchall():
                found.setdefault(typed, set()).add(pk)
    return found


def by_words(digests: Collection[bytes]) -> dict[bytes, set[UUID]]:
    """Return the sources that have a revision with words of these hashes."""
    found: dict[bytes, set[UUID]] = {}
    for digest, pk in SourceText.objects.filter(sha256__in=list(digests)).values_list("sha256", "source_id"):
        found.setdefault(bytes(digest or b""), set()).add(pk)
    return found


def _by_hash(rows: "QuerySet[Model]", field: str, owner: str, addresses: Collection[str]) -> dict[str, set[UUID]]:
    digests: dict[bytes, set[str]] = {}
    for address in addresses:
        for page in pages(address):
            digests.setdefault(urls.sha256(page), set()).add(address)
    found: dict[str, set[UUID]] = {}
    for digest, pk in rows.filter(**{f"{field}__in": list(digests)}).order_by().values_list(field, owner):
        for address in digests[bytes(digest)]:
            found.setdefault(address, set()).add(pk)
    return found


def _form(reference: str) -> Callable[[str, list[str]], Mapping[str, set[UUID]]]:
    if _UUID.fullmatch(reference):
        return _look_up_ids
    if reference.lower().startswith(("http://", "https://")):
        return _look_up_addresses
    if _SHA256.fullmatch(reference):
        return _look_up_words
    if _WIKIDATA.fullmatch(reference):
        return _look_up_wikidata
    return by_name


def _look_up_ids(record: str, references: list[str]) -> dict[str, set[UUID]]:
    ids = {one: UUID(one) for one in references}
    there = {pk for (pk,) in rows_of_any(MODELS[record], ["id"], "id", ids.values())}
    return {one: {pk} for one, pk in ids.items() if pk in there}


def _look_up_addresses(record: str, references: list[str]) -> dict[str, set[UUID]]:
    canonical = {}
    for one in references:
        try:
            canonical[one] = urls.canonical(one)
        except urls.WebAddressError:
            continue  # is no address, so nothing has it
    addresses = set(canonical.values())
    own, other = by_address(record, addresses), by_same_as(record, addresses)
    found = {one: own.get(address, set()) | other.get(address, set()) for one, address in canonical.items()}
    return {one: ids for one, ids in found.items() if ids}


def _look_up_words(record: str, references: list[str]) -> dict[str, set[UUID]]:
    if record != "source":
        return {}
    found = by_words([bytes.fromhex(one.removeprefix("sha256:")) for one in references])
    return {f"sha256:{digest.hex()}": ids for digest, ids in found.items()}


def _look_up_wikidata(record: str, references: list[str]) -> dict[str, set[UUID]]:
    by_page = by_same_as(record, [_WIKIDATA_PAGES[0] + one for one in references])
    found = {page.rpartition("/")[2]: ids for page, ids in by_page.items()}
    left = [one for one in references if one not in found]
    return {**found, **by_name(record, left)}


def _listed(record: str, ids: Collection[UUID]) -> str:
    rows = MODELS[record]._default_manager.filter(pk__in=ids).order_by("pk")[:CANDIDATES]
    return "; ".join(f"{str(row)[:100]} ({row.pk})" for row in rows)
