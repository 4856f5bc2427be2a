"""Who is the subject of a verb, as the sentence prints it: a name, a noun phrase or a pronoun; no guess beyond it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from claims.proposals.text.lines import FIRST_PERSON, PRONOUNS, Line, Saying
from claims.proposals.text.names import Mention
from claims.proposals.text.verbs import AUXILIARIES, BE, BETWEEN, HAVE, verbs
from claims.proposals.text.vocabulary import forms
from claims.text.spans import Span

FARTHEST = 40  # words looked at before a verb
LONGEST = 14  # words of a noun phrase behind a verb
ARTICLES = forms("le la les l un une ce cet cette ces son sa ses leur leurs the a an this these his her its their")
PREPOSITIONS = forms(
    "de d du des a au aux en avec sur par pour dans entre contre sans sous chez vers lors apres avant depuis "
    "selon envers malgre pendant durant devant via hors of to in on at by for with from between against after "
    "before during about over face jusqu que qu comme afin outre"
) - {"que", "qu"}
_CLITICS = forms("ne n se s y en lui leur l le la les me nous vous") | BETWEEN
_ENDS = forms(
    "que qu qui dont lors dans apres avant devant alors pour depuis mardi mercredi jeudi vendredi samedi "
    "dimanche lundi hier who that which when after before during on in at monday tuesday wednesday thursday "
    "friday saturday sunday"
)
_TITLES = forms("m mm mme mmes mlle mr mrs ms dr")
_THEMSELVES = forms("lui elle eux elles him her them")
_TIMES = forms("lendemain veille jour matin soir semaine mois annee meme week day month year")
_AND = frozenset({"et", "and"})
_BEFORE_CLAUSE = forms("et mais puis and but que qu that car while si")
_BUT = forms("et mais puis and but")
#: offices that people hold: what stands before a name and is no part of it
OFFICES = forms(
    "president presidente ministre premier premiere porte-parole ambassadeur ambassadrice secretaire dirigeant "
    "dirigeante chef cheffe directeur directrice depute deputee senateur senatrice gouverneur maire procureur "
    "general pape patron chancelier chanceliere vice-president vice-ministre conseiller conseillere prime "
    "minister spokesman spokeswoman spokesperson ambassador secretary leader chief director senator governor "
    "mayor chancellor foreign defence defense representant envoye commissaire haut roi reine emir"
)
#: what may stand between a verb and its subject or object
_FILLERS = forms(
    "ici egalement aussi notamment encore ainsi lundi mardi mercredi jeudi vendredi samedi dimanche hier "
    "monday tuesday wednesday thursday friday saturday sunday yesterday publiquement"
)
#: bodies that speak for the states that they are of
OF_STATES = forms("dirigeants gouvernement gouvernements autorites leaders government governments authorities")


@dataclass(frozen=True)
class Subject:
    """Words that a verb may have as its subject, without their article.

    `mention` is the name that they are or end with, `role` the office before it; `head` their first word, folded.
    `inside` are names of states that they belong to: "les dirigeants du Japon et de la Chine".
    """

    span: Span
    head: str
    mention: Mention | None = None
    role: Span | None = None
    inside: Sequence[Mention] = field(default=())
    is_pronoun: bool = False
    is_plural: bool = False
    is_first_person: bool = False
    is_turned: bool = False  # a pronoun behind its verb: "a-t-il déclaré"


def subjects_of(line: Line, saying: Saying) -> list[Subject]:
    """Return the subjects of a verb of saying; none where it shares that of an earlier verb of the sentence."""
    if saying.pronoun:
        return [_pronoun(saying.pronoun.span, saying.pronoun.folded, is_turned=True)]
    if is_turned(line, saying):
        return behind(line, _behind_fillers(line, saying))
    if saying.has_no_subject or (saying.first and line.words[saying.first - 1].folded in _BUT):
        return []
    return before(line, saying.first)


def is_filler(folded: str) -> bool:
    """Whether a word behind a verb of saying says when or how, and neither who nor what."""
    return folded in _FILLERS or (folded.endswith("ement") and folded not in {"gouvernement", "licenciement"})


def _behind_fillers(line: Line, saying: Saying) -> int:
    """The place of what may be the subject behind a verb: "a déclaré mardi la ministre"."""
    place = saying.last + 1
    while place < len(line.words) and is_filler(line.words[place].folded) and not line.gap(place).strip():
        place += 1
    return place


def is_turned(line: Line, saying: Saying) -> bool:
    """Whether a verb stands behind what was said, and before its subject: "…, a déclaré X"."""
    place = _behind_fillers(line, saying)
    if place >= len(line.words) or line.gap(place).strip():
        return False
    gap = line.gap(saying.first) if saying.first else "»" * (line.text[saying.cue.start - 1 : saying.cue.start] != "")
    if saying.first and not set(gap) & set(",»”\"?!’'"):
        return False
    word = line.words[place]
    return word.is_capital or (word.folded in ARTICLES and not saying.has_no_subject)


def before(line: Line, place: int) -> list[Subject]:
    """Return the subjects that end right before a word, those joined by "et" in the order in which they stand."""
    end = place
    while (
        end
        and line.words[end - 1].folded in _CLITICS
        and not line.words[end - 1].is_capital
        and not _is_pause(line, end)
    ):
        end -= 1
    if not end:
        return []
    for one in line.words[max(0, end - 2) : end][::-1]:
        if one.folded in PRONOUNS | FIRST_PERSON and not (one.folded in {"on", "a"} and one is not line.words[end - 1]):
            return [_pronoun(one.span, one.folded)]
    if line.words[end - 1].folded == "qui" or line.words[end - 1].folded == "who":
        end -= 1
    start = _start(line, end)
    if start is None:
        return []
    if _is_pause(line, end) and start and _is_pause(line, start):
        return _apposed(line, start, end)
    return _joined(line, start, end)


def behind(line: Line, place: int) -> list[Subject]:
    """Return the subjects that begin with a word: "a déclaré le ministre Ada Essai et …"."""
    row = line.words
    if row[place].folded in _THEMSELVES:
        return [_pronoun(row[place].span, row[place].folded)]
    if row[place].folded in _TITLES and place + 1 < len(row):
        place += 1
    end = place
    while end < len(row) and end - place < LONGEST:
        if end > place and (set(line.gap(end)) & set(',;:.«»“”"?!—–\n') or row[end].folded in _ENDS):
            break
        end += 1
    found = _parted(line, place, end)
    last = found[-1]
    # "a déclaré le porte-parole du Kremlin, Ada Essai"
    if end < len(row) and last.mention is None and last.head in OFFICES and line.gap(end).strip() == ",":
        name = line.mention_at(end)
        if name and name.is_person:
            found[-1] = Subject(name.span, last.head, name, role=last.span)
    return found


def first_of(line: Line) -> list[Subject]:
    """Return the likely subject of the sentence: the first name or noun phrase that no preposition precedes."""
    for place in range(min(len(line.words), FARTHEST)):
        if not _is_start(line, place):
            continue
        end = place + 1
        while end < len(line.words) and end - place < LONGEST and not _is_pause(line, end):
            if line.words[end].folded in AUXILIARIES or line.words[end].folded in verbs():
                break
            end += 1
        found = _parted(line, place, end)
        # an apposition: "le ministre, Ada Essai, …"
        if found[-1].mention is None and end < len(line.words) and line.gap(end).strip() == ",":
            name = line.mention_at(end)
            if name and name.is_person and found[-1].head in OFFICES:
                return [Subject(name.span, found[-1].head, name, role=found[-1].span)]
        return found
    return []


def office_before(line: Line, place: int) -> str | None:
    """Return the office that stands right before a name, folded: "le dirigeant nord-coréen Ada Essai"."""
    for one in range(place - 1, max(-1, place - 8), -1):
        if line.words[one].folded in OFFICES and line.words[one].folded not in {"general", "haut", "foreign"}:
            return line.words[one].folded
        if line.words[one].folded in HAVE | BE or line.mention_at(one) or set(line.gap(one + 1)) & set(';:.«»“”"'):
            return None
    return None


def _parted(line: Line, place: int, end: int) -> list[Subject]:
    """The noun phrases that "et" joins between two places."""
    row = line.words
    joints = [
        one
        for one in range(place + 1, end - 1)
        if row[one].folded in _AND and (row[one + 1].folded in ARTICLES or row[one + 1].is_capital)
    ]
    starts = [place, *(one + 1 for one in joints)]
    return [_phrase(line, start, stop) for start, stop in zip(starts, [*joints, end], strict=True)]


def _pronoun(span: Span, folded: str, *, is_turned: bool = False) -> Subject:
    return Subject(
        span,
        folded,
        is_pronoun=True,
        is_plural=folded in {"ils", "elles", "they", "eux", "them"},
        is_first_person=folded in FIRST_PERSON,
        is_turned=is_turned,
    )


def _is_pause(line: Line, place: int) -> bool:
    return place < len(line.words) and "," in line.gap(place)


def _start(line: Line, end: int) -> int | None:
    """The place of the nearest word before `end` that begins a noun phrase or a name."""
    for place in range(end - 1, max(-1, end - FARTHEST), -1):
        if place + 1 < end and set(line.gap(place + 1)) & set(';:«“"'):
            return None
        if _is_start(line, place) and not (_is_pause(line, end) and _is_date(line, place)):
            return place
    return None


def _is_start(line: Line, place: int) -> bool:
    """Whether a noun phrase or a name begins with a word that may be a subject: no preposition precedes it."""
    word = line.words[place]
    if place == 0:
        return _begins(line, place) if word.folded in ARTICLES else _is_name_first(line)
    previous = line.words[place - 1]
    if previous.folded in _TITLES and previous.is_capital:
        return place < 2 or line.words[place - 2].folded not in PREPOSITIONS
    has_gap = bool(set(line.gap(place)) & set(',;:«»“”"—–-('))
    if not has_gap and previous.folded in PREPOSITIONS and not previous.is_capital:
        return False
    if word.folded in ARTICLES and (has_gap or not word.is_capital):
        return _begins(line, place)
    if not word.is_capital or word.folded in PRONOUNS | FIRST_PERSON:
        return False
    if has_gap or previous.folded in _BEFORE_CLAUSE:
        return True
    if previous.is_capital or previous.folded in ARTICLES | OFFICES or line.mention_at(place) is None:
        return False
    return len(previous.folded) <= 3 or not _is_adjective_of_office(line, place)


def _begins(line: Line, place: int) -> bool:
    """Whether an article begins what may be a subject, and no date or time: "le 22 septembre", "la veille"."""
    following = line.words[place + 1] if place + 1 < len(line.words) else None
    if following is None or line.text[following.span.start].isdigit():
        return False
    return following.folded not in AUXILIARIES | _TIMES


def _is_name_first(line: Line) -> bool:
    """Whether a sentence begins with a name, or with a capitalised word before a verb of saying: "Officials said"."""
    word = line.words[0]
    if not word.is_capital or word.folded in PRONOUNS | FIRST_PERSON:
        return False
    return line.mention_at(0) is not None or (len(line.words) > 1 and _is_short_subject(line, 0))


def _is_short_subject(line: Line, place: int) -> bool:
    """Whether a word is followed by what follows a subject: a verb of saying, "has", "and"."""
    following = line.words[place + 1].folded
    return following in AUXILIARIES | verbs().keys() | _AND | {"ne", "n"}


def _is_adjective_of_office(line: Line, place: int) -> bool:
    """Whether an office stands before a name: "le dirigeant nord-coréen Ada Essai"."""
    return any(one.folded in OFFICES for one in line.words[max(0, place - 6) : place])


def _is_date(line: Line, place: int) -> bool:
    return any(
        character.isdigit()
        for one in line.words[place : place + 2]
        for character in line.text[one.span.start : one.span.end]
    )


def _joined(line: Line, start: int, end: int) -> list[Subject]:
    found = [_phrase(line, start, end)]
    is_list = False
    while start > 1 and len(found) < 6:
        joint = line.words[start - 1].folded in _AND
        if not joint and not (is_list and line.gap(start).strip() == ","):
            break
        stop = start - 1 if joint else start
        earlier = _start(line, stop)
        if earlier is None or stop - earlier > LONGEST or any(_is_pause(line, one) for one in range(earlier + 1, stop)):
            break
        one = _phrase(line, earlier, stop)
        if _is_named(line, one) != _is_named(line, found[0]) or any(
            word.folded in verbs() for word in line.words[earlier:stop]
        ):
            break
        found.insert(0, one)
        start, is_list = earlier, True
    return found


def _is_named(line: Line, one: Subject) -> bool:
    """Whether a subject is a name, known or not: "la Chine", "Kirby"."""
    return one.mention is not None or (
        line.text[one.span.start].isupper() and " " not in line.text[one.span.start : one.span.end]
    )


def _apposed(line: Line, start: int, end: int) -> list[Subject]:
    """A phrase between commas right before the verb, and what it belongs to: "le porte-parole, Ada Essai, a dit"."""
    inner = _phrase(line, start, end)
    earlier = _start(line, start)
    if earlier is None or any(_is_pause(line, place) for place in range(earlier + 1, start)):
        return [inner]
    outer = _phrase(line, earlier, start)
    if inner.mention and inner.mention.span == inner.span:
        role = outer.span if outer.head in OFFICES and not outer.mention else None
        return [Subject(inner.span, outer.head, inner.mention, role=role)]
    if outer.mention:
        return [
            Subject(outer.span, outer.head, outer.mention, role=inner.span if inner.head in OFFICES else outer.role)
        ]
    return [inner]


def _phrase(line: Line, start: int, end: int) -> Subject:
    """The noun phrase of the words from `start` to `end`: its name, the office before the name, the states inside."""
    row = line.words
    last = end
    begin = start
    while begin + 1 < last and row[begin].folded in ARTICLES | _TITLES:
        begin += 1
    head = row[begin].folded
    for place in range(begin + 1, last):
        if (_is_pause(line, place) and head not in OF_STATES) or row[place].folded in HAVE | BE:
            last = place
            break
    span = Span(row[begin].span.start, row[last - 1].span.end)
    closing = line.text[span.end : span.end + 1]
    if closing == ")" and "(" in line.text[span.start : span.end]:
        span = Span(span.start, span.end + 1)
    named = [(place, one) for place in range(begin, last) if (one := line.mention_at(place))]
    is_plural = row[start].folded in {"les", "des", "ces", "leurs", "these", "the"} and head.endswith(("s", "x"))
    if named and named[0][0] == begin:
        first = named[0][1]
        # "Utopia's spokeswoman Ada Essai"
        behind_it = line.place_at(first.span.end) + 1
        if _is_possessive(line, first) and any(place > behind_it for place, _ in named) and behind_it < last:
            return _phrase(line, behind_it, last)
        return Subject(first.span, head, first)
    free = [one for place, one in named if row[place - 1].folded not in PREPOSITIONS and not _is_of(line, place)]
    if free and free[-1].span.end >= row[last - 1].span.end - 1:
        return Subject(free[-1].span, head, free[-1], role=_role(line, begin, free[-1]))
    states = tuple(one for _, one in named if not one.is_person) if head in OF_STATES else ()
    return Subject(span, head, inside=states, is_plural=is_plural or head in {"deux", "two", "both"})


def _is_possessive(line: Line, name: Mention) -> bool:
    return line.text[name.span.end : name.span.end + 2] in {"’s", "'s"}


def _is_of(line: Line, place: int) -> bool:
    """Whether a name belongs to what stands before it: "de la Corée du Sud"."""
    return place > 1 and line.words[place - 1].folded in ARTICLES and line.words[place - 2].folded in PREPOSITIONS


def _role(line: Line, begin: int, name: Mention) -> Span | None:
    """The office between an article and a name: "Premier ministre japonais" before "Ada Essai"."""
    if not any(one.folded in OFFICES for one in line.words[begin : begin + 2]):
        return None
    start = line.words[begin].span.start
    kept = line.text[start : name.span.start].rstrip(" ,\u00a0")
    return Span(start, start + len(kept)) if kept else None
