"""The database refuses what the record must never hold, whoever writes: these tests write by SQL."""

import pytest
from django.db import DatabaseError, transaction

from claims.models import (
    Appearance,
    Attribution,
    Membership,
    Mention,
    Relay,
    Role,
    Segment,
    Speaker,
    Statement,
    Topic,
    Wording,
)
from claims.services.recording import Part, Report
from claims.text.spans import Span
from config.writing.refusals import check_deferred_rules
from sources.models import Source, SourceText
from tests.claims.models.breaking import TEXT, refused, sql
from tests.recording import record_statement

pytestmark = pytest.mark.django_db


def test_a_recorded_statement_holds_all_its_rules(statement: Statement) -> None:
    check_deferred_rules()
    assert [segment.exact for segment in Segment.objects.all()] == ["très inquiète", "Elle l’a répété"]


@pytest.mark.parametrize(
    "change",
    [
        "exact = 'très inquiete'",
        'start = start + 1, "end" = "end" + 1',
        '"end" = 10000',
        "prefix = 'x'",
        "suffix = 'x'",
    ],
)
def test_a_segment_selects_exactly_its_words(statement: Statement, change: str) -> None:
    with refused("segment_selects_its_words"):
        sql(f"UPDATE claims_segment SET {change} WHERE position = 1")


def test_a_span_is_not_reversed(statement: Statement) -> None:
    with refused("segment_is_whole"):
        sql('UPDATE claims_segment SET start = "end", "end" = start WHERE position = 1')


@pytest.mark.parametrize(
    ("table", "rule"),
    [("mention", "mention_selects_its_words"), ("relay", "relay_selects_its_words")],
)
def test_names_as_printed_are_words_of_the_text(statement: Statement, table: str, rule: str) -> None:
    with refused(rule):
        sql(f"UPDATE claims_{table} SET exact = 'autre'")


def test_roles_as_printed_are_words_of_the_text(statement: Statement) -> None:
    with refused("mention_selects_its_words"):
        sql("UPDATE claims_mention SET role_exact = 'autre'")


def test_a_span_is_whole_or_absent(statement: Statement) -> None:
    with refused("appearance_cue_is_whole"):
        sql("UPDATE claims_appearance SET cue_start = NULL, cue_end = NULL")
    with refused("relay_is_whole"):
        sql("UPDATE claims_relay SET start = NULL")


def test_an_address_has_its_hash() -> None:
    Source.objects.create(title="Essai", language="fr")
    with refused("source_url_sha256_is_its_hash"):
        sql("UPDATE sources_source SET url = 'https://exemple.example/'")


def test_a_cue_is_words_of_the_text(statement: Statement) -> None:
    with refused("appearance_selects_its_words"):
        sql("UPDATE claims_appearance SET cue_exact = 'autre'")


def test_spans_are_checked_again_when_an_appearance_moves_to_another_text(
    statement: Statement, revision: SourceText
) -> None:
    other = SourceText.objects.create(source=revision.source, number=2, raw=b"x", text="x" + TEXT)
    with refused("appearance_selects_its_words"):
        sql("UPDATE claims_appearance SET source_text_id = %s", other.pk)
    with refused("segment_selects_its_words"):
        sql(
            "UPDATE claims_appearance SET source_text_id = %s, cue_start = cue_start + 1, cue_end = cue_end + 1",
            other.pk,
        )


def test_a_mention_names_a_speaker_of_its_own_statement(statement: Statement, minister: Speaker) -> None:
    other = Statement.objects.create(act="assert")
    attribution = Attribution.objects.create(statement=other, speaker=minister)
    with refused("mention_is_of_its_statement"):
        Mention.objects.update(attribution=attribution)


def test_a_text_never_changes(revision: SourceText) -> None:
    with refused("source_text_is_immutable"):
        sql("UPDATE sources_sourcetext SET text = 'autre'")


def test_revisions_have_no_gaps(revision: SourceText) -> None:
    with refused("source_text_numbers_have_no_gaps"):
        SourceText.objects.create(source=revision.source, number=3, raw=b"y", text="y")


def test_a_text_keeps_its_hash() -> None:
    source = Source.objects.create(title="Essai", language="fr")
    with refused("source_text_sha256_is_its_hash"):
        sql(
            "INSERT INTO sources_sourcetext"
            " (id, source_id, number, raw, media_type, encoding, text, sha256, created_at)"
            " VALUES (%s, %s, 1, 'x', 'text/plain', 'utf-8', 'x', %s, now())",
            source.pk,
            source.pk,
            b"\0" * 32,
        )


