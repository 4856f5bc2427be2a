"""What a press text says about itself in its head: title, language, agency, date, authors, translator.

Nothing is guessed: what is not printed in one of the forms known here is None or empty, and for people to fill in.
Each pattern is linear in its input: no quantifier inside another one, all of them bounded.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sources.text import partial_dates

MAX_TITLE = 150
HEAD_LINES = 40  # lines that are not blank
MAX_LINE = 400  # characters of a line that are looked at, where the beginning is what matters
LANGUAGE_SAMPLE = 20_000  # characters
CERTAIN_ENOUGH = 0.8

# As they sign in datelines; the value is the name to record.
AGENCIES = {
    name.casefold(): name
    for name in (
        *("AAP", "ADN", "AFP", "AGERPRES", "ANP", "ANSA", "AP", "APA", "APS", "ATS", "BELGA", "BTA", "Bernama"),
        *("CNA", "CTK", "DPA", "EFE", "Europa Press", "IANS", "INA", "IRNA", "Interfax", "Jiji Press", "KCNA", "KNA"),
        *("Keystone-ATS", "Kyodo", "LUSA", "MAP", "MTI", "NTB", "PAP", "PTI", "Ritzau", "RIA Novosti", "Reuters"),
        *("Ritzau", "SANA", "SID", "SPA", "STT", "TAP", "TASS", "TT", "UNI", "UPI", "Ukrinform", "VNA", "WAM"),
        *("Xinhua", "Yonhap", "Bloomberg", "Anadolu"),
    )
} | {
    "agence france-presse": "AFP",
    "associated press": "AP",
    "the associated press": "AP",
    "anadolu agency": "Anadolu",
    "aa": "Anadolu",
    "itar-tass": "TASS",
    "kyodo news": "Kyodo",
    "yonhap news": "Yonhap",
    "jiji": "Jiji Press",
}

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january janvier januar enero gennaio jan janv",
            "february février fevrier februar febrero febbraio feb févr fév",
            "march mars märz marzo mar",
            "april avril abril aprile apr avr",
            "may mai mayo maggio",
            "june juin juni junio giugno jun",
            "july juillet juli julio luglio jul juil",
            "august août aout agosto aug",
            "september septembre septiembre settembre sept sep",
            "october octobre oktober octubre ottobre oct okt",
            "november novembre noviembre nov",
            "december décembre decembre dezember diciembre dicembre dec déc dez",
        ],
        1,
    )
    for name in names.split()
}
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?(?=$|[T\s,;.|)])")
_SLASHED = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})(?![0-9])")
_DAY_FIRST = re.compile(
    r"([0-9]{1,2})(?:er|st|nd|rd|th|º|\.)? (?:de )?([^\W\d_]{3,10})\.?,? (?:de )?([0-9]{4})(?![0-9])"
)
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,10})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})(?![0-9])")
_MONTH_ONLY = re.compile(r"([^\W\d_]{3,10})\.? ([0-9]{4})(?![0-9])")
_PUBLISHED = re.compile(
    r"(?:^|[|·•–—] ?)(?P<word>publié(?:e)?|paru(?:e)?|mis(?:e)? en ligne|published|posted|first published|publicado"
    r"|veröffentlicht|pubblicato|date)(?: (?P<on>le|on|at|am|el|il|:))?(?: ?: ?| )(?=\S)",
    re.IGNORECASE,
)
# Where the day stands before the month in numbers; in English it depends on the country.
_DAY_FIRST_WORDS = ("publié", "paru", "mis", "publicado", "veröffentlicht", "pubblicato")
_WEEKDAY = re.compile(
    r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag),? (?:den |le )?",
    re.IGNORECASE,
)
_AFTER_DATE = re.compile(r"(?:$|[\s,;|]{0,3}(?:$|[–—.-]|à |at |[0-9]{1,2}[:h]))")

_DATELINE = re.compile(r"\A(?P<place>[^()\n]{0,80})\((?P<agency>[^()\n]{2,30})\) ?[-–—]{1,2}(?=[ \u00a0\u202f])")
_SIGNATURE = re.compile(r"\((?P<agency>[^()\n]{2,30})\)|©(?: ?[0-9]{4})? (?P<owner>[^()\n]{2,30})")

_BYLINE = re.compile(r"(?:par|by|von|por|de notre correspondante?) ", re.IGNORECASE)
_REPORTING = re.compile(r"\(?(?:reportage|reporting)(?: de| par| by| :|:)? ", re.IGNORECASE)
_TRANSLATION = re.compile(
    r"(?:version française|traduction|traduit(?:e)?|adapté|translated|translation|übersetzt|traducido)"
    r"(?: de l['’]anglais| from english)?(?: de| par| by| von| por)?(?: ?:)? ",
    re.IGNORECASE,
)
_NAMES_END = re.compile(
    r"[;|·•()\n]| (?:à|in|at|avec|with|pour|for|edited|édité|publié|published)(?= )|[.,] ?$", re.IGNORECASE
)
_NAMES_BETWEEN = re.compile(r", ?et |, ?and |, | et | and | & | und | y ")
# fmt: off
_PARTICLES = frozenset(
    {"al", "bin", "bint", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "ibn", "la", "le",
     "ten", "ter", "van", "von", "zu"}
)
_NO_PERSON = frozenset(
    {"le", "la", "les", "the", "agence", "agency", "rédaction", "staff", "redaktion", "equipe", "équipe",
     "notre", "our"}
)
# fmt: on

_CREDIT = re.compile(
    r"(?:photo|foto|image|crédit|credit|source|illustration|©|copyright)(?: ?[:/©]|$|\s)", re.IGNORECASE
)
_BOILERPLATE = re.compile(
    r"(?:voir|lire|s'abonner|abonnez|se connecter|connectez|partager|partage|share|subscribe|sign in|log in"
    r"|advertisement|publicité|cookies?|accueil|home|menu|newsletter|commentaires?|comment|skip to"
    r"|aller au contenu|obtenir|get )",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…]['\"”’»)]?(?=\s)")
_WORD = re.compile(r"[^\W\d_]{5,40}")


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a document says about itself; empty or None where it does not say."""

    title: str = ""
    language: str | None = None
    agency: str | None = None
    published_at: str | None = None
    authors: tuple[str, ...] = ()
    translator: str = ""
    publisher: str | None = None
    url: str | None = None


