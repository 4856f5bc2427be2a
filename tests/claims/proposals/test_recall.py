"""How much of what careful readers found in real articles is proposed; the articles are not part of the project."""

import importlib.util
import json
from types import ModuleType
from typing import Any

import pytest

from claims.proposals.text.engine import Document, MarksAndVerbs, Proposal
from claims.proposals.text.names import Known
from config.environment import BASE_DIR
from tests.seeds import ARTICLES, read, require_articles

QUOTES = BASE_DIR.parent / "shared" / "quotes"

pytestmark = pytest.mark.shared


def scorer() -> ModuleType:
    """The scorer beside the project, which says what counts as found."""
    if not (QUOTES / "score.py").is_file():
        pytest.skip("the annotated articles (../shared/quotes) are not here")
    spec = importlib.util.spec_from_file_location("score", QUOTES / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def predicted(text: str, one: Proposal) -> dict[str, Any]:
    named = [voice.named.words(text) for voice in one.speakers]
    return {
        "content": [one.span.start, one.span.end],
        "cue": [one.cue.start, one.cue.end] if one.cue else None,
        "speaker": [one.speakers[0].printed.start, one.speakers[0].printed.end] if one.speakers else None,
        "speaker_ref": named,
        "type": one.quotation_type,
    }


def test_nine_of_ten_quotes_of_annotated_articles_are_proposed() -> None:
    score = scorer()
    counted = []
    for line in (QUOTES / "fr-dev.jsonl").read_text("utf-8").splitlines():
        gold = json.loads(line)
        found = MarksAndVerbs().propose(Document(gold["text"]), [])
        quotes = [predicted(gold["text"], one) for one in found]
        counted.append(score.score_doc(gold, {"id": gold["id"], "quotes": quotes}, set())[0])
    report = score.report(score.total(counted))
    precision, recall, _f1 = report["iou80"]
    assert recall >= 0.90  # 0.917 when this was written
    assert precision >= 0.55  # 0.573
    assert report["iou80 direct"][1] == 1.0
    assert report["speaker_ref"] >= 0.62  # 0.647


def test_most_statements_of_the_press_articles_are_proposed_and_most_speakers_right() -> None:
    require_articles()
    score = scorer()
    known = [
        Known(name, other, one["type"] == "person")
        for name, one in read("seed_speakers.json").items()
        for other in [name, *one["names"]]
    ]
    rows = read("seed_statements.jsonl")
    found = right = 0
    for key in sorted({row["source"] for row in rows}):
        text = (ARTICLES / f"{key}.txt").read_bytes().decode()
        proposals = MarksAndVerbs().propose(Document(text), known)
        for row in (row for row in rows if row["source"] == key):
            wanted = score.norm(text, [row["segments"][0][0], row["segments"][-1][1]])
            alike = [
                one for one in proposals if score.iou(wanted, score.norm(text, [one.span.start, one.span.end])) >= 0.8
            ]
            speakers = {one["name"] for one in row["speakers"] if one["kind"] == "speaker"}
            found += bool(alike)
            right += any({voice.key for voice in one.speakers} == speakers for one in alike)
    assert len(rows) == 54
    assert found >= 44
    assert right >= 40
