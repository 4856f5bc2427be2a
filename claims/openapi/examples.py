"""One example of each resource, consistent with each other: John Kirby's statement of 13 September 2023."""

from typing import Any

from sources.openapi import PUBLISHER, SOURCE_BRIEF

KIRBY: dict[str, Any] = {
    "id": "01923f6d-1b04-7aa3-8e51-90b7c2d6f411",
    "type": "person",
    "is_named": True,
    "name": "John Kirby",
    "country": "US",
}
UNITED_STATES: dict[str, Any] = {
    "id": "01923f6d-1b05-7c18-9f3e-4d81a5e07b22",
    "type": "state",
    "is_named": True,
    "name": "United States (government)",
    "country": "US",
}
SECURITY_COUNCIL: dict[str, Any] = {
    "id": "01923f6d-1b06-7d60-a2c4-6e0f93b8d733",
    "type": "organization",
    "is_named": True,
    "name": "United States, National Security Council",
    "country": "US",
}
MEMBERSHIP: dict[str, Any] = {
    "id": "01923f6d-2210-7f4b-b0d9-1c72e8a3f544",
    "role": {
        "id": "01923f6d-2201-76e2-8b15-a94d0c7e3f55",
        "category": "spokesperson",
        "labels": {"en": "spokesperson", "fr": "porte-parole"},
    },
    "organization": SECURITY_COUNCIL,
    "start": "2022-05",
    "end": "2025-01-20",
}
ROLE: dict[str, Any] = {**MEMBERSHIP["role"], "version": 7}
MEMBERSHIP_DETAIL: dict[str, Any] = {
    **MEMBERSHIP,
    "speaker": KIRBY,
    "start_earliest": "2022-05-01",
    "end_latest": "2025-01-20",
    "version": 7,
}
SPEAKER: dict[str, Any] = {
    **KIRBY,
    "note": None,
    "part_of": None,
    "names": [{"name": "John F. Kirby", "language": "en", "kind": "spelling"}],
    "version": 7,
}
SPEAKER_BODY: dict[str, Any] = {
    "type": "person",
    "name": KIRBY["name"],
    "country": "US",
    "names": SPEAKER["names"],
    "same_as": ["https://www.wikidata.org/entity/Q6243333"],
}
SPEAKER_DETAIL: dict[str, Any] = {
    **SPEAKER,
    "same_as": [],
    "memberships": [MEMBERSHIP],
}

EVENT_BRIEF: dict[str, Any] = {
    "id": "01923f6d-3a41-7b09-93d7-e2c5f18a6066",
    "name": "White House press conference, 13 September 2023",
    "type": "press_conference",
    "location": "Washington",
    "date": "2023-09-13",
}
EVENT: dict[str, Any] = {**EVENT_BRIEF, "date_earliest": "2023-09-13", "date_latest": "2023-09-13", "version": 7}

MILITARY_COOPERATION = "01923f6d-4d01-7e35-8c62-b7f0493da177"
TOPIC_BRIEF: dict[str, Any] = {
    "id": "01923f6d-4d02-7054-ae1b-5a8c6d92f388",
    "labels": {"en": "missiles", "fr": "missiles"},
}
TOPIC: dict[str, Any] = {
    **TOPIC_BRIEF,
    "broader": MILITARY_COOPERATION,
    "same_as": ["https://www.wikidata.org/entity/Q12796"],
    "version": 7,
}

CLAIM: dict[str, Any] = {
    "id": "01923f6d-5e17-71f8-bd20-08e4c9a7d599",
    "text": {
        "en": "Russia and North Korea have an arms contract.",
        "fr": "La Russie et la Corée du Nord ont conclu un contrat d’armement.",
    },
    "reviews": [
        {
            "publisher": {"id": "01923f6c-8a11-7d92-8446-c3f51e7b0a9a", "name": "Atelier des faits"},
            "url": "https://faits.example/2023/11/contrat-armement-russie-coree-du-nord",
            "rating": "Non démontré",
            "claim_reviewed": "La Russie et la Corée du Nord ont conclu un contrat d’armement.",
            "reviewed_at": "2023-11-21",
        }
    ],
    "statements": "https://record.example/api/v1/statements/?claim=01923f6d-5e17-71f8-bd20-08e4c9a7d599",
    "version": 7,
}

