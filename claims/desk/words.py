"""What the scripts of the desk show, in the reader's language; places in %(…)s are filled in by the page."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from claims.desk.dialog_words import dialog_words
from claims.models.vocabularies import Act, Attitude, AttributionKind, Certainty, DateBasis, Intensity, QuotationType


def words() -> dict[str, str]:
    """Return every text by its name."""
    return {
        **_bar(),
        **_trouble(),
        **_keys(),
        **_panel(),
        **_speakers(),
        **_circumstances(),
        **_told(),
        **_refused(),
        **_members(),
        **_acts(),
        **_attitudes(),
        **dialog_words(),
    }


def vocabularies() -> dict[str, list[list[Any]]]:
    """Return the closed vocabularies as [value, label] pairs, in their order."""
    return {
        "acts": _pairs(Act.choices),
        "attitudes": _pairs(Attitude.choices),
        "intensities": _pairs(Intensity.choices),
        "types": _pairs(QuotationType.choices),
        "kinds": _pairs(AttributionKind.choices),
        "certainties": _pairs(Certainty.choices),
        "bases": _pairs(DateBasis.choices),
    }


def _pairs(choices: Iterable[tuple[Any, Any]]) -> list[list[Any]]:
    return [[value, str(label)] for value, label in choices]


def _bar() -> dict[str, str]:
    return {
        "mode_attribute": _("Attribute"),
        "mode_review": _("Review"),
        "keys_on": _("Keys: on"),
        "keys_off": _("Keys: off"),
        "saved": _("Saved"),
        "saving": _("Saving …"),
        "offline": _("Offline, %(waiting)s waiting"),
        "failing": _("Not saved yet, %(waiting)s waiting"),
        "signed_out": _("Signed out, %(waiting)s waiting"),
        "held": _("Stopped, %(waiting)s waiting"),
        "count_open": _("Open %(number)s"),
        "count_draft": _("Drafts %(number)s"),
        "count_in_review": _("In review %(number)s"),
        "count_approved": _("Approved %(number)s"),
        "count_published": _("Published %(number)s"),
        "count_elsewhere": _("Open in other texts %(number)s"),
        "lease_theirs": _("Open with %(name)s"),
        "lease_since": _("Open with %(name)s since %(time)s"),
    }


def _trouble() -> dict[str, str]:
    return {
        "sign_in": _(
            "You are signed out. Sign in in a new tab, then go on here; what you decided (%(waiting)s) is kept."
        ),
        "sign_in_first": _("You are signed out. Sign in in a new tab, then go on here."),
        "sign_in_there": _("Sign in in a new tab"),
        "go_on": _("Go on"),
        "try_now": _("Try now"),
        "offline_long": _(
            "No network. What you decide is kept in this browser (%(waiting)s), and sent once there is one."
        ),
        "failing_long": _("The server does not answer. What you decide is kept (%(waiting)s) and sent again."),
        "no_state": _("The server does not answer. It is asked again."),
        "lease_other": _("%(name)s has this source open. Take it over to decide here."),
        "lease_lost": _("%(name)s took this source over. Take it back to save what waits here (%(waiting)s)."),
        "lease_back": _("%(name)s left this source: it is open to you, with what they did."),
        "take_over": _("Take over"),
        "taken": _("Taken over."),
        "not_taken": _("It could not be taken over: the server does not answer."),
        "old_revision": _("This is an older text: it is read only."),
        "old_revision_long": _("This is text %(number)s of this source, read only; the latest is text %(latest)s."),
        "to_latest": _("Go to the latest"),
        "person": _("Somebody else signed in here meanwhile. Load the page anew to go on as that person."),
        "reload": _("Load anew"),
        "kept": _("%(detail)s What you decided (%(waiting)s) is kept until then."),
        "to_queues": _("To the queues"),
        "unsent_elsewhere": _("What you decided on another text (%(waiting)s) is not saved yet. Open it to save it."),
        "open_there": _("Open it"),
        "conflict_waits": _(
            "You and somebody else changed the same statement. Nothing more is saved until you choose."
        ),
        "conflict_open": _("Choose"),
    }


def _keys() -> dict[str, str]:
    return {
        "keys_deciding": _("Decide"),
        "keys_moving": _("Move"),
        "keys_saying": _("Say"),
        "keys_selected": _("Selected words"),
        "keys_intensity": _("Intensity"),
        "keys_attitude": _("Attitude"),
        "keys_act": _("Act"),
        "key_accept": _("Accept, go on"),
        "key_approve": _("Approve, go on"),
        "key_accept_all": _("accept all of this name"),
        "key_reject": _("Not a statement"),
        "key_undo": _("undo"),
        "key_send": _("Send to review"),
        "key_publish": _("Publish approved"),
        "next_source": _("Next source"),
        "key_return": _("Return"),
        "key_next": _("next"),
        "key_previous": _("previous"),
        "key_cursor": _("go from word to word"),
        "key_select": _("select words"),
        "key_paragraph": _("beginning, end of the paragraph"),
        "key_details": _("to the details"),
        "key_back": _("back to the text, let go"),
        "key_overview": _("list of all"),
        "key_help": _("all keys"),
        "key_speaker": _("speaker"),
        "key_joint": _("joint speaker"),
        "key_find_speaker": _("find or make"),
        "key_relay": _("passed on by, then a number"),
        "key_behalf": _("on behalf of, then a number"),
        "key_topics": _("topics"),
        "key_event": _("event"),
        "key_link": _("same elsewhere"),
        "key_type": _("printed as"),
        "key_headline": _("headline"),
        "key_as_before": _("date and event as before"),
        "key_edge_end": _("end of the words, a word on or back"),
        "key_edge_start": _("beginning of the words"),
        "key_mark": _("mark, said by"),
        "key_take_words": _("its words"),
        "key_take_segment": _("one more part of it"),
        "key_take_cue": _("cue"),
        "key_take_name": _("name"),
        "key_take_role": _("role"),
        "key_take_date": _("date"),
        "key_take_phrase": _("intensity, by these words"),
        "key_intensity": _("mild, marked, extreme"),
        "key_no_intensity": _("no intensity"),
        "key_name_enter": pgettext("key", "Enter"),
        "key_name_esc": pgettext("key", "Esc"),
        "key_name_shift": pgettext("key", "Shift"),
        "key_name_ctrl": pgettext("key", "Ctrl"),
        "key_name_alt": pgettext("key", "Alt"),
        "key_name_home": pgettext("key", "Home"),
        "key_name_end": pgettext("key", "End"),
    }


def _panel() -> dict[str, str]:
    return {
        "place": _("%(place)s of %(all)s"),
        "state_open": _("Open"),
        "state_rejected": _("Not a statement"),
        "state_covered": _("Part of another"),
        "state_draft": _("Draft"),
        "state_in_review": _("In review"),
        "state_approved": _("Approved"),
        "state_published": _("Published"),
        "state_withdrawn": _("Withdrawn"),
        "state_hidden": _("Somebody else’s draft"),
        "open_admin": _("Whole page"),
        "returned": _("Returned: %(reason)s"),
        "nothing_current": _(
            "No statement is chosen. Enter goes to the first; or select words and press a speaker’s number."
        ),
        "nothing_to_review_current": _("No statement is chosen. Enter goes to the first."),
        "guessed": _("guessed"),
        "guess_score": _("guess %(score)s %%"),
        "guess_by": _("Proposed by %(engine)s"),
        "term_means": _("%(term)s: %(meaning)s"),
        "quoted": _("“%(words)s”"),
        "take": _("Take"),
        "take_title": _("Select words in the text first"),
        "take_for": _("Take the selected words: %(what)s"),
        "take_segment": _("Add a part"),
        "clear": _("Clear: %(what)s"),
        "remove": _("Remove: %(what)s"),
        "choose": _("Choose …"),
        "choose_for": _("Choose: %(what)s"),
        "undo": _("Undo"),
        "previous": _("Previous"),
        "next": _("Next"),
        "reopen": _("Open again"),
        "words": _("Words"),
        "type": _("Printed as"),
        "headline": _("Headline"),
        "cue": _("Cue"),
        "act": _("Act"),
        "attitude": _("Attitude"),
        "intensity": _("Intensity"),
        "phrase": _("by the words"),
        "wordings": _("In other words"),
        "wording": _("Words in this language"),
        "language": _("Language"),
        "translator": _("Translator"),
        "is_original": _("original"),
        "add_wording": _("Add a language"),
        "yes": _("yes"),
        "no": _("no"),
    }


def _speakers() -> dict[str, str]:
    return {
        "who": _("Who says it"),
        "find_speaker": _("Find or make"),
        "find_part": _("Find or make: %(part)s"),
        "cast_all": _("all %(number)s"),
        "cast_fewer": _("fewer"),
        "add_joint": _("Joint speaker"),
        "add_other": _("On behalf of, to …"),
        "nobody_yet": _("Nobody yet: press a number, or / to find"),
        "joint": _("Joint speaker: %(name)s"),
        "joint_title": _("Joint speaker, added or taken away %(key)s"),
        "kind": _("Part in it"),
        "certainty": _("Certainty"),
        "mention": _("name as printed"),
        "role_printed": _("role as printed"),
        "role_held": _("The role held then; press to choose another"),
        "role_chosen": _("Role chosen"),
        "role_none": _("No role"),
        "role_then": _("Choose the role held"),
        "somebody": _("somebody"),
        "unknown_name": _("%(name)s — not in the record: / finds or makes"),
    }


def _circumstances() -> dict[str, str]:
    return {
        "said_at": _("Said at"),
        "said_at_hint": _("2025-02-16 or 2025-02"),
        "said_at_text": _("as printed"),
        "said_at_basis": _("How the date is known"),
        "basis_none": _("—"),
        "event": _("Event"),
        "topics": _("Topics"),
        "relays": _("Passed on by"),
        "add_relay": _("Add who passes it on"),
        "inside": _("Reported in"),
        "same_as": _("Same as"),
        "likely": _("%(number)s likely"),
        "likely_long": _("%(number)s may be the same statement: look, before it is recorded twice."),
    }


def _told() -> dict[str, str]:
    return {
        "current": _("%(place)s of %(all)s, %(state)s: “%(words)s”, %(who)s."),
        "nobody": _("nobody yet"),
        "accepted": _("Accepted."),
        "accepted_all": _("Accepted: %(number)s."),
        "parts_taken": _("Taken as parts of it: %(number)s."),
        "approved": _("Approved."),
        "rejected": _("Not a statement."),
        "reopened": _("Open again."),
        "undone": _("Undone."),
        "nothing_to_undo": _("There is nothing to undo."),
        "sending": _("Sending …"),
        "nothing_to_send": _("Nothing is accepted yet: there is nothing to send."),
        "nothing_to_publish": _("Nothing is approved yet: there is nothing to publish."),
        "all_decided": _("All decided: Ctrl+Enter sends to review."),
        "all_reviewed": _("All reviewed: Ctrl+Enter publishes what is approved."),
        "is_only": _("There is no other one."),
        "from_first": _("From the first one again."),
        "from_last": _("From the last one again."),
        "selected": _("Selected: %(words)s"),
        "let_go": _("Let go."),
        "says_it": _("%(name)s says it."),
        "also_says_it": _("%(name)s says it too."),
        "no_longer_says_it": _("%(name)s no longer says it."),
        "marked": _("Marked, said by %(name)s."),
        "marked_already": _("These words were marked already."),
        "relay_whom": _("Passed on by whom? Press a number, or / to find."),
        "relays_it": _("Passed on by %(name)s."),
        "overview": _("What stands in this text"),
        "mark_whose": _("Who says “%(words)s”?"),
        "behalf_whom": _("On behalf of whom? Press a number, or / to find."),
        "on_behalf": _("On behalf of %(name)s."),
        "no_longer_on_behalf": _("No longer on behalf of %(name)s."),
        "printed_as": _("Printed as: %(type)s."),
        "is_headline": _("In the headline."),
        "is_no_headline": _("Not in the headline."),
        "cleared": _("Cleared: %(what)s."),
        "intensity_by": _("%(degree)s, by “%(phrase)s”."),
        "taken": _("%(what)s: “%(words)s” — %(place)s of %(all)s."),
        "one_more_part": _("One more part"),
        "name_as_printed": _("Name as printed"),
        "role_as_printed": _("Role as printed"),
        "one_word_left": _("One word at least has to stay."),
        "as_before": _("As before: %(what)s — %(place)s of %(all)s."),
        "nothing_before": _("No statement before this one has a date or an event."),
        "day_read": _("Date as printed: “%(words)s” → %(day)s."),
        "day_unread": _("Date as printed: “%(words)s”. No day could be read from it: type it where it is known."),
        "sent_of": _("“%(title)s”: %(message)s"),
        "back_to_it": _("Back to it"),
        "linked": _("The same statement."),
        "unlinked": _("No longer the same statement."),
        "return_why": _("Return with a reason"),
        "returned_now": _("Returned."),
    }


def _refused() -> dict[str, str]:
    return {
        "who_says": _("Say who: press a number, or / to find."),
        "who_is_named": _("The record does not have this name yet: choose who it is, make it, or take it away."),
        "who_relays": _("“%(name)s” passes it on and is not in the record: press r and a number, or r and / to find."),
        "no_number": _("Nobody has number %(number)s here: / finds."),
        "select_first": _("Select words first: with the mouse, or with Shift and the arrows."),
        "selected_hint": _("Words are selected: press a number to mark them, Esc lets go."),
        "which_phrase": _("No word of the lexicon says so: select the words that do, then press again."),
        "phrase_elsewhere": _(
            "Intensity by the words: “%(phrase)s” stands neither in the statement, nor in its cue or a wording of it."
        ),
        "not_in_review": _("It is not in review."),
        "not_changeable": _("This one cannot be changed here."),
        "not_yours_to_review": _("Somebody else has to review it."),
        "refused": _("It was refused."),
        "refused_because": _("Not done: %(detail)s"),
        "of_member": _("%(member)s: %(detail)s"),
        "wording_in": _("%(language)s: %(words)s"),
        "some_refused": _("Not sent: %(number)s. See what is missing."),
        "changed_meanwhile": _("Somebody changed it meanwhile."),
    }


def _members() -> dict[str, str]:
    return {
        "member_segments": _("Words"),
        "member_quotation_type": _("Printed as"),
        "member_is_headline": _("Headline"),
        "member_cue": _("Cue"),
        "member_speakers": _("Who says it"),
        "member_relays": _("Passed on by"),
        "member_act": _("Act"),
        "member_attitude": _("Attitude"),
        "member_intensity": _("Intensity"),
        "member_intensity_phrase": _("Intensity by the words"),
        "member_said_at": _("Said at"),
        "member_said_at_text": _("Date as printed"),
        "member_said_at_basis": _("How the date is known"),
        "member_event": _("Event"),
        "member_topics": _("Topics"),
        "member_wordings": _("In other words"),
        "member_inside": _("Reported in"),
        "member_same_as": _("Same as"),
    }


def _acts() -> dict[str, str]:
    return {
        "meaning_assert": _("Says that something is so."),
        "meaning_deny": _("Says that something is not so, or was not done."),
        "meaning_promise": _("Binds themselves to do something."),
        "meaning_demand": _("Presses somebody to do something, or to leave it."),
        "meaning_warn": _("Says what harm may come, without meaning to cause it."),
        "meaning_threaten": _("Says that they may do harm themselves."),
        "meaning_accuse": _("Says that somebody did wrong."),
        "meaning_condemn": _("Calls what was done wrong, and rejects it."),
        "meaning_praise": _("Speaks well of somebody, or of what they did."),
        "meaning_agree": _("Shares a view, or says yes to what was proposed."),
        "meaning_admit": _("Owns up to what speaks against them."),
        "meaning_announce": _("Makes known what is decided or will happen."),
        "meaning_ask": _("Puts a question, or asks for something without pressing."),
        "meaning_apologise": _("Says sorry for what they did."),
        "meaning_decline_to_comment": _("Says that they will say nothing of it."),
        "meaning_express": _("Shows an attitude, and does nothing more."),
    }


def _attitudes() -> dict[str, str]:
    return {
        "meaning_concern": _("Worries about what may come."),
        "meaning_fear": _("Is afraid of something."),
        "meaning_regret": _("Is sorry that something is so, or was done."),
        "meaning_anger": _("Is indignant at something."),
        "meaning_satisfaction": _("Is pleased with something."),
        "meaning_support": _("Is for something, or on somebody’s side."),
        "meaning_opposition": _("Is against something or somebody."),
        "meaning_doubt": _("Does not believe it, or is not sure of it."),
        "meaning_solidarity": _("Stands by somebody who suffers."),
    }