def find(text: str) -> Found:
    """Return what the plain text says about itself. `published_at` is a partial date, `language` ISO 639-1."""
    lines = _head(text)
    return Found(
        title=find_title(text),
        language=find_language(text),
        agency=find_agency(text),
        published_at=find_published_at(lines),
        authors=find_authors(text),
        translator=find_translator(text),
    )


def find_title(text: str) -> str:
    """Return the headline of the text: the line that looks like one, or else the beginning of the first sentence."""
    lines = _head(text)
    candidates = [index for index, line in enumerate(_before_prose(lines)) if _may_be_title(line)]
    if not candidates:
        return _first_sentence(lines)
    body = " ".join(lines)
    scores = {index: _title_score(lines, index, body) for index in candidates}
    best = max(candidates, key=lambda index: (scores[index], -index))
    return _cut(lines[best]) if scores[best] > 0 else _first_sentence(lines)


def find_language(text: str) -> str | None:
    """Return the language of the text (ISO 639), or None where it is too short or too mixed to tell."""
    # The longest lines are prose; menus, names and numbers mislead.
    lines = sorted((line for line in text[: 10 * LANGUAGE_SAMPLE].splitlines() if line.strip()), key=len, reverse=True)
    language, certainty = _identifier().classify("\n".join(lines[:50])[:LANGUAGE_SAMPLE])
    if certainty < CERTAIN_ENOUGH or language in {"und", "zxx"}:
        return None
    return str(language)


