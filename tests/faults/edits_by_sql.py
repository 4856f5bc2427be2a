"""Changes of all kinds that somebody may make with SQL, and the upkeep that goes on beside them."""

from claims.services.filing import FILING

#: kind -> changes of its row %(id)s, or of some by chance; %(mark)s is found nowhere else
CHANGES = {
    "speaker": [
        "UPDATE claims_speaker SET name = %(mark)s WHERE id = %(id)s",
        "UPDATE claims_speaker SET country = 'FR', type = 'organization' WHERE id = %(id)s",
        "UPDATE claims_speaker SET is_named = NOT is_named WHERE id = %(id)s",
        (
            "UPDATE claims_speaker SET name = name || ' bis'"
            " WHERE id IN (SELECT id FROM claims_speaker ORDER BY random() LIMIT 3)"
        ),
        (
            "INSERT INTO claims_speakername (id, speaker_id, name, language, kind)"
            " VALUES (gen_random_uuid(), %(id)s, %(mark)s, 'fr', 'spelling')"
        ),
        "DELETE FROM claims_speakername WHERE speaker_id = %(id)s",
        "UPDATE claims_speakername SET name = name || ' ter' WHERE speaker_id = %(id)s",
        "DELETE FROM claims_speaker WHERE id = %(id)s",
    ],
    "topic": [
        "UPDATE claims_topic SET labels = jsonb_build_object('fr', %(mark)s::text) WHERE id = %(id)s",
        (
            "UPDATE claims_topic SET labels = labels || jsonb_build_object('en', %(mark)s::text)"
            " WHERE id IN (SELECT id FROM claims_topic ORDER BY random() LIMIT 3)"
        ),
        "DELETE FROM claims_topic WHERE id = %(id)s",
    ],
    "event": [
        "UPDATE claims_event SET name = %(mark)s, location = 'Paris' WHERE id = %(id)s",
        "UPDATE claims_event SET date = '2023-09' WHERE id = %(id)s",
        "DELETE FROM claims_event WHERE id = %(id)s",
    ],
    "role": ["UPDATE claims_role SET labels = jsonb_build_object('fr', %(mark)s::text) WHERE id = %(id)s"],
    "membership": [
        "UPDATE claims_membership SET start = '2001', \"end\" = NULL WHERE id = %(id)s",
        (
            "UPDATE claims_membership SET organization_id = (SELECT id FROM claims_speaker WHERE merged_into_id IS NULL"
            " AND type = 'organization' ORDER BY random() LIMIT 1) WHERE id = %(id)s"
        ),
        (
            "UPDATE claims_membership SET role_id = (SELECT id FROM claims_role ORDER BY random() LIMIT 1)"
            " WHERE id = %(id)s"
        ),
        "DELETE FROM claims_membership WHERE id = %(id)s",
    ],
    "claim": [
        "UPDATE claims_claim SET text = jsonb_build_object('fr', %(mark)s::text) WHERE id = %(id)s",
        "DELETE FROM claims_claim WHERE id = %(id)s",
    ],
    "publisher": [
        "UPDATE sources_publisher SET name = %(mark)s WHERE id = %(id)s",
        "DELETE FROM sources_publisher WHERE id = %(id)s",
    ],
    "source": [
        "UPDATE sources_source SET title = %(mark)s WHERE id = %(id)s",
        "UPDATE sources_source SET published_at = '2024-02', language = 'en' WHERE id = %(id)s",
        (
            "UPDATE sources_source SET publisher_id = (SELECT id FROM sources_publisher ORDER BY random() LIMIT 1)"
            " WHERE id = %(id)s"
        ),
        "UPDATE sources_source SET agency_id = NULL, publisher_id = NULL WHERE id = %(id)s",
        "DELETE FROM sources_source WHERE id = %(id)s",
    ],
    "statement": [
        "UPDATE claims_statement SET said_at_text = %(mark)s WHERE id = %(id)s",
        "UPDATE claims_statement SET said_at = '2021-05-06', said_at_basis = 'printed' WHERE id = %(id)s",
        (
            "UPDATE claims_statement SET event_id = (SELECT id FROM claims_event ORDER BY random() LIMIT 1)"
            " WHERE id = %(id)s"
        ),
        "UPDATE claims_statement SET act = 'deny', attitude = NULL WHERE id = %(id)s",
        "UPDATE claims_statement SET status = 'withdrawn', withdrawn_reason = %(mark)s WHERE id = %(id)s",
        "UPDATE claims_statement SET status = 'draft' WHERE id = %(id)s",
        "UPDATE claims_statement SET status = 'published', published_at = now() WHERE id = %(id)s",
        "DELETE FROM claims_statement WHERE id = %(id)s",
        "UPDATE claims_wording SET text = %(mark)s WHERE statement_id = %(id)s",
        (
            "INSERT INTO claims_wording (id, statement_id, language, text, is_original, translator)"
            " VALUES (gen_random_uuid(), %(id)s, 'de', %(mark)s, false, '')"
        ),
        "DELETE FROM claims_wording WHERE statement_id = %(id)s AND NOT is_original",
        (
            "INSERT INTO claims_statementtopic (statement_id, topic_id)"
            " SELECT %(id)s, id FROM claims_topic ORDER BY random() LIMIT 1"
        ),
        "DELETE FROM claims_statementtopic WHERE statement_id = %(id)s",
        "UPDATE claims_attribution SET certainty = 'doubtful' WHERE statement_id = %(id)s",
        (
            "UPDATE claims_attribution SET membership_id = NULL, speaker_id = (SELECT id FROM claims_speaker"
            " WHERE merged_into_id IS NULL ORDER BY random() LIMIT 1) WHERE statement_id = %(id)s"
        ),
        (
            "INSERT INTO claims_attribution (id, statement_id, speaker_id, kind, certainty)"
            " SELECT gen_random_uuid(), %(id)s, id, 'addressee', 'certain' FROM claims_speaker"
            " WHERE merged_into_id IS NULL ORDER BY random() LIMIT 1"
        ),
        "DELETE FROM claims_attribution WHERE statement_id = %(id)s AND kind <> 'speaker'",
        "DELETE FROM claims_appearance WHERE statement_id = %(id)s",
        "UPDATE claims_appearance SET quotation_type = 'mixed', is_headline = true WHERE statement_id = %(id)s",
        (
            "UPDATE claims_relay SET speaker_id = (SELECT id FROM claims_speaker WHERE merged_into_id IS NULL"
            " ORDER BY random() LIMIT 1) FROM claims_appearance AS found"
            " WHERE found.id = appearance_id AND found.statement_id = %(id)s"
        ),
        "UPDATE claims_position SET stance = 'denies' WHERE statement_id = %(id)s",
        (
            "INSERT INTO claims_position (id, statement_id, claim_id, stance)"
            " SELECT gen_random_uuid(), %(id)s, id, 'questions' FROM claims_claim ORDER BY random() LIMIT 1"
        ),
        (
            "INSERT INTO claims_relation (id, statement_id, type, other_id)"
            " SELECT gen_random_uuid(), %(id)s, 'repeats', id FROM claims_statement ORDER BY random() LIMIT 1"
        ),
        "DELETE FROM claims_relation WHERE statement_id = %(id)s OR other_id = %(id)s",
    ],
}
#: what server processes do by themselves
UPKEEP = [
    f"SELECT public.file_postings(ARRAY(SELECT id FROM claims_postingrun), true) FROM pg_advisory_xact_lock({FILING})",
    f"SELECT public.file_postings('{{}}', true) FROM pg_advisory_xact_lock({FILING})",
    "SELECT public.follow_pending(2)",
]
