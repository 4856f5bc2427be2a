"""The rows that statements are searched by: right whatever changes, by whomever, and written only where they change."""

import random
from typing import Any

import pytest
from django.db import connection, transaction

from claims.models import (
    Appearance,
    Attribution,
    Claim,
    Position,
    Segment,
    Speaker,
    SpeakerName,
    Statement,
    StatementSearch,
    StatementTopic,
    Topic,
    Wording,
)
from claims.querysets.search import FIELDS
from claims.services.merging import merge_speakers
from claims.services.recording import Part
from claims.services.verifying import SEARCH, broken_rows
from sources.models import Source
from tests import factories
from tests.claims.models.test_races import Side, race

LANGUAGES = ["en", "fr"]


def execute(sql: str, values: Any = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def is_found(typed: str, *within: str) -> bool:
    return Statement.objects.matching(typed, LANGUAGES, within=within).exists()


def are_right() -> bool:
    with connection.cursor() as cursor:
        return broken_rows(cursor, SEARCH).count == 0


@pytest.fixture
def draft(db: None) -> Statement:
    """A draft of Ada Essai, of a topic, with a claim, in French and English."""
    kirby = factories.speaker("Ada Essai")
    SpeakerName.objects.create(speaker=kirby, name="Adele Probe")
    factories.speaker("Zoe Nouvelle")
    statement = factories.draft(
        parts=[Part(speaker=kirby), Part(speaker=factories.speaker("Assemblee"), kind="addressee")],
        revision=factories.source(title="Gazette matinale"),
        topics=[factories.topic("missiles")],
    )
    factories.topic("harpons")
    Wording.objects.create(statement=statement, language="en-GB", text="deep concern")
    claim = Claim.objects.create(text={"fr": "Utopie livre des torpilles."})
    Claim.objects.create(text={"fr": "Utopie garde ses navires."})
    Position.objects.create(statement=statement, claim=claim)
    return statement


def test_it_is_found_by_all_that_it_is_known_by(draft: Statement) -> None:
    for typed, field in {
        "préoccupation": "words",
        "concern": "words",
        "Essai": "speakers",
        "Probe": "speakers",
        "Assemblee": "speakers",
        "missile": "subjects",
        "torpille": "subjects",
        "gazette": "titles",
    }.items():
        assert is_found(typed), typed
        assert {name for name in FIELDS if is_found(typed, name)} == {field}, typed
    assert are_right()


# what is done -> a word that is found then, a word that is not found any more
CHANGES = [
    ("UPDATE claims_wording SET text = 'deep regret' WHERE language = 'en-GB'", "regret", "concern"),
    ("DELETE FROM claims_wording WHERE language = 'en-GB'", "profonde", "concern"),
    ("UPDATE claims_wording SET language = 'de' WHERE language = 'en-GB'", "profonde", "concern"),
    (
        (
            "INSERT INTO claims_wording (id, statement_id, language, text, is_original, translator)"
            " SELECT gen_random_uuid(), id, 'en', 'anguish', false, '' FROM claims_statement"
        ),
        "anguish",
        "harpons",
    ),
    ("UPDATE claims_speaker SET name = 'Renamed' WHERE name = 'Ada Essai'", "Renamed", "Essai"),
    ("UPDATE claims_speaker SET name = 'Renamed' WHERE name = 'Assemblee'", "Renamed", "Assemblee"),
    ("UPDATE claims_speakername SET name = 'Aliased'", "Aliased", "Probe"),
    ("DELETE FROM claims_speakername", "Essai", "Probe"),
    (
        (
            "INSERT INTO claims_speakername (id, speaker_id, name, language, kind)"
            " SELECT gen_random_uuid(), id, 'Aliased', '', 'acronym' FROM claims_speaker WHERE name = 'Assemblee'"
        ),
        "Aliased",
        "harpons",
    ),
    (
        "UPDATE claims_speakername SET speaker_id = (SELECT id FROM claims_speaker WHERE name = 'Zoe Nouvelle')",
        "Essai",
        "Probe",
    ),
    (
        (
            "UPDATE claims_attribution SET speaker_id = (SELECT id FROM claims_speaker WHERE name = 'Zoe Nouvelle')"
            " WHERE kind = 'speaker'"
        ),
        "Nouvelle",
        "Probe",
    ),
    ("DELETE FROM claims_attribution WHERE kind = 'addressee'", "Essai", "Assemblee"),
    (
        (
            "INSERT INTO claims_attribution (id, statement_id, speaker_id, kind, certainty) SELECT gen_random_uuid(),"
            " claims_statement.id, claims_speaker.id, 'attitude_holder', 'certain'"
            " FROM claims_statement, claims_speaker WHERE name = 'Zoe Nouvelle'"
        ),
        "Nouvelle",
        "harpons",
    ),
    ("""UPDATE claims_topic SET labels = '{"fr": "fusées"}' WHERE labels ->> 'fr' = 'missiles'""", "fusée", "missile"),
    ("DELETE FROM claims_statementtopic", "Essai", "missile"),
    (
        "UPDATE claims_statementtopic SET topic_id = (SELECT id FROM claims_topic WHERE labels ->> 'fr' = 'harpons')",
        "harpon",
        "missile",
    ),
    (
        (
            "INSERT INTO claims_statementtopic (statement_id, topic_id) SELECT claims_statement.id, claims_topic.id"
            " FROM claims_statement, claims_topic WHERE labels ->> 'fr' = 'harpons'"
        ),
        "harpon",
        "navire",
    ),
    ("""UPDATE claims_claim SET text = '{"en": "No arms."}' WHERE text ->> 'fr' ~ 'torpilles'""", "arms", "torpille"),
    ("DELETE FROM claims_position", "Essai", "torpille"),
    (
        "UPDATE claims_position SET claim_id = (SELECT id FROM claims_claim WHERE text ->> 'fr' ~ 'navires')",
        "navire",
        "torpille",
    ),
    (
        (
            "INSERT INTO claims_position (id, statement_id, claim_id, stance) SELECT gen_random_uuid(),"
            " claims_statement.id, claims_claim.id, 'denies' FROM claims_statement, claims_claim"
            " WHERE text ->> 'fr' ~ 'navires'"
        ),
        "navire",
        "harpon",
    ),
    ("UPDATE sources_source SET title = 'Bulletin du soir'", "bulletin", "gazette"),
    ("DELETE FROM claims_segment; DELETE FROM claims_appearance", "profonde", "gazette"),
    ("DELETE FROM claims_appearance; DELETE FROM claims_segment", "profonde", "gazette"),
    ("DELETE FROM claims_wording; UPDATE claims_appearance SET language = 'en'", "concern or préoccupation", "deep"),
    ("DELETE FROM claims_wording; DELETE FROM claims_segment; DELETE FROM claims_appearance", "", "Essai"),
]


@pytest.mark.parametrize(("sql", "found", "lost"), CHANGES)
def test_rows_follow_each_change_by_sql(sql: str, found: str, lost: str, draft: Statement) -> None:
    assert not found or not is_found(found) or found in {"profonde", "Essai", "concern or préoccupation"}
    execute(sql)
    assert are_right()
    assert not found or is_found(found)
    assert not is_found(lost)


def test_a_segment_moved_to_another_document_brings_its_words_and_title(draft: Statement) -> None:
    revision = factories.source("Une harangue, puis rien.", title="Bulletin du soir")
    appearance = Appearance.objects.get()
    Segment.objects.all().delete()
    assert is_found("gazette")
    Appearance.objects.update(source_text=revision)
    Segment.objects.create(appearance=appearance, start=4, end=12, exact="harangue")
    assert is_found("harangue bulletin")
    assert not is_found("gazette")
    assert are_right()


def test_rows_of_two_statements_change_with_a_part_that_moves(draft: Statement) -> None:
    other = factories.draft(words="à l’étranger")
    Wording.objects.filter(language="en-GB").update(statement=other)
    assert list(Statement.objects.matching("concern", LANGUAGES)) == [other]
    assert not StatementSearch.objects.filter(statement=draft, language="en").exists()
    assert are_right()


def test_what_a_merge_moves_is_found_by_its_new_speakers_names(draft: Statement) -> None:
    gone, kept = Speaker.objects.get(name="Ada Essai"), Speaker.objects.get(name="Zoe Nouvelle")
    merge_speakers(speaker_id=gone.pk, into_id=kept.pk, by=factories.user("admin"), version=gone.version)
    assert is_found("Nouvelle")
    assert are_right()


def test_what_is_published_follows_the_names_of_what_it_names(db: None) -> None:
    statement = factories.full("Zeta")
    assert are_right()
    SpeakerName.objects.create(speaker=statement.attributions.get(kind="speaker").speaker, name="Omicron")
    Topic.objects.filter(statements=statement).update(labels={"fr": "Lambda"})
    Source.objects.update(title="Sigma")
    for typed in ("Omicron", "Lambda", "Sigma"):
        assert is_found(f"{typed} préoccupation")
    assert are_right()


def test_a_deleted_draft_leaves_nothing(draft: Statement) -> None:
    draft.delete()
    assert not StatementSearch.objects.exists()
    with transaction.atomic():
        execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE claims_wording SET translator = 'Autre' WHERE NOT is_original",
        "UPDATE claims_segment SET start = start",
        "UPDATE claims_appearance SET quotation_type = 'indirect', anchor_state = 'exact'",
        "UPDATE claims_attribution SET certainty = 'doubtful'",
        "UPDATE claims_position SET stance = 'denies'",
        "UPDATE claims_speaker SET is_public = true, country = 'FR'",
        "UPDATE claims_topic SET is_public = true",
        "UPDATE sources_source SET translator = 'Autre'",
        "UPDATE claims_wording SET text = text",
        "UPDATE claims_topic SET labels = labels",
    ],
)
def test_what_changes_no_word_writes_no_row(sql: str, draft: Statement) -> None:
    rows = "SELECT ctid, xmin FROM claims_statementsearch ORDER BY id"
    before = execute(rows)
    execute(sql)
    assert execute(rows) == before