@pytest.mark.parametrize("quotation_type", ["direct", "mixed", "indirect"])
def test_a_quotation_has_words(statement: Statement, revision: SourceText, quotation_type: str) -> None:
    with refused("appearance_has_segments"):
        Appearance.objects.create(
            statement=statement, source_text=revision, quotation_type=quotation_type, language="fr"
        )
    with refused("appearance_has_segments"):
        Segment.objects.all().delete()


def test_segments_have_no_gaps(statement: Statement) -> None:
    with refused("segments_have_no_gaps"):
        Segment.objects.filter(position=2).update(position=3)
    with refused("segments_have_no_gaps"):
        Segment.objects.filter(position=1).delete()


def test_segments_follow_the_text(statement: Statement) -> None:
    with refused("segments_are_in_order"):
        sql("UPDATE claims_segment SET position = 3 - position")


def test_relays_have_no_gaps(statement: Statement) -> None:
    with refused("relays_have_no_gaps"):
        Relay.objects.update(level=2)


def test_bounds_of_a_partial_date_follow_its_string(statement: Statement) -> None:
    sql("UPDATE claims_statement SET said_at = '2023-02~', said_at_basis = 'inferred'")
    statement.refresh_from_db()
    assert (str(statement.said_earliest), str(statement.said_latest)) == ("2023-02-01", "2023-02-28")
    with pytest.raises(DatabaseError), transaction.atomic():
        sql("UPDATE claims_statement SET said_earliest = '2020-01-01'")
    with pytest.raises(DatabaseError), transaction.atomic():
        sql("UPDATE claims_statement SET said_at = '2023-02-30'")


def test_a_role_does_not_end_before_it_starts(minister: Speaker) -> None:
    role = Role.objects.create(labels={"en": "minister"})
    Membership.objects.create(speaker=minister, role=role, start="2023-05", end="2023")
    with refused("membership_ends_after_it_starts"):
        Membership.objects.create(speaker=minister, role=role, start="2023-05", end="2022")


def test_who_speaks_in_a_role_holds_it(statement: Statement, tokyo: Speaker) -> None:
    held = Membership.objects.create(speaker=tokyo, role=Role.objects.create(labels={"en": "host"}))
    with refused("attribution_role_is_the_speakers"):
        Attribution.objects.update(membership=held)


def test_speakers_are_not_parts_of_their_parts(tokyo: Speaker) -> None:
    ministry = Speaker.objects.create(name="Ministry", type="organization", part_of=tokyo)
    office = Speaker.objects.create(name="Office", type="organization", part_of=ministry)
    with refused("speaker_parts_have_no_loops"):
        Speaker.objects.filter(pk=tokyo.pk).update(part_of=office)
    with refused("speaker_is_not_part_of_itself"):
        Speaker.objects.filter(pk=tokyo.pk).update(part_of=tokyo)


def test_topics_and_copies_have_no_loops(revision: SourceText) -> None:
    broad = Topic.objects.create(labels={"en": "broad"})
    narrow = Topic.objects.create(labels={"en": "narrow"}, broader=broad)
    with refused("topics_have_no_loops"):
        Topic.objects.filter(pk=broad.pk).update(broader=narrow)
    copy = Source.objects.create(title="Copy", language="fr", copy_of=revision.source)
    with refused("source_copies_have_no_loops"):
        Source.objects.filter(pk=revision.source_id).update(copy_of=copy)


def test_a_merged_speaker_points_to_a_live_one_and_nothing_names_it(
    statement: Statement, minister: Speaker, tokyo: Speaker
) -> None:
    spare = Speaker.objects.create(name="Spare")
    gone = Speaker.objects.create(name="Gone", merged_into=minister)
    check_deferred_rules()
    with refused("speaker_is_live"):
        Speaker.objects.filter(pk=spare.pk).update(merged_into=gone)
    with refused("speaker_is_live"):
        Speaker.objects.filter(pk=spare.pk).update(merged_into=spare)
    with refused("speaker_merge_is_whole"):
        Speaker.objects.filter(pk=minister.pk).update(merged_into=spare)
    for refers in (
        lambda: Attribution.objects.update(speaker=gone),
        lambda: Relay.objects.update(speaker=gone),
        lambda: Membership.objects.create(speaker=gone, role=Role.objects.create(labels={"en": "x"})),
        lambda: Speaker.objects.filter(pk=spare.pk).update(part_of=gone, type="group"),
    ):
        with refused("speaker_is_live"):
            refers()


