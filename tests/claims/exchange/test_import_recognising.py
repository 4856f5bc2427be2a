"""What is in the record already is known again, and what references mean is found there; nothing there changes."""

import uuid
from pathlib import Path

import pytest

from claims.models import Membership, Role, Speaker, SpeakerName, SpeakerSameAs, Statement
from sources.models import Publisher, Source
from sources.models.fields import uuid7
from tests import factories
from tests.claims.exchange.lines import MADE, ROWS, SOURCE, SPEAKER, STATEMENT, TEXT, WORDS, Row, changed
from tests.claims.exchange.running import digest, refusals, refused, run, write

pytestmark = pytest.mark.django_db


# Lines


@pytest.mark.parametrize("options", [(), ("--in-chunks",)])
def test_a_second_import_changes_nothing(tmp_path: Path, options: tuple[str, ...]) -> None:
    path = write(tmp_path, ROWS)
    run(path, *options)
    before = digest()
    out = run(path, *options)
    assert "There already: source 1, speaker 1, statement 1." in out
    assert digest() == before


@pytest.mark.parametrize(
    "rows",
    [
        [changed(SPEAKER, note="", country=None, names=[{"name": "A. E.", "language": None}])],
        [{"record": "event", "name": "☂", "location": ""}],
        [{"record": "event", "name": "☂", "date": "2023"}, {"record": "event", "name": "☂", "date": "2024"}],
        [{"record": "role", "labels": {"fr": "☂", "en": "!!!"}}],
        [{"record": "topic", "labels": {"fr": "☂"}}, {"record": "claim", "text": {"fr": "…"}}],
        [{"record": "publisher", "name": "Łódź Œuvre"}, {"record": "publisher", "name": "Łódź Œuvre"}],
        [changed(SOURCE, key="a"), changed(SOURCE, key="b")],
        [changed(SPEAKER, key="a"), changed(SPEAKER, key="b"), changed(SPEAKER, key="c", note="another")],
        [changed(SPEAKER, same_as=["https://www.wikidata.org/wiki/Q1"], key="a"),
         changed(SPEAKER, same_as=["http://wikidata.org/entity/Q1"], key="b", name="Other")][:1],
        [{"record": "role", "labels": {"fr": "x"}}, {"record": "role", "labels": {"fr": "x"}}],
        [SPEAKER, {"record": "role", "key": "r", "labels": {"fr": "x"}},
         {"record": "membership", "speaker": "#ada", "role": "#r"},
         {"record": "membership", "speaker": "Ada Essai", "role": "x"}],
        [*ROWS, changed(STATEMENT, key="again"), changed(STATEMENT, key=...)],
        [*ROWS, {"record": "source_text", "source": "#article", "number": 2, "text": "Autre.",
                 "media_type": "text/html",
                 "raw": "PHA+QXV0cmUuPC9wPg=="}],
        [{"record": "intensity_phrase", "language": "fr", "phrase": "Démesuré", "intensity": 3}],
    ],
)  # fmt: skip
def test_lines_without_ids_are_known_again(tmp_path: Path, rows: list[Row]) -> None:
    path = write(tmp_path, rows)
    run(path)
    before = digest()
    assert "Created" not in run(path)
    assert digest() == before


def test_what_two_lines_say_is_made_once(tmp_path: Path) -> None:
    run(write(tmp_path, [*ROWS, *({**row, "key": f"{row['key']}2"} for row in ROWS)]))
    assert (Source.objects.count(), Speaker.objects.count(), Statement.objects.count()) == (1, 1, 1)


def test_one_id_is_one_row(tmp_path: Path) -> None:
    named = changed(SPEAKER, id=MADE + "01")
    assert "There already: speaker 1." in run(write(tmp_path, [named, changed(named, key="again")]))
    (found,) = refusals(tmp_path, changed(named, name="Another"))
    assert (found[1], "changes nothing that is there" in found[2]) == ("/name", True)


def test_what_is_there_is_never_changed(tmp_path: Path) -> None:
    paper = factories.publisher("Gazette", homepage="https://gazette.example/", country="FR")
    path = write(
        tmp_path, [{"record": "publisher", "id": str(uuid7()), "name": "Other", "homepage": "https://gazette.example"}]
    )
    (line,), _last = refused(path)
    assert f"{path}:1: /name: The publisher {paper.pk} in the record has " in line
    # what a line leaves out is not compared
    run(write(tmp_path, [{"record": "publisher", "name": "Gazette", "homepage": "https://gazette.example"}]))
    assert Publisher.objects.count() == 1


# What references mean