def test_words_in_one_language_leave_the_row_of_another_alone(draft: Statement) -> None:
    row = "SELECT ctid, xmin FROM claims_statementsearch WHERE language = 'fr'"
    before = execute(row)
    Wording.objects.filter(language="en-GB").update(text="deep regret")
    assert execute(row) == before


def test_many_statements_are_written_in_as_many_statements_as_one(draft: Statement) -> None:
    others = [factories.draft() for _number in range(3)]
    topic = Topic.objects.get(labels__fr="harpons")
    StatementTopic.objects.bulk_create(StatementTopic(statement=one, topic=topic) for one in others)
    assert Statement.objects.matching("harpon", LANGUAGES).count() == 3
    assert are_right()


LONGEST = 20_000


def add_wordings(statement: Statement, texts: list[str]) -> None:
    """Give a statement wordings that are all French, at once."""
    Wording.objects.bulk_create(
        Wording(statement=statement, language=f"fr-x{number}0", text=text[:LONGEST])
        for number, text in enumerate(texts)
    )


@pytest.mark.parametrize(
    "sign",
    ["-", " ", "."],
    ids=["compounds", "words", "dots"],
)
def test_words_beyond_a_vectors_size_are_cut_and_its_names_stay(sign: str, draft: Statement) -> None:
    # words of 30 bytes, each of them another without its ligature, up to 50 in a row
    words = [f"œ{chr(0x20000 + number)}{chr(0x2A000 - number) * 6}" for number in range(26_400)]
    rows = [sign.join(words[first : first + 50]) for first in range(0, len(words), 50)]
    add_wordings(draft, [" ".join(rows[first : first + 44]) for first in range(0, len(rows), 44)])
    assert is_found("préoccupation")
    assert is_found("Essai", "speakers")
    assert is_found("missile", "subjects")
    assert are_right()
    ((size,),) = execute("SELECT max(pg_column_size(vector || 'x:1')) FROM claims_statementsearch")
    assert 800_000 < size < 1_048_576