def test_its_version_grows_with_each_change(statement: Statement) -> None:
    version = statement.version
    for change in ("UPDATE claims_statement SET act = 'deny'", "UPDATE claims_statement SET cameo = '11'"):
        sql(change)
        statement.refresh_from_db()
        assert statement.version > version
        version = statement.version


@pytest.mark.parametrize("table", ["claims_statement", "claims_wording", "sources_sourcetext", "claims_wordingchange"])
def test_the_record_is_not_emptied(table: str) -> None:
    sql("SET LOCAL record.truncate = 'off'")
    with refused("record_is_not_truncated"):
        sql(f"TRUNCATE {table} CASCADE")


def test_a_mention_does_not_stay_behind(statement: Statement, minister: Speaker) -> None:
    other = Statement.objects.create(act="assert")
    with refused("mention_is_of_its_statement"):
        Attribution.objects.update(statement=other)


def test_an_intensity_has_its_phrase(statement: Statement) -> None:
    for change in ("intensity = 2", "intensity_phrase = 'très'", "intensity = 4, intensity_phrase = 'très'"):
        with refused("statement_intensity_has_its_phrase"):
            sql(f"UPDATE claims_statement SET {change}")


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("javascript:alert(1)", "source_url_is_canonical"),
        ("https://Exemple.example/", "source_url_is_canonical"),
        ("https://exemple.example/#part", "source_url_is_canonical"),
        ("https://exemple.example", "source_url_is_canonical"),
    ],
)
def test_addresses_are_canonical(url: str, rule: str) -> None:
    Source.objects.create(title="Essai", language="fr")
    with refused(rule):
        sql("UPDATE sources_source SET url = %s, url_sha256 = sha256(convert_to(%s, 'UTF8'))", url, url)


def test_one_address_is_one_source() -> None:
    Source.objects.create(title="Un", language="fr", url="https://exemple.example/a?utm_source=x#y")
    with refused("source_url_is_unique"):
        Source.objects.create(title="Deux", language="fr", url="HTTPS://EXEMPLE.example:443/a")


@pytest.mark.parametrize("labels", ["{}", '{"fr": ""}', '{"fr": 3}', '{"Français": "x"}', "[]", '"x"'])
def test_labels_are_texts_by_language(labels: str) -> None:
    with refused("claim_text_are_texts_by_language"):
        sql("INSERT INTO claims_claim (id, text, is_public) VALUES (gen_random_uuid(), %s::jsonb, false)", labels)


def test_undated_statements_sort_by_their_source(statement: Statement, revision: SourceText) -> None:
    def day() -> str:
        statement.refresh_from_db()
        return str(statement.sort_date)

    assert day() == "2024-11-16"
    Source.objects.update(published_at="2024-10")
    assert day() == "2024-10-01"
    Statement.objects.update(said_at="../2023-05-02", said_at_basis="inferred")
    assert day() == "2023-05-02"
    Statement.objects.update(said_at=None, said_at_basis="")
    Appearance.objects.all().delete()
    assert day() == str(statement.created_at.date())


def test_search_follows_every_change_of_words(statement: Statement) -> None:
    def found(words: str) -> bool:
        return Statement.objects.matching(words, ["fr", "en"]).exists()

    assert found("inquiete")
    assert found("répété")
    wording = Wording.objects.create(statement=statement, language="en", text="She is worried")
    assert found("worried")
    wording.text = "She is afraid"
    wording.save()
    assert found("afraid")
    assert not found("worried")
    assert found('"très inquiète" répété')
    assert not found("inquiète -répété")
    assert not found('"répété très"')
    sql("DELETE FROM claims_mention")
    sql("DELETE FROM claims_relay")
    sql("DELETE FROM claims_segment")
    sql("DELETE FROM claims_appearance")
    Wording.objects.filter(language="fr").delete()
    assert not found("inquiete")


def test_spans_may_be_anywhere_in_a_text_with_emoji(revision: SourceText) -> None:
    assert Span(36, 37).words(TEXT) == "🤯"
    record_statement(
        parts=[Part(speaker=Speaker.objects.create(name="X"))],
        report=Report(revision=revision, segments=[Span(36, 37)], quotation_type="indirect"),
        values={"act": "assert"},
    )
    assert Segment.objects.get().exact == "🤯"
