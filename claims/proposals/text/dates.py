"""When something was said, where words say it plainly: a day of the week, or a day and its month."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from claims.proposals.text.lines import Line
from claims.proposals.text.names import words as words_of
from claims.proposals.text.vocabulary import forms
from claims.text.intensity import fold
from claims.text.spans import Span
from sources.text import partial_dates

_DAYS = {
    name: number
    for names in (
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "monday tuesday wednesday thursday friday saturday sunday",
    )
    for number, name in enumerate(names.split())
}
_MONTHS = {
    name: number
    for names in (
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), start=1)
}
_AGO = {"hier": 1, "yesterday": 1, "today": 0}
_MONTH = "|".join(_MONTHS)
_DAY_AND_MONTH = re.compile(rf"(?:(\d{{1,2}})(?:er|st|nd|rd|th)? ({_MONTH})|({_MONTH}) (\d{{1,2}}))(?:,? (\d{{4}}))?")
_ON = forms("on ce le")
#: which part of a day: the day is the same
_PARTS_OF_DAY = forms("matin midi apres-midi soir morning afternoon evening night")
_TODAY = forms("aujourd'hui aujourd’hui")


@dataclass(frozen=True)
class Said:
    """A day in the notation of partial dates, and the words that say it; `is_printed` where they have the year."""

    day: str
    words: Span
    is_printed: bool


def said_of(line: Line, cue: Span, published: date | None) -> Said | None:
    """Return when words were said: by the words behind the verb of saying, or by those that open the sentence.

    A day of the week, or a day without its year, is the last one up to the day on which the document was `published`.
    """
    place = line.place_at(cue.end)
    while place < len(line.words) and line.words[place].folded in _ON and not line.gap(place).strip():
        place += 1
    if place < len(line.words) and not line.gap(place).strip(" \u00a0,"):
        found = _at(line, place, published)
        if found:
            return found
    first = 1 if line.words and line.words[0].folded in _ON else 0
    opening = _at(line, first, published) if len(line.words) > first else None
    # "Le 22 septembre, …", and not "le 22 septembre du calendrier"
    return opening if opening and line.text[opening.words.end : opening.words.end + 1] == "," else None


def day_of(words: str, published: date | None) -> Said | None:
    """Return the day that words name and nothing else ("le samedi 16 novembre", "hier soir"); None where they do not.

    `Said.words` are places in these words; days without a year are read as by `said_of`.
    """
    text = " ".join(words.split()).rstrip(".,;:")
    folded = fold(text)
    if folded in _TODAY:
        return Said(published.isoformat(), Span(0, len(words)), is_printed=False) if published else None
    row = words_of(text)
    line = Line.of(text, Span(0, len(text)), row, [])
    first = 1 if row and row[0].folded in _ON else 0
    found = _at(line, first, published) if first < len(row) and row[0].span.start == 0 else None
    rest = fold(text[found.words.end :]).strip() if found else ""
    if found is None or (rest and rest not in _PARTS_OF_DAY):
        return None
    return Said(found.day, Span(0, len(words)), is_printed=found.is_printed)


def day_published(published_at: str | None) -> date | None:
    """Return the day on which a document came out, by its partial date; None where that is no single day."""
    if not published_at:
        return None
    bounds = partial_dates.parse(published_at)
    return bounds.earliest if bounds.earliest == bounds.latest else None


def _at(line: Line, place: int, published: date | None) -> Said | None:
    word = line.words[place]
    if word.folded in _DAYS or word.folded in _AGO:
        following = line.place_at(word.span.end)
        # "samedi 16 novembre": the day itself is told
        if following < len(line.words) and (exact := _day_and_month(line, following, published)):
            return exact
        if published is None:
            return None
        back = _AGO.get(word.folded, (published.weekday() - _DAYS.get(word.folded, 0)) % 7)
        try:
            return Said((published - timedelta(days=back)).isoformat(), word.span, is_printed=False)
        except OverflowError:  # before the first day that there is
            return None
    return _day_and_month(line, place, published)


def _day_and_month(line: Line, place: int, published: date | None) -> Said | None:
    start = line.words[place].span.start
    words = line.text[start : start + 24]
    folded = fold(words)
    match = _DAY_AND_MONTH.match(folded) if len(folded) == len(words) else None
    if match is None:
        return None
    day, month = int(match[1] or match[4]), _MONTHS[match[2] or match[3]]
    span = Span(start, start + match.end())
    try:
        if match[5]:
            return Said(date(int(match[5]), month, day).isoformat(), span, is_printed=True)
        if published is None:
            return None
        this_year = date(published.year, month, day)
        told = this_year if this_year <= published else date(published.year - 1, month, day)
    except ValueError:  # "31 février"
        return None
    return Said(told.isoformat(), span, is_printed=False)
