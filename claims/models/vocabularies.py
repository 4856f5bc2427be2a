"""Closed vocabularies. Each says where its terms come from; labels are for people, values for programs."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class SpeakerType(TextChoices):
    """What can say something: Popolo (person, organization) and schema.org (Person, Organization), with states and
    unnamed groups ("the two leaders", "residents") told apart from organizations."""

    PERSON = "person", _("Person")
    ORGANIZATION = "organization", _("Organization")
    STATE = "state", _("State")
    GROUP = "group", _("Group")


class NameKind(TextChoices):
    """How another name relates to the main one; after Popolo `other_names` and Wikidata aliases."""

    SPELLING = "spelling", _("Spelling")
    TRANSLITERATION = "transliteration", _("Transliteration")
    TRANSLATION = "translation", _("In another language")
    ACRONYM = "acronym", _("Acronym")
    FORMER = "former", _("Former name")


class RoleCategory(TextChoices):
    """What sort of office it is; the kinds that press reports on foreign affairs tell apart (ours)."""

    HEAD_OF_STATE = "head_of_state", _("Head of state")
    HEAD_OF_GOVERNMENT = "head_of_government", _("Head of government")
    FOREIGN_MINISTER = "foreign_minister", _("Foreign minister")
    DEFENCE_MINISTER = "defence_minister", _("Defence minister")
    MINISTER = "minister", _("Other minister")
    SPOKESPERSON = "spokesperson", _("Spokesperson")
    AMBASSADOR = "ambassador", _("Ambassador")
    DIPLOMAT = "diplomat", _("Diplomat")
    LEGISLATOR = "legislator", _("Legislator")
    MILITARY = "military", _("Military")
    OFFICIAL = "official", _("Other official")
    EXPERT = "expert", _("Expert")
    JOURNALIST = "journalist", _("Journalist")
    OTHER = "other", _("Other")


class EventType(TextChoices):
    """The kind of occasion; after schema.org Event and the occasions that press reports name (ours)."""

    PRESS_CONFERENCE = "press_conference", _("Press conference")
    SUMMIT = "summit", _("Summit")
    MEETING = "meeting", _("Meeting")
    SPEECH = "speech", _("Speech")
    INTERVIEW = "interview", _("Interview")
    STATEMENT = "statement", _("Written statement")
    HEARING = "hearing", _("Hearing")
    CONFERENCE = "conference", _("Conference")
    VISIT = "visit", _("Visit")
    OTHER = "other", _("Other")


class Status(TextChoices):
    """Where a statement stands in its life: draft → in review → published → withdrawn, or back to draft (ours)."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Act(TextChoices):
    """What the speaker does by saying it: speech acts, named after CAMEO's verbal event classes where one fits.

    CAMEO has no class for an attitude and nothing more; that is `express`.
    """

    ASSERT = "assert", _("Assert")
    DENY = "deny", _("Deny")
    PROMISE = "promise", _("Promise")
    DEMAND = "demand", _("Demand")
    WARN = "warn", _("Warn")
    THREATEN = "threaten", _("Threaten")
    ACCUSE = "accuse", _("Accuse")
    CONDEMN = "condemn", _("Condemn")
    PRAISE = "praise", _("Praise")
    AGREE = "agree", _("Agree")
    ADMIT = "admit", _("Admit")
    ANNOUNCE = "announce", _("Announce")
    ASK = "ask", _("Ask")
    APOLOGISE = "apologise", _("Apologise")
    DECLINE_TO_COMMENT = "decline_to_comment", _("Decline to comment")
    EXPRESS = "express", _("Express an attitude")


class Attitude(TextChoices):
    """What the wording shows of the speaker's stance; a short list after appraisal theory's affect (ours)."""

    CONCERN = "concern", _("Concern")
    FEAR = "fear", _("Fear")
    REGRET = "regret", _("Regret")
    ANGER = "anger", _("Anger")
    SATISFACTION = "satisfaction", _("Satisfaction")
    SUPPORT = "support", _("Support")
    OPPOSITION = "opposition", _("Opposition")
    DOUBT = "doubt", _("Doubt")
    SOLIDARITY = "solidarity", _("Solidarity")


class Intensity(IntegerChoices):
    """How strong a phrase of the wording is, read off the lexicon that curators edit (ours)."""

    MILD = 1, _("1 mild")
    MARKED = 2, _("2 marked")
    EXTREME = 3, _("3 extreme")


class DateBasis(TextChoices):
    """How the date of saying is known: printed in the document, inferred from its words, or from elsewhere (ours)."""

    PRINTED = "printed", _("Printed")
    INFERRED = "inferred", _("Inferred")
    EXTERNAL = "external", _("From elsewhere")


class AttributionKind(TextChoices):
    """The part a speaker has in a statement: Akoma Ntoso `by`, `as` and `to`; PARC's attitude holder."""

    SPEAKER = "speaker", _("Speaker")
    ON_BEHALF_OF = "on_behalf_of", _("On behalf of")
    ADDRESSEE = "addressee", _("Addressee")
    ATTITUDE_HOLDER = "attitude_holder", _("Attitude holder")


class Certainty(TextChoices):
    """How sure the curator is of the attribution (PROV qualifies an attribution; the three degrees are ours)."""

    CERTAIN = "certain", _("Certain")
    PROBABLE = "probable", _("Probable")
    DOUBTFUL = "doubtful", _("Doubtful")


class QuotationType(TextChoices):
    """Whose words are printed: PARC 3.0's direct, indirect and mixed quotations."""

    DIRECT = "direct", _("Direct")
    INDIRECT = "indirect", _("Indirect")
    MIXED = "mixed", _("Mixed")


class AnchorState(TextChoices):
    """Where the words are in the source's latest revision; after Hypothesis' anchoring and its orphans."""

    EXACT = "exact", _("In place")
    MOVED = "moved", _("Moved")
    AMBIGUOUS = "ambiguous", _("Ambiguous")
    ORPHANED = "orphaned", _("Gone")


class Stance(TextChoices):
    """A statement's stance to a claim; discourse network analysis (agreement, disagreement), and questions."""

    AFFIRMS = "affirms", _("Affirms")
    DENIES = "denies", _("Denies")
    QUESTIONS = "questions", _("Questions")


class RelationType(TextChoices):
    """How one statement bears on another (ours). `reports` goes from the outer to the inner of a nested quote,
    `summarises` from the headline to the body."""

    REPORTS = "reports", _("reports")
    REPEATS = "repeats", _("repeats")
    SUMMARISES = "summarises", _("summarises")
    CONFIRMS = "confirms", _("confirms")
    DENIES = "denies", _("denies")
    CORRECTS = "corrects", _("corrects")
    RETRACTS = "retracts", _("retracts")
    ANSWERS = "answers", _("answers")