@pytest.mark.parametrize(
    "reference",
    [
        "Q23505", "https://www.wikidata.org/wiki/Q23505", "http://www.wikidata.org/entity/Q23505",
        "https://wikidata.org/wiki/Q23505/", "HTTPS://www.Wikidata.org/wiki/Q23505", "Ada Essai", "ADA ESSAI",
        "ada éssai",
        "Essai, A.", MADE + "07", (MADE + "0A").replace("0A", "07").upper(),
    ],
)  # fmt: skip
def test_a_speaker_is_meant_by_id_address_wikidata_or_name(tmp_path: Path, reference: str) -> None:
    ada = factories.speaker(id=uuid.UUID(MADE + "07"))
    SpeakerSameAs.objects.create(speaker=ada, url="https://www.wikidata.org/wiki/Q23505")
    SpeakerName.objects.create(speaker=ada, name="Essai, A.")
    run(write(tmp_path, [SOURCE, changed(STATEMENT, attributions=[{"speaker": reference}])]))
    assert Statement.objects.get().attributions.get().speaker == ada


def test_two_spellings_of_one_page_are_one_speaker(tmp_path: Path) -> None:
    ada = factories.speaker()
    SpeakerSameAs.objects.create(speaker=ada, url="https://www.wikidata.org/wiki/Q1")
    pages = ["https://www.wikidata.org/entity/Q1", "http://wikidata.org/wiki/Q1"]
    rows = [{"record": "topic", "labels": {"fr": "x"}}]
    for page in pages:
        said = changed(STATEMENT, key=page, attributions=[{"speaker": page}], cameo="01" if page == pages[0] else "02")
        rows.append(said)
    run(write(tmp_path, [SOURCE, *rows]))
    assert Statement.objects.filter(attributions__speaker=ada).count() == 2


def test_an_ambiguous_name_lists_who_may_be_meant(tmp_path: Path) -> None:
    first, second = factories.speaker(note="ministre"), factories.speaker(note="peintre")
    ((_number, pointer, sentence),) = refusals(
        tmp_path, SOURCE, changed(STATEMENT, attributions=[{"speaker": "Ada Essai"}])
    )
    assert pointer == "/attributions/0/speaker"
    assert (
        f"may be any of Ada Essai (ministre) ({first.pk}); Ada Essai (peintre) ({second.pk}): give the id." in sentence
    )


def test_a_merged_speaker_is_not_meant_any_more(tmp_path: Path) -> None:
    live = factories.speaker()
    merged = factories.speaker("Ada E.", merged_into=live)
    run(write(tmp_path, [SOURCE, changed(STATEMENT, attributions=[{"speaker": "Ada Essai"}])]))
    for reference in (str(merged.pk), "Ada E."):
        said = changed(STATEMENT, cameo="01", attributions=[{"speaker": reference}])
        ((_number, pointer, sentence),) = refusals(tmp_path, SOURCE, said)
        assert pointer == "/attributions/0/speaker"
        assert str(live.pk) in sentence or "There is no speaker" in sentence


def test_a_merged_topic_is_not_meant_any_more(tmp_path: Path) -> None:
    live = factories.topic("armement")
    merged = factories.topic("armes", merged_into=live)
    run(write(tmp_path, [SOURCE, SPEAKER, changed(STATEMENT, topics=["armement"])]))
    for reference in (str(merged.pk), "armes"):
        said = changed(STATEMENT, cameo="01", topics=[reference])
        ((_number, pointer, sentence),) = refusals(tmp_path, SOURCE, SPEAKER, said)
        assert pointer == "/topics/0"
        assert f"was merged into armement ({live.pk}): use that." in sentence or "There is no topic" in sentence


def test_the_role_held_at_the_time_is_found_unless_the_line_says_none(tmp_path: Path) -> None:
    ada = factories.speaker()
    held = Membership.objects.create(speaker=ada, role=Role.objects.create(labels={"fr": "x"}), start="2020")
    said = changed(STATEMENT, said_at="2023", said_at_basis="printed", attributions=[{"speaker": "Ada Essai"}])
    none = changed(said, key="none", cameo="01", attributions=[{"speaker": "Ada Essai", "membership": None}])
    run(write(tmp_path, [SOURCE, said, none]))
    assert [one.attributions.get().membership for one in Statement.objects.order_by("cameo")] == [held, None]


def test_documents_are_meant_by_address_and_words(tmp_path: Path) -> None:
    revision = factories.source(TEXT, url="https://x.example/a?b=1")
    rows = [
        changed(STATEMENT, key=name, attributions=[{"speaker": "#ada"}], cameo=f"0{place}",
                appearances=[{"source": name, "segments": [WORDS]}])
        for place, name in enumerate(["https://X.example/a?b=1#c", f"sha256:{bytes(revision.sha256 or b'').hex()}"])
    ]  # fmt: skip
    run(write(tmp_path, [SPEAKER, *rows]))
    assert revision.appearances.count() == 2