INTENSITY_PHRASE: dict[str, Any] = {
    "id": "01923f6d-6a02-7c44-9b31-5d7e80f2c6aa",
    "language": "fr",
    "phrase": "profond",
    "intensity": 3,
    "version": 1,
}

# The words and offsets are those of the demo set.
APPEARANCE: dict[str, Any] = {
    "id": "01923f6e-0c33-7468-9ab5-f6d217e0c8ab",
    "source": SOURCE_BRIEF,
    "revision": 1,
    "quotation_type": "mixed",
    "language": "fr",
    "is_headline": False,
    "anchor_state": "exact",
    "segments": [
        {
            "start": 574,
            "end": 636,
            "exact": "C’est une «\xa0profonde préoccupation\xa0» qu’éprouverait l’Amérique",
            "prefix": "e élargie à tous les secteurs.\n\n",
            "suffix": ", à en croire John Kirby, porte-",
        },
        {
            "start": 775,
            "end": 839,
            "exact": "si la Russie venait à épauler les programmes de missiles du Nord",
            "prefix": "rnalistes de la Maison-Blanche, ",
            "suffix": ". Le lendemain, au Forum polonai",
        },
    ],
    "cue": {"start": 638, "end": 649, "exact": "à en croire"},
    "mentions": [
        {
            "speaker_id": KIRBY["id"],
            "name": {"start": 650, "end": 660, "exact": "John Kirby"},
            "role": {"start": 662, "end": 711, "exact": "porte-parole de son Conseil de sécurité nationale"},
        }
    ],
    "relays": [
        {
            "level": 1,
            "speaker": {
                "id": "01923f6d-1b07-7283-8d9e-0a6b5c4f31bc",
                "type": "organization",
                "is_named": True,
                "name": PUBLISHER["name"],
                "country": "FR",
            },
            "mention": None,
        }
    ],
}

STATEMENT: dict[str, Any] = {
    "id": "01923f6e-0c21-7b34-a151-3f0c8e2d1bcd",
    "status": "published",
    "returned_reason": None,
    "withdrawn_reason": None,
    "speakers": [{"speaker": KIRBY, "certainty": "certain", "role": MEMBERSHIP}],
    "on_behalf_of": [{"speaker": UNITED_STATES, "certainty": "certain", "role": None}],
    "addressees": [],
    "attitude_holders": [],
    "wordings": [
        {
            "language": "fr",
            "text": "Une aide russe aux programmes de missiles du Nord serait pour l’Amérique une "
            "«\xa0profonde préoccupation\xa0»",
            "is_original": False,
            "translator": None,
        }
    ],
    "said_at": "2023-09-13",
    "said_at_earliest": "2023-09-13",
    "said_at_latest": "2023-09-13",
    "said_at_text": "le 13 septembre",
    "said_at_basis": "printed",
    "event": EVENT_BRIEF,
    "act": "express",
    "cameo": None,
    "attitude": "concern",
    "intensity": 3,
    "intensity_phrase": "profonde",
    "topics": [TOPIC_BRIEF],
    "appearances": [APPEARANCE],
    "positions": [],
    "relations": [
        {
            "type": "summarises",
            "direction": "incoming",
            "statement_id": "01923f6e-0d02-7e1f-8f44-d05b7a93c6de",
            "speakers": ["John Kirby"],
        }
    ],
    "is_self_reviewed": False,
    "published_at": "2024-09-29T09:30:12.500000Z",
    "updated_at": "2024-09-29T09:30:12.500311Z",
    "version": 7,
}
