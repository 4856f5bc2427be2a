"""What the record is to be after each act on it, in plain Python: no rule is taken from the product."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from config.access.roles import Role

DONE, REFUSED, STALE, FORBIDDEN, HIDDEN = "done", "refused", "stale", "forbidden", "hidden"
DRAFT, IN_REVIEW, PUBLISHED, WITHDRAWN = "draft", "in_review", "published", "withdrawn"
PEOPLE = {
    "ana": Role.CONTRIBUTOR,
    "abe": Role.CONTRIBUTOR,
    "cleo": Role.CURATOR,
    "carl": Role.CURATOR,
    "rosa": Role.REVIEWER,
    "remi": Role.REVIEWER,
}
REVIEWERS = {name for name, role in PEOPLE.items() if role is Role.REVIEWER}
CURATORS = {name for name, role in PEOPLE.items() if role is Role.CURATOR}
CONTRIBUTORS = {name for name, role in PEOPLE.items() if role is Role.CONTRIBUTOR}
#: step -> the states it leads from
STEPS = {
    "submit": {DRAFT},
    "approve": {IN_REVIEW},
    "publish": {IN_REVIEW},
    "return": {IN_REVIEW, WITHDRAWN},
    "withdraw": {PUBLISHED},
}


@dataclass(frozen=True)
class Quote:
    """Words of the document, in one of its revisions, and who passes them on in it."""

    revision: int
    state: str = "exact"
    relay: str | None = None


@dataclass(frozen=True)
class Content:
    """What a statement says: a note found nowhere else, who said it, and its quotes by their words."""

    note: str
    speakers: frozenset[str]
    quotes: dict[str, Quote]


@dataclass
class Said:
    """A statement."""

    id: str
    author: str
    content: Content
    status: str = DRAFT
    was_public: bool = False
    reason: str = ""
    #: what the reviewer who returned it asked for
    asked_for: str = ""
    submitted_by: str | None = None
    #: `asked_for` and `submitted_by` as they were before it was sent to review
    before_sent: tuple[str, str | None] = ("", None)
    is_approved: bool = False
    #: who wrote any of it since it was last public
    changed_by: set[str] = field(default_factory=set)
    #: when and by whom its quotes were written, in whichever statement; and where that cannot be told
    quoted_by: set[tuple[int, str]] = field(default_factory=set)
    may_be_quoted_by: set[tuple[int, str]] = field(default_factory=set)
    last_public: int = -1
    merged_into: str | None = None
    #: number in the history -> what it said from then on
    earlier: dict[int, Content] = field(default_factory=dict)
    #: notes that the public was shown
    shown: set[str] = field(default_factory=set)

    def is_seen_by(self, who: str) -> bool:
        is_shown = self.was_public and self.status in {PUBLISHED, WITHDRAWN}
        return who not in CONTRIBUTORS or is_shown or self.author == who

    def may_be_changed_by(self, who: str) -> bool:
        return who not in CONTRIBUTORS or self.author == who

    def names(self, speaker: str) -> bool:
        relays = {quote.relay for quote in self.content.quotes.values()}
        return speaker in self.content.speakers or speaker in relays

    def follow(self, speaker: str, into: str) -> None:
        """Name one speaker where it named another."""
        self.content = followed(self.content, {speaker: into})
        self.unapprove()

    def unapprove(self) -> None:
        """What was approved is another by now."""
        if self.status == IN_REVIEW:
            self.is_approved = False

    @property
    def wrote(self) -> set[str | None]:
        """Who may not approve it."""
        return {self.author, self.submitted_by, *self.changed_by, *self._since_public(self.quoted_by)}

    def is_open_whether_by(self, who: str) -> bool:
        """Whether it cannot be told if they wrote any of it."""
        return who not in self.wrote and who in self._since_public(self.may_be_quoted_by)

    def _since_public(self, written: set[tuple[int, str]]) -> set[str]:
        return {who for moment, who in written if moment > self.last_public}

    def take(self, step: str, who: str, reason: str, moment: int) -> str:
        """Take a step of the workflow, or say why it cannot be taken."""
        if not (self.may_be_changed_by(who) if step == "submit" else who in REVIEWERS):
            return FORBIDDEN
        if self.status not in STEPS[step] or self.merged_into:
            return REFUSED
        if step == "approve" and self.is_approved:
            return REFUSED
        if step in {"approve", "publish"} and not self.is_approved and who in self.wrote:
            return REFUSED
        if step == "submit":
            self.before_sent = self.asked_for, self.submitted_by
            self.status, self.asked_for, self.submitted_by = IN_REVIEW, "", who
        elif step == "approve":
            self.is_approved = True
        elif step == "publish":
            self.status, self.was_public, self.is_approved, self.reason = PUBLISHED, True, True, ""
            self.shown.add(self.content.note)
            self.changed_by.clear()
            self.last_public = moment
        elif step == "return":
            self.status, self.is_approved, self.asked_for = DRAFT, False, reason
        else:
            self.status, self.reason = WITHDRAWN, reason
        return DONE

    def recall(self, who: str) -> str:
        """Take it back from review, or say why not: only who sent it may, while nobody approved it."""
        if self.status != IN_REVIEW or self.submitted_by != who or self.is_approved:
            return REFUSED
        self.status, (self.asked_for, self.submitted_by) = DRAFT, self.before_sent
        return DONE

    def public_answer(self) -> tuple[int, str]:
        """Status of what the public is answered, and the sentence or the id that comes with it."""
        if self.status == PUBLISHED:
            return 200, self.id
        if self.merged_into:
            return 301, self.merged_into
        return (410, self.reason) if self.was_public else (404, "")


@dataclass
class Document:
    """One document in its revisions: a beginning, then words one after the other, none of which is there twice."""

    words: list[str]
    beginning: str = "Dépêche."
    number: int = 1

    @property
    def text(self) -> str:
        return "\n".join([self.beginning, *self.words, f"Révision {self.number}."])


class Record:
    """Everything in it, and what acts do to it."""

    def __init__(self) -> None:
        self.statements: dict[str, Said] = {}
        self.deleted: set[str] = set()
        #: speaker -> the one that it was merged into, None for a living one
        self.speakers: dict[str, str | None] = {}
        self.unused = [f"« Propos {number:02} »" for number in range(1, 25)]
        self.document = Document([*self.unused])
        self.revisions = {1: self.document.text}
        #: what the last act lets grow
        self.grown: set[str] = set()

    @property
    def living(self) -> list[str]:
        return [key for key, into in self.speakers.items() if into is None]

    def living_behind(self, speaker: str) -> str:
        """The speaker that one is by now."""
        while (into := self.speakers[speaker]) is not None:
            speaker = into
        return speaker

    def ids(self, *statuses: str) -> set[str]:
        return {key for key, one in self.statements.items() if one.status in statuses}

    def anchored(self, words: str, quote: Quote) -> Quote:
        """Where the words of a quote are in the latest revision."""
        now, then = self.document.text, self.revisions[quote.revision]
        if now.startswith(words, then.index(words)):
            return replace(quote, state="exact")
        return replace(quote, state="moved" if words in now else "orphaned")

    def add_revision(self, beginning: str, without: str | None) -> None:
        """Let the document have newer words."""
        words = [one for one in self.document.words if one != without]
        self.unused = [one for one in self.unused if one != without]
        self.document = Document(words, beginning, self.document.number + 1)
        self.revisions[self.document.number] = self.document.text
        for one in self.statements.values():
            quotes = {words: self.anchored(words, quote) for words, quote in one.content.quotes.items()}
            if quotes != one.content.quotes:
                one.content = replace(one.content, quotes=quotes)
                one.unapprove()
                self.grown.add(one.id)

    def merge(self, speaker: str, into: str) -> str:
        if speaker == into or self.speakers[speaker] or self.speakers[into]:
            return REFUSED
        for one in self.statements.values():
            if one.names(speaker):
                one.follow(speaker, into)
                self.grown.add(one.id)
        for key, now in self.speakers.items():
            if now == speaker:
                self.speakers[key] = into
        self.speakers[speaker] = into
        return DONE

    def split(self, speaker: str, chosen: Iterable[str]) -> set[str] | None:
        """The statements in which another speaker is named from now on; None where it cannot be."""
        naming = {key for key in chosen if self.statements[key].names(speaker)}
        return naming if naming and self.speakers[speaker] is None else None

    def unite(self, one: Said, other: Said, who: str) -> str:
        for row in (one, other):
            if not (row.may_be_changed_by(who) if row.status == DRAFT else who in REVIEWERS):
                return FORBIDDEN
        if one is other or one.status != other.status or one.status not in {DRAFT, PUBLISHED}:
            return REFUSED
        if (one.status == DRAFT and one.was_public) or one.content.speakers != other.content.speakers:
            return REFUSED
        other.content = replace(other.content, quotes={**other.content.quotes, **one.content.quotes})
        other.changed_by.add(who)
        other.quoted_by |= one.quoted_by
        other.may_be_quoted_by |= one.may_be_quoted_by
        self.grown |= {one.id, other.id}
        for row in self.statements.values():
            if row.merged_into == one.id:
                row.merged_into = other.id
                self.grown.add(row.id)
        if one.status == DRAFT:
            self.delete(one)
        else:
            one.content = replace(one.content, quotes={})
            one.status, one.merged_into = WITHDRAWN, other.id
        return DONE

    def delete(self, one: Said) -> None:
        del self.statements[one.id]
        self.deleted.add(one.id)

    def restored(self, content: Content) -> Content:
        """What a statement would say if it said now what it said then."""
        then = followed(content, {key: self.living_behind(key) for key in self.speakers})
        return replace(then, quotes={words: self.anchored(words, quote) for words, quote in then.quotes.items()})


def followed(content: Content, becomes: dict[str, str]) -> Content:
    """The content with other speakers."""
    quotes = {
        words: replace(quote, relay=becomes.get(quote.relay, quote.relay) if quote.relay else None)
        for words, quote in content.quotes.items()
    }
    return replace(content, speakers=frozenset(becomes.get(one, one) for one in content.speakers), quotes=quotes)


_STATUS = "UPDATE claims_statement SET status = '{}' WHERE id = %(id)s"
#: act by SQL that is refused -> the states of the statements it is tried on, and the command
FORBIDDEN_SQL: dict[str, tuple[set[str], str]] = {
    "publish a draft": ({DRAFT}, _STATUS.format(PUBLISHED)),
    "withdraw a draft": ({DRAFT}, _STATUS.format(WITHDRAWN)),
    "withdraw from review": ({IN_REVIEW}, _STATUS.format(WITHDRAWN)),
    "take back to draft": ({PUBLISHED}, _STATUS.format(DRAFT)),
    "take back to review": ({PUBLISHED, WITHDRAWN}, _STATUS.format(IN_REVIEW)),
    "publish again": ({WITHDRAWN}, _STATUS.format(PUBLISHED)),
    "change what is no draft": (
        {IN_REVIEW, PUBLISHED, WITHDRAWN},
        "UPDATE claims_statement SET said_at_text = 'note-0-' WHERE id = %(id)s",
    ),
    "delete what is no draft": ({IN_REVIEW, PUBLISHED, WITHDRAWN}, "DELETE FROM claims_statement WHERE id = %(id)s"),
    "let nobody say it": ({IN_REVIEW, PUBLISHED}, "DELETE FROM claims_attribution WHERE statement_id = %(id)s"),
    "leave it without words": ({IN_REVIEW, PUBLISHED}, "DELETE FROM claims_wording WHERE statement_id = %(id)s"),
    "take its quotes": ({IN_REVIEW, PUBLISHED}, "DELETE FROM claims_appearance WHERE statement_id = %(id)s"),
    "change the reason": (
        {PUBLISHED, WITHDRAWN},
        "UPDATE claims_statement SET withdrawn_reason = 'another' WHERE id = %(id)s",
    ),
    "forget that it was public": (
        {PUBLISHED, WITHDRAWN},
        "UPDATE claims_statement SET published_at = NULL WHERE id = %(id)s",
    ),
    "attribute to a merged speaker": (
        {DRAFT},
        "UPDATE claims_attribution SET speaker_id = %(merged)s WHERE statement_id = %(id)s",
    ),
}
