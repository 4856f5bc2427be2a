"""Clauses behind a verb of saying, before one, and behind "according to": words that a sentence passes on."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from claims.proposals.text.lines import Line, Saying
from claims.proposals.text.quoting import Quoted
from claims.proposals.text.subjects import OFFICES, Subject, behind, is_filler, is_turned, subjects_of
from claims.proposals.text.verbs import CONTENT, DECIDED, INFINITIVES, WITH_OBJECT, WITHOUT_THAT
from claims.proposals.text.vocabulary import forms
from claims.text.spans import Span

AHEAD = 10  # words between a verb and its "que"
FEWEST = 3  # words of a clause
FEWEST_BEHIND_THAT = 2
FEW = 6  # words that say when or where, before "selon X,"
_THAT = forms("que qu that")
_JOINTS = forms("et mais puis and but")
#: "que" behind these begins no clause of what was said
_NOT_THAT = forms("ce alors tandis ainsi afin bien apres avant depuis tel tels autre autres plus moins lors so")
_BREAK = re.compile(
    r",?\s(?:tandis qu|bien qu|apr[eè]s qu|quoiqu)|,\s(?:alors qu|while |although )|\s?:\s?(?=[«“\"„])|;\s"
)
_LEADING = re.compile(r"[\s.,;:!?…—–»”-]*+")
#: behind a verb, these say when, where or how it was said, and not what
_CIRCUMSTANCES = forms("in on at during after before when while as by and but par et comme")
_PREPOSITIONS_AFTER_SAID = forms("in on at to by during after before for with as of and but when while if")


@dataclass(frozen=True)
class Clause:
    """Words reported: the words of saying, and who is printed as saying them (nobody: as earlier in the sentence)."""

    span: Span
    cue: Span
    act: str | None
    subjects: Sequence[Subject]
    is_according: bool = False
    is_object: bool = False  # "exprime sa préoccupation": no "que" before it
    is_nested: bool = False


def clauses(line: Line, quotes: Sequence[Quoted]) -> list[Clause]:
    """Return the clauses that a sentence reports, in the order of their verbs; `quotes` are those that touch it."""
    end = _end(line.text, line.span.start, line.span.end, quotes)
    according = list(_according(line, end, quotes))
    starts = {saying: start for saying in line.sayings if (start := _object_of(line, saying)) is not None}
    taking_over = [
        place
        for place in (_taking_over(line, one, starts) for one in line.sayings)
        if place is not None and not _is_in(place, quotes)
    ]
    found = list(according)
    taken = 0
    for saying in line.sayings:
        clause = None
        if saying in starts:
            clause = _behind_verb(line, saying, starts[saying], (according, taking_over, end), quotes)
        clause = clause or _before_verb(line, saying, quotes)
        if clause is None or _is_a_quote(line, clause.span, quotes):
            continue
        is_nested = saying.cue.start < taken
        if is_nested and not any(one.mention for one in clause.subjects):
            continue
        found.append(
            Clause(
                clause.span, clause.cue, clause.act, clause.subjects, is_object=clause.is_object, is_nested=is_nested
            )
        )
        taken = max(taken, clause.span.end)
    return found


def _behind_verb(
    line: Line,
    saying: Saying,
    start: int,
    stops_at: tuple[Sequence[Clause], Sequence[int], int],
    quotes: Sequence[Quoted],
) -> Clause | None:
    according, taking_over, end = stops_at
    stops = [one.cue.start for one in according if one.cue.start > saying.cue.end and one.span.start < one.cue.start]
    stops += taking_over[bisect_right(taking_over, start) :][:1]
    broken = next(
        (one for one in _BREAK.finditer(line.text, start, line.span.end) if not _is_in(one.start(), quotes)), None
    )
    if broken:
        stops.append(broken.start())
    stop = min([one for one in stops if one > start and not _is_in(one, quotes)], default=end)
    span = _fitted(line.text, start, min(stop, end), quotes)
    has_that = line.words[line.place_at(start) - 1].folded in _THAT
    if span is None or _size(line, span) < (FEWEST_BEHIND_THAT if has_that else FEWEST):
        return None
    return Clause(span, saying.cue, saying.act, subjects_of(line, saying), is_object=not has_that)


def _taking_over(line: Line, saying: Saying, starts: dict[Saying, int]) -> int | None:
    """Where a verb of saying ends the clause of the verb before it, whose subject it has: "…, et a ajouté"."""
    is_behind = is_turned(line, saying)
    if not saying.first or not (saying in starts or is_behind):
        return None
    if (saying.has_no_subject or is_behind) and "," in line.gap(saying.first):
        return saying.cue.start
    joint = line.words[saying.first - 1]
    return joint.span.start if joint.folded in _JOINTS else None


def _before_verb(line: Line, saying: Saying, quotes: Sequence[Quoted]) -> Clause | None:
    """What stands before "…, a déclaré X" and "…, X said."."""
    if not saying.first or saying.has_no_subject or (not is_turned(line, saying) and not saying.pronoun):
        return None
    gap = line.gap(saying.first)
    if "," not in gap or _is_in(saying.cue.start, quotes):
        return None
    stop = saying.cue.start - len(gap) + gap.index(",")
    start = line.span.start
    # words between marks right before are a quote, which stands for itself
    if any(
        one.whole.end == len(line.text[:stop].rstrip()) and one.depth == 0
        for one in quotes
        if one.whole.start <= start + 1
    ):
        return None
    earlier = [one for one in line.sayings if one.cue.end < stop and one is not saying and "," in line.gap(one.first)]
    if earlier:
        return None
    span = _fitted(line.text, start, stop, quotes)
    if span is None or _size(line, span) < FEWEST or any(one.whole == span for one in quotes):
        return None
    return Clause(span, saying.cue, saying.act, subjects_of(line, saying))


def has_content(line: Line, saying: Saying) -> bool:
    """Whether what was said stands behind the verb: its "que", or words that say neither when nor where."""
    place = saying.last + 1
    if _object_of(line, saying) is not None:
        return True
    if place >= len(line.words) or line.gap(place).strip():
        return False
    return line.words[place].folded not in _CIRCUMSTANCES and not is_filler(line.words[place].folded)


def _object_of(line: Line, saying: Saying) -> int | None:
    """Where what was said begins behind a verb: behind its "que", or at its object."""
    row = line.words
    place = saying.last + 1
    while place < len(row) and is_filler(row[place].folded) and not line.gap(place).strip(" \u00a0,"):
        place += 1
    if place >= len(row):
        return None
    later = min((one.first for one in line.sayings if one.first > saying.last), default=len(row))
    for here in range(place, min(later, place + AHEAD)):
        if set(line.gap(here)) & set(';:«“"'):
            break
        if row[here].folded in _THAT:
            if row[here - 1].folded in _NOT_THAT:
                break
            return row[here].span.end + (row[here].folded == "qu")
    return row[place].span.start if _has_object(line, saying, place) else None


def _has_object(line: Line, saying: Saying, place: int) -> bool:
    """Whether the words from `place` on are said, without a "que" before them."""
    row = line.words
    gap = line.gap(place).strip()
    if (gap and gap not in {"«", "“", '"', ",", "(", "‘"}) or (saying.verb.endswith("er") and saying.has_no_subject):
        return False
    if "," in gap and not set(line.gap(place)) & set('«“"'):
        return False
    word = row[place].folded
    if saying.verb in DECIDED:
        return word in {"de", "d"}
    if saying.verb.startswith("dit") or saying.verb in {"disent", "disait"}:
        return saying.is_reflexive or word in INFINITIVES
    if word in INFINITIVES or (saying.act in WITH_OBJECT and word not in _CIRCUMSTANCES):
        return not is_turned(line, saying)
    if saying.verb in WITHOUT_THAT:
        return not is_turned(line, saying) and word not in _PREPOSITIONS_AFTER_SAID and not gap
    nearest = row[place : place + 4]
    return any(one.folded.startswith(CONTENT) for one in nearest) and not is_turned(line, saying)


def _according(line: Line, end: int, quotes: Sequence[Quoted]) -> Iterator[Clause]:
    """Clauses by "selon", "d'après" and "according to", at the beginning, in the middle and at the end."""
    row = line.words
    for place, word in enumerate(row):
        size = _according_size(line, place)
        if not size or place + size >= len(row) or _is_in(word.span.start, quotes):
            continue
        cue = Span(word.span.start, row[place + size - 1].span.end)
        first = place + size
        if line.gap(first).strip():
            continue
        subjects = behind(line, first)
        behind_name = _behind_name(line, first, subjects)
        rest = _fitted(line.text, behind_name, end, quotes) if behind_name is not None else None
        ahead = line.text[line.span.start : cue.start].rstrip()
        if place <= FEW and rest and _size(line, rest) >= FEWEST and (place <= 2 or ahead.endswith(",")):
            yield Clause(rest, cue, None, subjects, is_according=True)
        elif place > 2 and ahead.endswith((",", "»", "”", '"')):
            span = _fitted(line.text, line.span.start, cue.start, quotes)
            if span and _size(line, span) >= FEWEST:
                yield Clause(span, cue, None, subjects, is_according=True)


def _according_size(line: Line, place: int) -> int:
    folded = line.words[place].folded
    following = line.words[place + 1].folded if place + 1 < len(line.words) else ""
    if folded == "selon" and following not in {"que", "qu", "lesquels", "laquelle", "lequel", "lesquelles"}:
        return 1
    return 2 if (folded, following) in {("d", "apres"), ("according", "to")} else 0


def _behind_name(line: Line, first: int, subjects: Sequence[Subject]) -> int | None:
    """Where the sentence goes on behind "selon X,": behind the comma, or behind that of "selon le porte-parole, X,"."""
    last = max((one.span.end for one in subjects), default=line.words[first].span.end)
    comma = line.text.find(",", last, line.span.end)
    if comma < 0:
        return None
    if subjects and subjects[-1].mention and not subjects[-1].role:
        # "selon Ada Essai, porte-parole du ministère, …"
        place = line.place_at(comma)
        if place < len(line.words) and line.words[place].folded in OFFICES:
            after = line.text.find(",", comma + 1, line.span.end)
            return after + 1 if after >= 0 else comma + 1
    return comma + 1


def _is_in(place: int, quotes: Sequence[Quoted]) -> bool:
    last = bisect_right(quotes, place, key=lambda one: one.whole.start)
    return any(one.whole.start <= place < one.whole.end for one in quotes[max(0, last - 8) : last])


def _is_a_quote(line: Line, span: Span, quotes: Sequence[Quoted]) -> bool:
    """Whether words are those of a quote, with an article before it at the most: they stand for themselves."""
    return any(
        span.start <= one.whole.start
        and one.whole.end == span.end
        and line.place_at(one.whole.start) - line.place_at(span.start) < 2
        for one in quotes
    )


def _size(line: Line, span: Span) -> int:
    return line.place_at(span.end) - line.place_at(span.start)


def _end(text: str, start: int, end: int, quotes: Sequence[Quoted]) -> int:
    span = _fitted(text, start, end, quotes)
    return span.end if span else end


def _fitted(text: str, start: int, end: int, quotes: Sequence[Quoted]) -> Span | None:
    """The words between two places without white space and stops at their ends; a quote that begins inside ends inside.

    What begins inside a quote ends with it.
    """
    for one in quotes:
        if one.span.start <= start < one.span.end:
            end = min(end, one.span.end)
        elif start <= one.whole.start < end < one.whole.end and one.is_closed:
            end = one.whole.end
    skipped = _LEADING.match(text, start, end)
    first = skipped.end() if skipped else start
    kept = text[first:end].rstrip(" \t\r\n\u00a0\u202f.,;:!?…—–-")
    closed = {one.whole.end for one in quotes if one.whole.start >= first}
    last = first + len(kept)
    while last > first and text[last - 1] in '»”"’›' and last not in closed:
        kept = text[first : last - 1].rstrip(" \t\r\n\u00a0\u202f.,;:!?…—–-")
        last = first + len(kept)
    return Span(first, last) if last > first else None