def find_agency(text: str) -> str | None:
    """Return the wire that the text came from: the one in its dateline, or that signs it. Photo credits are none."""
    found = {_agency_of(match["agency"]) for line in _head(text) if (match := _DATELINE.match(line[:MAX_LINE]))}
    if not found - {None}:
        signed = [match for line in [*_head(text), *_tail(text)] if (match := _SIGNATURE.fullmatch(line[:MAX_LINE]))]
        found = {_agency_of(match["agency"] or match["owner"]) for match in signed}
    found.discard(None)
    return found.pop() if len(found) == 1 else None


def find_published_at(lines: Iterable[str]) -> str | None:
    """Return the day or month of publication that one of the lines prints, as a partial date."""
    shortened = [line[:MAX_LINE] for line in lines]
    for line in shortened:
        for match in _PUBLISHED.finditer(line):
            day_first = match["word"].casefold().startswith(_DAY_FIRST_WORDS)
            found = _date_at(line, match.end(), day_first=day_first)
            if found and (match["word"][0].isupper() or len(line) <= 100):
                return found[0]
    for line in shortened[:8]:
        # A line that is a date, or begins as a dateline does: the day, then a dash.
        found = _date_at(line, 0, day_first=None)
        if found and _AFTER_DATE.match(line, found[1]):
            return found[0]
    return None


def find_authors(text: str) -> tuple[str, ...]:
    """Return the people of the byline, else those of the reporting credit at the end."""
    for line in _head(text):
        if len(line) <= 150 and (match := _BYLINE.match(line)):
            names = _people(line[match.end() :])
            if names:
                return names
    for line in _tail(text):
        if match := _REPORTING.match(line[:MAX_LINE]):
            names = _people(line[match.end() : MAX_LINE], until=",")
            if names:
                return names
    return ()


def find_translator(text: str) -> str:
    """Return who translated the text, where its head or its end says so."""
    for line in [*_head(text), *_tail(text)]:
        # Credits are short, or stand in brackets; in running prose "translated" is about something else.
        if len(line) > 200 and not line.startswith("("):
            continue
        for match in _TRANSLATION.finditer(line[:MAX_LINE]):
            names = _people(line[match.end() : MAX_LINE], until=",")
            if names:
                return ", ".join(names)
    return ""


@cache
def _identifier() -> Any:
    # Loading takes most of a second: not before a text needs it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _head(text: str) -> list[str]:
    lines = (" ".join(line.split()) for line in text[:50_000].splitlines())
    return [line for line in lines if line][:HEAD_LINES]


def _tail(text: str) -> list[str]:
    lines = (" ".join(line.split()) for line in text[-20_000:].splitlines())
    return [line for line in lines if line][-HEAD_LINES:]


def _before_prose(lines: list[str]) -> list[str]:
    """The lines above the first paragraph."""
    for index, line in enumerate(lines):
        if len(line) > 250 or (len(line) >= 80 and line.endswith((".", ".»", ". »", '."', ".”"))):
            return lines[:index]
    return lines[:10]


def _may_be_title(line: str) -> bool:
    words = line.split()
    return (
        10 <= len(line) <= 250
        and len(words) >= 2
        and not line.endswith((".", ",", ";", ":"))
        and not line.startswith(("(", "http", "©", "#", "@", "-", "*"))
        and not _CREDIT.match(line)
        and not _BYLINE.match(line)
        and not _says_when(line)
        and sum(character.isalpha() for character in line) >= len(line) // 2
    )


def _says_when(line: str) -> bool:
    date = _date_at(line, 0, day_first=True)
    if date and _AFTER_DATE.match(line, date[1]):
        return True
    published = _PUBLISHED.match(line)
    return published is not None and _date_at(line, published.end(), day_first=True) is not None


