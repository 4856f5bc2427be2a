"""What in a text may be a statement: words between quotation marks, and clauses behind a verb of saying.

An engine is anything with a `name` and this `propose`. This one is made of short lists and looks no further than a
sentence; one that proposes better takes its place behind the same interface.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from claims.proposals.text.attitudes import attitude_of
from claims.proposals.text.dates import Said, said_of
from claims.proposals.text.headlines import headlines
from claims.proposals.text.lines import Line, Saying
from claims.proposals.text.names import Known, mentions, words
from claims.proposals.text.quoting import Quoted, quoted
from claims.proposals.text.reporting import Clause, clauses, has_content
from claims.proposals.text.sentences import sentences
from claims.proposals.text.subjects import Subject, first_of, subjects_of
from claims.proposals.text.voices import Memory, Voice
from claims.text.spans import Span

ASSERT = "assert"
DIRECT, INDIRECT, MIXED = "direct", "indirect", "mixed"
SHORT = 3  # words that may be quoted for their own sake
NEAR = 60  # code points between a verb of saying and the quote behind it
MOST = 2000  # proposals of a text
SURE = 0.5  # the score from which who speaks is remembered
FEW_BETWEEN = 3  # words between a quote and the name behind it: "its director"
AROUND = 3  # words around the one of an attitude that say how strong it is


@dataclass(frozen=True)
class Proposal:
    """Words that may be a statement, who seems to say them, and how much speaks for it (0 to 1).

    The words of saying are the `cue`; `relays` are who passes them on. `strength` are the words that tell how strong
    the attitude is. `act` and `attitude` are the record's own terms.
    """

    span: Span
    quotation_type: str
    score: float
    speakers: Sequence[Voice] = ()
    cue: Span | None = None
    relays: Sequence[Voice] = ()
    act: str | None = None
    attitude: str | None = None
    strength: Span | None = None
    is_headline: bool = False
    said: Said | None = None


@dataclass(frozen=True)
class Document:
    """A text with what is known about it; `published` is the day on which it came out."""

    text: str
    title: str = ""
    published: date | None = None


class Engine(Protocol):
    """What proposes statements of a text; `name` changes whenever it would propose something else."""

    name: str

    def propose(self, document: Document, known: Iterable[Known]) -> list[Proposal]:
        """Return proposals in reading order, none of the same words twice; an outer one before those inside it."""
        ...


class MarksAndVerbs:
    """Every quoted span, and every clause behind a verb of saying, with the nearest name."""

    name = "marks-and-verbs-1"

    def propose(self, document: Document, known: Iterable[Known]) -> list[Proposal]:
        text = document.text
        row = words(text)
        named = mentions(text, row, known)
        lines = [Line.of(text, span, row, named) for span in sentences(text)]
        heads = headlines(text, document.title)
        memory = Memory()
        found: dict[Span, Proposal] = {}
        for line, quotes, beginning in _with_quotes(lines, quoted(text)):
            proposed = _of_line(line, quotes, beginning, lines)
            for one, subjects, relays in sorted(proposed, key=lambda each: (each[0].span.start, -each[0].span.end)):
                voices = memory.voices(subjects, line)
                if one.score >= SURE:
                    memory.keep(voices)
                relayed = Memory().voices(relays, line)
                whole = replace(one, speakers=voices, relays=relayed, is_headline=_is_in(one.span, heads))
                whole = replace(whole, said=said_of(line, one.cue or one.span, document.published))
                before = found.get(one.span)
                if before is None or before.score < one.score:
                    found[one.span] = whole
            memory.note(line, has_spoken=bool(proposed))
            if len(found) >= MOST:
                break
        return list(_once_in_headlines(sorted(found.values(), key=lambda one: (one.span.start, -one.span.end)), text))


def _once_in_headlines(found: Iterable[Proposal], text: str) -> Iterator[Proposal]:
    """A headline printed twice says what it says once."""
    told: set[str] = set()
    for one in found:
        said = one.span.words(text)
        if not (one.is_headline and said in told):
            yield one
        if one.is_headline:
            told.add(said)


#: a proposal with nobody yet, the subjects that its sentence prints, and those of "according to" around it
_Proposed = tuple[Proposal, Sequence[Subject], Sequence[Subject]]


def _with_quotes(
    lines: Sequence[Line], quotes: Sequence[Quoted]
) -> Iterator[tuple[Line, Sequence[Quoted], Sequence[Quoted]]]:
    """Yield each sentence with the quotes that touch it, and those of them that begin in it."""
    open_ones: list[Quoted] = []
    place = 0
    for line in lines:
        open_ones = [one for one in open_ones if one.whole.end > line.span.start]
        beginning = []
        while place < len(quotes) and quotes[place].whole.start < line.span.end:
            beginning.append(quotes[place])
            place += 1
        open_ones += beginning
        yield line, open_ones, beginning


def _of_line(
    line: Line, quotes: Sequence[Quoted], beginning: Sequence[Quoted], lines: Sequence[Line]
) -> list[_Proposed]:
    found = clauses(line, quotes)
    according = [one for one in found if one.is_according]
    reported = [one for one in found if not one.is_according]
    relays = according[0].subjects if according else ()
    proposed: list[_Proposed] = []
    subjects: Sequence[Subject] = ()
    for one in reported:
        # a verb without a subject of its own has that of the verb before it
        subjects = one.subjects or subjects or first_of(line)
        if any(each.is_first_person for each in subjects):
            continue
        covered = [each for each in according if each.span.start <= one.span.start < each.span.end]
        proposed.append((_of_clause(line, one, quotes), subjects, relays if covered else ()))
    # "X and Y agreed …, according to Z": X and Y speak, and Z passes it on
    alone = [
        one for one in according if not any(one.span.start <= other.span.start < one.span.end for other in reported)
    ]
    proposed += [(_of_clause(line, one, quotes), one.subjects, ()) for one in alone]
    return proposed + [_of_quote(line, quote, found, lines) for quote in beginning]


def _of_clause(line: Line, one: Clause, quotes: Sequence[Quoted]) -> Proposal:
    is_mixed = any(quote.whole.start < one.span.end and one.span.start < quote.whole.end for quote in quotes)
    is_inside = any(quote.span.start <= one.span.start < quote.span.end for quote in quotes)
    score = 0.7 - 0.1 * one.is_object - 0.2 * (one.is_nested or is_inside)
    proposal = Proposal(
        one.span,
        MIXED if is_mixed and not is_inside else INDIRECT,
        round(score, 2),
        cue=one.cue,
        act=ASSERT if one.is_according else one.act,
    )
    return _with_attitude(proposal, line, is_object=one.is_object)


def _of_quote(line: Line, quote: Quoted, found: Sequence[Clause], lines: Sequence[Line]) -> _Proposed:
    starts = [each.span.start for each in lines] if quote.whole.end > line.span.end else []
    last = lines[bisect_right(starts, quote.whole.end) - 1] if starts else line
    saying, subjects = _saying_beside(line, last, quote, lines)
    outer = next(
        (each for each in found if each.span.start <= quote.whole.start and quote.span.end <= each.span.end), None
    )
    size = len(words(line.text, quote.span.start, min(quote.span.end, quote.span.start + 200)))
    cue, act = (saying.cue, saying.act) if saying else (None, None)
    if outer and not saying:
        cue, act, subjects = outer.cue, outer.act, outer.subjects
    if not cue:
        subjects = _main_subjects(line, quote)
    score = (0.9 if size > SHORT else 0.5) if cue else (0.6 if size > SHORT else 0.3)
    if outer and outer.span != quote.span and not (size > SHORT and (outer.is_object or outer.is_according)):
        score = min(score, 0.4)  # a part of what stands for itself
    proposal = Proposal(
        quote.span,
        DIRECT,
        round(max(0.1, score - 0.1 * quote.depth - 0.1 * (not quote.is_closed)), 2),
        cue=cue,
        act=act,
    )
    return _with_attitude(proposal, line, is_object=size <= SHORT), subjects, ()


def _saying_beside(
    first: Line, last: Line, quote: Quoted, lines: Sequence[Line]
) -> tuple[Saying | None, Sequence[Subject]]:
    """The verb of saying beside a quote: right behind it ("…", a déclaré X), else before it in the sentence."""
    text = first.text
    for line in {last.span.start: last, first.span.start: first}.values():
        for one in line.sayings:
            if one.cue.start >= quote.whole.end and not text[quote.whole.end : one.cue.start].strip(
                ' ,.»\u00a0\u202f"”'
            ):
                return one, subjects_of(line, one)
            if subjects := _speaking_behind(line, one, quote):
                return one, subjects
    before = [one for one in first.sayings if one.cue.end <= quote.whole.start]
    if before and quote.whole.start - before[-1].cue.end <= NEAR:
        subjects = next((found for one in reversed(before) if (found := subjects_of(first, one))), [])
        return before[-1], subjects
    return None, ()


def _speaking_behind(line: Line, saying: Saying, quote: Quoted) -> Sequence[Subject]:
    """Who says a quote in front of them, in this order: "…," X, head of the port, warned on Thursday."""
    subjects = subjects_of(line, saying)
    if not subjects or saying.cue.start < quote.whole.end or has_content(line, saying):
        return ()
    between = line.words[line.place_at(quote.whole.end) : line.place_at(subjects[0].span.start)]
    is_next = subjects[0].span.start >= quote.whole.end and len(between) <= FEW_BETWEEN
    return subjects if is_next and not any(one.is_capital for one in between) else ()


def _main_subjects(line: Line, quote: Quoted) -> Sequence[Subject]:
    """Who may have said a quote that no verb of saying goes with: the subject of the sentence, if it is a name."""
    found = [one for one in first_of(line) if one.span.end <= quote.whole.start]
    is_introduced = line.text[line.span.start : quote.whole.start].rstrip().endswith(":")
    return found if is_introduced or any(one.mention for one in found) else ()


def _with_attitude(one: Proposal, line: Line, *, is_object: bool) -> Proposal:
    inside = words(line.text, one.span.start, one.span.end)
    around = words(line.text, one.cue.start, one.cue.end) if one.cue else []
    found = attitude_of(inside, cue=around, is_object=is_object)
    if found is None:
        return one
    attitude, shown = found
    strength = None
    if shown in inside:
        place = inside.index(shown)
        strength = Span(
            inside[max(0, place - AROUND)].span.start, inside[min(len(inside) - 1, place + AROUND)].span.end
        )
    act = "express" if one.act in {None, ASSERT} and (is_object or attitude == "concern") else one.act
    return replace(one, attitude=attitude, strength=strength, act=act)


def _is_in(span: Span, others: Sequence[Span]) -> bool:
    return any(other.start <= span.start and span.end <= other.end for other in others)