def test_words_beyond_the_last_position_are_found_and_names_behind_them(draft: Statement) -> None:
    text = " ".join(f"m{number:x}" for number in range(3_300))
    add_wordings(draft, [f"é{number} {text}" for number in range(5)])
    assert is_found("préoccupation m1 mce3 Essai missile")
    assert is_found("Essai", "speakers")
    assert not is_found("Essai", "words")
    assert are_right()


def test_letters_that_folding_makes_many_of_are_cut(draft: Statement) -> None:
    text = " ".join(f"\ufdfa{chr(0x4E00 + number)}" for number in range(6_600))
    add_wordings(draft, [f"{number} {text}" for number in range(5)])
    assert are_right()


WORDS = ["profonde", "préoccupation", "Ada", "Essai", "missiles", "gazette", "torpilles", "x", "le", "d’armement"]
SIGNS = [
    "",
    "-",
    '"',
    "'",
    "''",
    "\\",
    ":A",
    ":*",
    "!",
    "&",
    "|",
    "<->",
    "(",
    ")",
    " or ",
    "--",
    "\t",
    "«",
    "é",
    "%",
    "\\'",
]


def fuzzed(chance: random.Random) -> str:
    return "".join(
        chance.choice(SIGNS) + chance.choice([*WORDS, chr(chance.randrange(1, 0xD7FF))]) + chance.choice([" ", "", "'"])
        for _number in range(chance.randrange(1, 12))
    )[:256]


def test_any_query_is_asked_of_some_fields_as_of_a_row_that_has_no_others(draft: Statement) -> None:
    chance = random.Random(5)  # noqa: S311 the same queries each time
    queries = [fuzzed(chance) for _number in range(10_000)]
    weights = ["".join(sorted(chance.sample("ABCD", chance.randrange(1, 4)))) for _query in queries]
    rows = execute(
        """
        SELECT asked.query, asked.weights FROM unnest(%s::text[], %s::text[]) AS asked(query, weights)
        CROSS JOIN claims_statementsearch AS search
        CROSS JOIN LATERAL (
            SELECT ts_filter(vector, string_to_array(lower(asked.weights), NULL)::"char"[]) AS field) AS filtered
        WHERE (vector @@ search_query(language, query, weights))
            IS DISTINCT FROM (field @@ search_query(language, query))
        """,
        [queries, weights],
    )
    assert rows == []


