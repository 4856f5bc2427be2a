"""Statements as rows of a table: CSV (RFC 4180) that spreadsheets open as text, never as formulas.

A row is made of the document that the API answers, so that it shows what that shows, and no more.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]
Values = Iterable[Any]

BETWEEN = " | "  # several values in one cell
BETWEEN_SEGMENTS = " […] "
#: by which a spreadsheet knows that a file is UTF-8
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
#: with what formulas begin; some spreadsheets take the wide forms for the others
_FORMULAS = tuple("=+-@＝＋－＠")
_CONTROLS = ("\t", "\r", "\n")
_BEHIND = re.compile(r"([;\t\r\n]\s*+)(?=[=+\-@＝＋－＠])")


def _plain(name: str) -> Callable[[Document], Values]:
    return lambda statement: [statement[name]]


def _each(name: str, value: Callable[[Document], Any]) -> Callable[[Document], Values]:
    return lambda statement: [value(one) for one in statement[name]]


def _name(speaker: Document | None) -> str | None:
    return speaker["name"] if speaker else None


def _label(labels: Document) -> str:
    """Return the English label, else the first there is."""
    label: str = labels.get("en") or next(iter(labels.values()), "")
    return label


def _role(attribution: Document) -> str | None:
    return _label(attribution["role"]["role"]["labels"]) if attribution["role"] else None


def _organization(attribution: Document) -> str | None:
    return _name(attribution["role"]["organization"]) if attribution["role"] else None


def _quote(appearance: Document) -> str:
    return BETWEEN_SEGMENTS.join(segment["exact"] for segment in appearance["segments"])


def _of_source(name: str) -> Callable[[Document], Values]:
    return _each("appearances", lambda appearance: appearance["source"][name])


def _named_by_source(name: str) -> Callable[[Document], Values]:
    return _each("appearances", lambda appearance: _name(appearance["source"][name]))


def _relays(statement: Document) -> Values:
    return [_name(relay["speaker"]) for appearance in statement["appearances"] for relay in appearance["relays"]]


def _speakers(name: str) -> Callable[[Document], Values]:
    return _each(name, lambda attribution: _name(attribution["speaker"]))


#: The columns in their order. Those of speakers, of wordings and of documents have as many values each, in one order.
COLUMNS: Mapping[str, Callable[[Document], Values]] = {
    "id": _plain("id"),
    "status": _plain("status"),
    "said_at": _plain("said_at"),
    "said_at_earliest": _plain("said_at_earliest"),
    "said_at_latest": _plain("said_at_latest"),
    "said_at_basis": _plain("said_at_basis"),
    "speakers": _speakers("speakers"),
    "speaker_ids": _each("speakers", lambda attribution: attribution["speaker"]["id"]),
    "roles": _each("speakers", _role),
    "organizations": _each("speakers", _organization),
    "certainties": _each("speakers", lambda attribution: attribution["certainty"]),
    "on_behalf_of": _speakers("on_behalf_of"),
    "addressees": _speakers("addressees"),
    "attitude_holders": _speakers("attitude_holders"),
    "act": _plain("act"),
    "attitude": _plain("attitude"),
    "intensity": _plain("intensity"),
    "intensity_phrase": _plain("intensity_phrase"),
    "wordings": _each("wordings", lambda wording: wording["text"]),
    "wording_languages": _each("wordings", lambda wording: wording["language"]),
    "wording_is_original": _each("wordings", lambda wording: wording["is_original"]),
    "quotes": _each("appearances", _quote),
    "quote_languages": _each("appearances", lambda appearance: appearance["language"]),
    "quotation_types": _each("appearances", lambda appearance: appearance["quotation_type"]),
    "is_headline": _each("appearances", lambda appearance: appearance["is_headline"]),
    "source_ids": _of_source("id"),
    "source_titles": _of_source("title"),
    "source_urls": _of_source("url"),
    "source_dates": _of_source("published_at"),
    "publishers": _named_by_source("publisher"),
    "agencies": _named_by_source("agency"),
    "relayed_by": _relays,
    "topics": _each("topics", lambda topic: _label(topic["labels"])),
    "claims": _each("positions", lambda position: f"{position['stance']}: {_label(position['claim']['text'])}"),
    "relations": _each("relations", lambda one: f"{one['direction']} {one['type']} {one['statement_id']}"),
    "event": lambda statement: [_name(statement["event"])],
    "published_at": _plain("published_at"),
    "updated_at": _plain("updated_at"),
    "version": _plain("version"),
}


def header() -> str:
    """Return the line with the names of the columns."""
    return _line(COLUMNS)


def lines(statements: Iterable[Document]) -> Iterator[str]:
    """Yield a line for each statement, with its line end (CR LF)."""
    for statement in statements:
        yield _line(cell(values_of(statement)) for values_of in COLUMNS.values())


def cell(values: Values) -> str:
    """Return several values as one text that no spreadsheet takes for a formula; an empty one for those unknown."""
    texts = [_text(value) for value in values]
    return harmless(BETWEEN.join(texts) if any(texts) else "")


def harmless(text: str) -> str:
    """Return a text with `'` where a spreadsheet might calculate what follows, or lose how it begins.

    That is before it, and behind the signs by which spreadsheets of some languages part cells, or the lines of one.
    """
    guarded = _BEHIND.sub(r"\1'", text)
    return f"'{guarded}" if text.startswith(_CONTROLS) or text.lstrip().startswith(_FORMULAS) else guarded


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _line(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()
