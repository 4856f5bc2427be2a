"""Rows taken from one document and put into another."""

import json
from typing import Any

import pytest

from claims.querysets.shown_rows import ShownRows, UnknownRowError

ADA, BOB = "01930000-0000-7000-8000-000000000001", "01930000-0000-7000-8000-000000000002"


def document(**members: Any) -> bytes:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def row(key: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "name": name, **more}


def test_a_row_is_put_wherever_it_stands() -> None:
    fresh = document(speakers=[row(ADA, "Eva")])
    kept = document(speakers=[row(BOB, "Bob"), row(ADA, "Ada")], relays=[{"level": 1, "speaker": row(ADA, "Ada")}])
    assert ShownRows([fresh]).put_into(kept, [ADA]) == document(
        speakers=[row(BOB, "Bob"), row(ADA, "Eva")], relays=[{"level": 1, "speaker": row(ADA, "Eva")}]
    )


def test_all_that_a_row_shows_is_put_names_of_another_length_and_rows_within_it_too() -> None:
    fresh = document(source=row(ADA, 'L’ « œuvre » }]\\"', publisher=row(BOB, "Gazette 🤯", labels={"fr": "{"})))
    kept = document(before="{", source=row(ADA, "}", publisher=None), after=[1, {"id": "3"}])
    shown = ShownRows([document(), fresh])
    assert shown.put_into(kept, [ADA]) == document(
        before="{", source=json.loads(fresh)["source"], after=[1, {"id": "3"}]
    )
    assert shown.put_into(shown.put_into(kept, [ADA]), [BOB, ADA]) == shown.put_into(kept, [ADA])


def test_what_is_written_like_a_row_in_words_is_left() -> None:
    words = json.dumps(row(ADA, "Ada"), separators=(",", ":"))
    kept = document(text=words, speakers=[row(BOB, ADA)])
    assert ShownRows([document(speakers=[row(ADA, "Eva")])]).put_into(kept, [ADA]) == kept


def test_a_row_that_no_document_shows_is_told_only_where_it_is_needed() -> None:
    shown = ShownRows([document(speakers=[row(BOB, "Bob")])])
    assert shown.put_into(document(speakers=[row(BOB, "B.")]), [ADA, BOB]) == document(speakers=[row(BOB, "Bob")])
    with pytest.raises(UnknownRowError, match=ADA):
        shown.put_into(document(speakers=[row(ADA, "Ada")]), [ADA])