def _title_score(lines: list[str], index: int, body: str) -> int:
    """How much speaks for a line: it is the first, said twice, followed by date or byline, about what follows."""
    line, following = lines[index], lines[index + 1 : index + 3]
    score = 2 if index == 0 else 0
    score += 4 if line in lines[index + 1 : index + 4] else 0
    score += 2 if any(_says_when(one) or _BYLINE.match(one) for one in following) else 0
    words = {word.casefold() for word in _WORD.findall(line)}
    elsewhere = body.replace(line, " ").casefold()
    shared = sum(word in elsewhere for word in words)
    score += 3 * shared // max(1, len(words))
    return score - (4 if _BOILERPLATE.match(line) else 0)


def _first_sentence(lines: list[str]) -> str:
    prose = [
        line for line in lines if not _CREDIT.match(line) and not _BOILERPLATE.match(line) and not _says_when(line)
    ]
    line = next((line for line in prose if len(line) >= 40), (prose or lines or [""])[0])
    for match in _SENTENCE_END.finditer(line[:1000]):
        before = line[: match.start()].split()
        # "M. Kim", "U.S. forces": an initial or a short title is no end of a sentence.
        if match[0] != "." or not before or len(before[-1]) > 3 or not before[-1][0].isupper():
            line = line[: match.end()]
            break
    return _cut(line.removesuffix("."))


def _cut(line: str) -> str:
    if len(line) <= MAX_TITLE:
        return line
    start = line[: MAX_TITLE - 1]
    return (start.rsplit(" ", 1)[0] if " " in start[MAX_TITLE // 2 :] else start).rstrip(" ,;:«“(") + "…"


def _agency_of(name: str) -> str | None:
    return AGENCIES.get(name.strip().casefold())


def _date_at(line: str, place: int, *, day_first: bool | None) -> tuple[str, int] | None:
    """The partial date that begins at the place, and where it ends; None where there is none or it is ambiguous."""
    if weekday := _WEEKDAY.match(line, place):
        place = weekday.end()
    if match := _ISO.match(line, place):
        return _checked("-".join(part for part in match.groups() if part), match.end())
    if match := _SLASHED.match(line, place):
        first, second = int(match[1]), int(match[2])
        if day_first is not True and first <= 12 and second <= 12 and first != second:
            return None
        day, month = (second, first) if second > 12 else (first, second)
        return _checked(f"{match[3]}-{month:02d}-{day:02d}", match.end())
    if match := _DAY_FIRST.match(line, place):
        return _named(match[2], match[3], match[1], match.end())
    if match := _MONTH_FIRST.match(line, place):
        return _named(match[1], match[3], match[2], match.end())
    if match := _MONTH_ONLY.match(line, place):
        return _named(match[1], match[2], None, match.end())
    return None


def _named(name: str, year: str, day: str | None, end: int) -> tuple[str, int] | None:
    month = _MONTHS.get(name.casefold())
    if month is None:
        return None
    return _checked(f"{year}-{month:02d}" + (f"-{int(day):02d}" if day else ""), end)


def _checked(value: str, end: int) -> tuple[str, int] | None:
    try:
        partial_dates.parse(value)
    except partial_dates.PartialDateError:
        return None
    return (value, end) if "1400" <= value[:4] <= "2199" else None


def _people(credit: str, until: str = "") -> tuple[str, ...]:
    """The people named at the start of a credit; none where one of them does not look like a person's name."""
    end = _NAMES_END.search(credit)
    named = credit[: end.start()] if end else credit
    if until:
        named = named.split(until, 1)[0]
    names = [name.strip(" .,") for name in _NAMES_BETWEEN.split(named)]
    return tuple(names) if names and all(_is_person(name) for name in names) else ()


def _is_person(name: str) -> bool:
    words = name.split()
    return (
        2 <= len(words) <= 5
        and len(name) <= 60
        and words[0].casefold() not in _NO_PERSON
        and not any(character.isdigit() for character in name)
        and all(word[0].isupper() or word.casefold() in _PARTICLES for word in words)
        and words[-1][0].isupper()
    )
