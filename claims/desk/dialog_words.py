"""What the dialogs of the desk say, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.models.vocabularies import EventType, SpeakerType, Status


def dialog_words() -> dict[str, str]:
    """Return the texts by name; those in %(…)s are filled in by the page, one and other chosen by it for a number."""
    return {**_common(), **_looking_up(), **_speakers(), **_subjects(), **_conflicts(), **_vocabularies()}


def _common() -> dict[str, str]:
    return {
        "dialog_close": _("Close"),
        "dialog_cancel": _("Cancel"),
        "dialog_back": _("Back"),
        "dialog_done": _("Done"),
        "dialog_send": _("Send"),
        "dialog_saving": _("Saving …"),
        "dialog_offline": _("You are offline: what you entered is kept here."),
        "dialog_no_answer": _("The record does not answer: what you entered is kept here."),
        "dialog_failing": _("The record cannot answer at the moment: what you entered is kept here."),
        "dialog_signed_out": _("You are signed out: sign in in another tab, then go on here."),
        "dialog_not_allowed": _("Your role does not allow this."),
        "dialog_enter_again": _("Enter tries again; nothing is made twice."),
        "dialog_try_again": _("Try again"),
        "dialog_too_long": _("It is too long: %(most)s characters are the most."),
        "dialog_legend": _("Keys"),
        "dialog_reason": _("Reason"),
        "dialog_reason_needed": _("Please say why, in a few words."),
        "dialog_characters_left": _("Characters left: %(count)s"),
        "dialog_hint_reason": _("Enter sends, Shift+Enter begins a new line."),
    }


def _looking_up() -> dict[str, str]:
    return {
        "dialog_look_for": _("Look for"),
        "dialog_looking": _("Looking …"),
        "dialog_found_one": ngettext("%(count)s found", "%(count)s found", 1),
        "dialog_found_other": ngettext("%(count)s found", "%(count)s found", 2),
        "dialog_nothing_found": _("Nothing found for “%(typed)s”."),
        "dialog_type_to_look": _("Type to look for more."),
        "dialog_chosen": _("Chosen"),
        "dialog_added": _("%(name)s is chosen."),
        "dialog_removed": _("%(name)s is no longer chosen."),
        "dialog_remove": _("Remove %(name)s"),
        "dialog_hint_one": _("↑ ↓ move, Enter takes."),
        "dialog_hint_digits": _("↑ ↓ move, Enter takes; so does a digit while nothing is typed."),
        "dialog_hint_many": _("↑ ↓ move, Enter adds or removes; Enter with nothing typed is done."),
    }


def _speakers() -> dict[str, str]:
    return {
        "dialog_speaker_find": _("Find or make a speaker"),
        "dialog_speaker_by_name": _("Name in any spelling, or Wikidata id"),
        "dialog_speaker_placeholder": _("Beginning of a name"),
        "dialog_speaker_matched": _("also %(name)s"),
        "dialog_statements_one": ngettext("%(count)s statement", "%(count)s statements", 1),
        "dialog_statements_other": ngettext("%(count)s statement", "%(count)s statements", 2),
        "dialog_make": _("Make “%(name)s”"),
        "dialog_speaker_new": _("New speaker"),
        "dialog_speaker_name": _("Name"),
        "dialog_speaker_type": _("Type"),
        "dialog_speaker_unnamed": _("Unnamed (a group or somebody whose name is not given)"),
        "dialog_speaker_names": _("Other spellings"),
        "dialog_speaker_names_help": _("Several with semicolons between them."),
        "dialog_speaker_wikidata": _("Wikidata id, if there is one"),
        "dialog_speaker_make": _("Make"),
        "dialog_speaker_needs_name": _("A speaker needs a name."),
        "dialog_speaker_bad_wikidata": _("A Wikidata id is a Q with a number, such as Q42."),
        "dialog_speaker_same": _("Is it one of these?"),
        "dialog_speaker_anyway": _("Make a new “%(name)s” all the same"),
        "dialog_speaker_made": _("“%(name)s” was made by your earlier try: take it, or make another."),
        "dialog_hint_make": _("← → or a letter choose the type, Enter makes the speaker."),
    }


def _subjects() -> dict[str, str]:
    return {
        "dialog_topics": _("Topics"),
        "dialog_topics_placeholder": _("Beginning of a topic"),
        "dialog_event": _("Event"),
        "dialog_event_placeholder": _("Beginning of an event’s name"),
        "dialog_event_none": _("No event"),
        "dialog_role": _("Role"),
        "dialog_role_placeholder": _("Beginning of a role"),
        "dialog_role_none": _("No role"),
        "dialog_statement": _("The same statement elsewhere"),
        "dialog_statement_placeholder": _("Words of it"),
        "dialog_statement_said": _("%(speakers)s: %(words)s"),
        "dialog_statement_none": _("No other statement"),
    }


def _conflicts() -> dict[str, str]:
    return {
        "dialog_conflict": _("Changed by two people"),
        "dialog_conflict_by": _("%(name)s changed this while you did."),
        "dialog_conflict_somebody": _("Somebody else, or you in another tab, changed this while you did."),
        "dialog_conflict_ask": _("Choose what is to stay. Nothing of yours is saved before that."),
        "dialog_conflict_open": _("Please choose in each row."),
        "dialog_conflict_row": _("%(member)s: %(value)s"),
        "dialog_conflict_further": _("They also changed this, which stays:"),
        "dialog_all_mine": _("All mine"),
        "dialog_all_theirs": _("All theirs"),
        "dialog_keep_chosen": _("Keep what is chosen"),
        "dialog_later": _("Decide later"),
        "dialog_member": _("What"),
        "dialog_mine": _("Mine"),
        "dialog_theirs": _("Theirs"),
        "dialog_nothing": _("nothing"),
        "dialog_hint_conflict": _("Tab goes from row to row, ← → choose."),
    }


def _vocabularies() -> dict[str, str]:
    """Return the terms that options show."""
    terms = {"type": SpeakerType.choices, "event": EventType.choices, "status": Status.choices}
    return {f"dialog_{name}_{value}": str(label) for name, choices in terms.items() for value, label in choices}
