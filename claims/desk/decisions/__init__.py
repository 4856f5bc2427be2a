"""Decisions by name: who does what, and what takes it back."""

from functools import partial

from claims.desk.decisions import accepting, choosing, linking, marking, rejecting, review, speakers
from claims.desk.decisions.base import Handler, Undo
from claims.desk.decisions.undoing import undo_with

#: decision -> what takes it back; the others are not undone here
UNDO: dict[str, Undo] = {
    "choose": choosing.undo,
    "accept": accepting.undo,
    "reject": rejecting.undo,
    "reopen": rejecting.undo,
    "mark": marking.undo,
    "link": linking.undo_link,
    "send": review.undo_send,
}
DECISIONS: dict[str, Handler] = {
    "choose": choosing.choose,
    "accept": accepting.accept,
    "reject": rejecting.reject,
    "reopen": rejecting.reopen_decided,
    "mark": marking.mark,
    "link": linking.link,
    "send": review.send,
    "approve": review.approve,
    "return": review.return_to_draft,
    "publish": review.publish,
    "speaker": speakers.make_speaker,
    "cast": speakers.give_number,
    "undo": partial(undo_with, UNDO),
}
