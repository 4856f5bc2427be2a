"""Whose words they are: who is printed as the subject, or who spoke before where that is a pronoun or nobody."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from claims.proposals.text.lines import Line
from claims.proposals.text.names import Mention
from claims.proposals.text.subjects import PREPOSITIONS, Subject, first_of, office_before
from claims.proposals.text.vocabulary import forms
from claims.text.spans import Span

#: what anybody is called the second time
_ANYBODY = forms("responsable dirigeant homme femme interesse interessee dernier derniere official leader latter")
#: what those who were named together are called the second time
_TOGETHER = forms(
    "deux trois parties representants responsables dirigeants delegations two both three sides leaders officials"
)


@dataclass(frozen=True)
class Voice:
    """Who seems to speak: the words that stand for them beside the statement, where they are named, and their office.

    `key` is the speaker in the record; None where it does not have the name.
    """

    printed: Span
    named: Span
    key: str | None = None
    role: Span | None = None


@dataclass
class Memory:
    """Who spoke, and who was named, up to a place in the text."""

    one: Sequence[Voice] = ()
    several: Sequence[Voice] = ()
    last: Sequence[Voice] = ()
    by_head: dict[str, Voice] = field(default_factory=dict)

    def voices(self, subjects: Sequence[Subject], line: Line) -> list[Voice]:
        """Return who the subjects of a verb of the sentence are; whoever spoke last where there are none."""
        if not subjects:
            return list(self.last)
        found: dict[str | Span, Voice] = {}
        for subject in subjects:
            for voice in self._of(subject, line):
                found.setdefault(voice.key or voice.named, voice)
        return list(found.values())

    def keep(self, voices: Sequence[Voice]) -> None:
        """Remember who spoke."""
        if not voices:
            return
        self.last = voices
        if len(voices) > 1:
            self.several = voices
        else:
            self.one = voices

    def note(self, line: Line, *, has_spoken: bool) -> None:
        """Remember who is named in a sentence, that the next ones may mean by a pronoun or an office."""
        if not has_spoken:
            named = [one for one in first_of(line) if one.mention and one.mention.is_person]
            self.one = self.last = [_named(one) for one in named[-1:]] or self.one
            self.last = self.last or self.one
        people = [one for one in line.mentions if one.is_person]
        for one in people:
            if office := office_before(line, line.place_at(one.span.start)):
                self.by_head[office] = Voice(one.span, one.span, one.key)
        apart = [one for one in people if not _follows_preposition(line, one)]
        different = {one.key or line.text[one.span.start : one.span.end]: one for one in apart}
        if len(different) > 1:
            self.several = [Voice(one.span, one.span, one.key) for one in different.values()]

    def _of(self, subject: Subject, line: Line) -> Sequence[Voice]:
        if subject.is_first_person:
            return self.last
        if subject.is_pronoun:
            first = first_of(line) if not subject.is_plural and not subject.is_turned else []
            if first and first[0].mention and first[0].span.end < subject.span.start:
                return [Voice(subject.span, first[0].mention.span, first[0].mention.key)]
            known = (self.several or self.last) if subject.is_plural else (self.one or self.last)
            return [Voice(subject.span, one.named, one.key) for one in known]
        if subject.mention:
            voice = _named(subject)
            self.by_head[subject.head] = voice
            return [voice]
        if subject.inside:
            return [Voice(subject.span, one.span, one.key) for one in subject.inside]
        if subject.is_plural and self.several and subject.head in _TOGETHER:
            return [Voice(subject.span, one.named, one.key) for one in self.several]
        before = self.by_head.get(subject.head)
        if before is None and subject.head in _ANYBODY and self.one:
            before = self.one[0]
        voice = Voice(subject.span, before.named, before.key) if before else Voice(subject.span, subject.span)
        if before is None:
            self.by_head[subject.head] = voice
        return [voice]


def _named(subject: Subject) -> Voice:
    mention = subject.mention or Mention(subject.span)
    return Voice(mention.span, mention.span, mention.key, subject.role)


def _follows_preposition(line: Line, one: Mention) -> bool:
    place = line.place_at(one.span.start)
    return place > 0 and line.words[place - 1].folded in PREPOSITIONS and not line.gap(place).strip(" '’")