def test_any_query_names_the_words_that_it_asks_for(draft: Statement) -> None:
    chance = random.Random(6)  # noqa: S311 the same queries each time
    queries = [fuzzed(chance) for _number in range(10_000)]
    ((found,),) = execute(
        "SELECT count(search_any(search_query('fr', query))) FROM unnest(%s::text[]) AS query", [queries]
    )
    assert 5_000 < found < 10_000


APPEARANCE = (
    "WITH made AS (INSERT INTO claims_appearance (id, statement_id, source_text_id, quotation_type, language,"
    " cue_exact, is_headline, anchor_state) SELECT gen_random_uuid(), claims_statement.id, sources_sourcetext.id,"
    " 'direct', 'fr', '', false, 'exact' FROM claims_statement, sources_sourcetext JOIN sources_source"
    " ON sources_source.id = source_id WHERE title = 'Nouvelles' RETURNING id)"
    ' INSERT INTO claims_segment (id, appearance_id, position, start, "end", exact, prefix, suffix)'
    " SELECT gen_random_uuid(), id, 1, 0, 5, 'Tokyo', '', '' FROM made"
)
RACES = {
    "topic": (
        (
            "INSERT INTO claims_statementtopic (statement_id, topic_id) SELECT claims_statement.id, claims_topic.id"
            " FROM claims_statement, claims_topic WHERE labels ->> 'fr' = 'harpons'"
        ),
        """UPDATE claims_topic SET labels = '{"fr": "lances"}' WHERE labels ->> 'fr' = 'harpons'""",
    ),
    "claim": (
        (
            "INSERT INTO claims_position (id, statement_id, claim_id, stance) SELECT gen_random_uuid(),"
            " claims_statement.id, claims_claim.id, 'denies' FROM claims_statement, claims_claim"
            " WHERE text ->> 'fr' ~ 'navires'"
        ),
        """UPDATE claims_claim SET text = '{"fr": "lances"}' WHERE text ->> 'fr' ~ 'navires'""",
    ),
    "source": (APPEARANCE, "UPDATE sources_source SET title = 'lances' WHERE title = 'Nouvelles'"),
    "speaker": (
        (
            "INSERT INTO claims_attribution (id, statement_id, speaker_id, kind, certainty) SELECT gen_random_uuid(),"
            " claims_statement.id, claims_speaker.id, 'attitude_holder', 'certain'"
            " FROM claims_statement, claims_speaker WHERE name = 'Zoe Nouvelle'"
        ),
        "UPDATE claims_speaker SET name = 'lances' WHERE name = 'Zoe Nouvelle'",
    ),
    "name": (
        (
            "INSERT INTO claims_attribution (id, statement_id, speaker_id, kind, certainty) SELECT gen_random_uuid(),"
            " claims_statement.id, claims_speaker.id, 'attitude_holder', 'certain'"
            " FROM claims_statement, claims_speaker WHERE name = 'Zoe Nouvelle'"
        ),
        (
            "INSERT INTO claims_speakername (id, speaker_id, name, language, kind)"
            " SELECT gen_random_uuid(), id, 'lances', '', 'acronym' FROM claims_speaker WHERE name = 'Zoe Nouvelle'"
        ),
    ),
    "word": (
        (
            "INSERT INTO claims_wording (id, statement_id, language, text, is_original, translator)"
            " SELECT gen_random_uuid(), id, 'pt', 'anguish', false, '' FROM claims_statement"
        ),
        "UPDATE claims_speaker SET name = 'lances' WHERE name = 'Ada Essai'",
    ),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("naming_first", [True, False])
@pytest.mark.parametrize("kind", RACES)
def test_what_is_named_as_it_is_renamed_is_found_by_its_new_name(
    kind: str,
    naming_first: bool,
    linked: Any,
    transactional_db: None,
    draft: Statement,
) -> None:
    factories.source(title="Nouvelles")
    sides = [Side(linked(), (sql, [])) for sql in RACES[kind]]
    assert race(*(sides if naming_first else sides[::-1])) == [True, True]
    assert are_right()
    assert is_found("lance") if kind != "word" else Statement.objects.matching("lances anguish", ["pt"]).exists()


def test_attributions_of_all_kinds_and_no_relays_are_speakers(db: None) -> None:
    statement = factories.full("Zeta")
    names = {one.speaker.name for one in Attribution.objects.filter(statement=statement)}
    for name in names:
        assert Statement.objects.matching(f'"{name}"', LANGUAGES, within=["speakers"]).filter(pk=statement.pk).exists()
    assert not is_found("Tokyo", "speakers")
