"""What the triggers of statements say when they refuse, for the catalogue of translations."""

from sources.text.problems import mark

#: word for word as `migrations/0002_invariants.py`, `0006_workflow.py` and `0008_merged_topics.py` have them
SENTENCES = (
    mark("The words before are longer than what is before."),
    mark("The mention names a speaker of another statement."),
    mark("An appearance needs the words it quotes."),
    mark("Segments are numbered 1, 2, 3 … without gaps."),
    mark("Segments follow each other in the text and do not overlap."),
    mark("Relays are numbered 1, 2, 3 … from the speaker, without gaps."),
    mark("A speaker cannot be part of one of its own parts."),
    mark("A topic cannot be broader than its own broader topic."),
    mark("This speaker was merged into another: use the other."),
    mark("Whatever names the merged speaker must name the other first."),
    mark("This topic was merged into another: use the other."),
    mark("Whatever names the merged topic must name the other first."),
    mark("A statement begins as a draft."),
    mark("A statement that was published is withdrawn, not deleted."),
    mark("A published statement was made in this role: add another role instead of changing it."),
    mark("What was public stays public."),
    mark("A published statement needs at least one speaker."),
    mark("A published statement needs its words."),
    mark("A statement changes only while it is a draft."),
    mark("This changes with a step of the workflow alone."),
)

_NOT_THESE_WORDS = mark("The span does not select these words in the text.")
#: rules whose sentences carry values, which no catalogue can have; said without them in other languages
BY_RULE = {
    "appearance_selects_its_words": _NOT_THESE_WORDS,
    "mention_selects_its_words": _NOT_THESE_WORDS,
    "relay_selects_its_words": _NOT_THESE_WORDS,
    "segment_selects_its_words": _NOT_THESE_WORDS,
    "statement_moves_by_the_workflow": mark("A statement cannot go from its status to this one."),
}
