"""drf-spectacular's settings: what the OpenAPI document says of the whole API, and how Swagger UI behaves."""

from pathlib import Path
from typing import Any

from config import __version__

# what Swagger UI opens with
DESCRIPTION = (Path(__file__).parent / "introduction.md").read_text("utf-8")

TAGS = [
    ("statements", "What was said: by whom, when, in which words, where it is reported."),
    ("quotes", "Whether words were said so: checked against what is recorded."),
    ("speakers", "Who can say something, under which names, in which offices."),
    ("roles", "Kinds of office, whoever holds them."),
    ("memberships", "Roles held by speakers, where and when."),
    ("sources", "The documents in which statements appear."),
    ("publishers", "Who puts documents out."),
    ("claims", "Propositions that statements affirm, deny or question, and what fact-checkers found."),
    ("topics", "What statements are about."),
    ("events", "The occasions on which statements are made."),
    ("intensity phrases", "The lexicon by which intensity is read."),
]

# Names of closed vocabularies are set by hand, so that generated clients keep theirs.
VOCABULARIES = [
    "Act",
    "AnchorState",
    "Attitude",
    "Certainty",
    "DateBasis",
    "EventType",
    "Intensity",
    "NameKind",
    "QuotationType",
    "RelationType",
    "RoleCategory",
    "SpeakerType",
    "Stance",
    "Status",
]

API_DOCUMENT: dict[str, Any] = {
    "TITLE": "Attribution record",
    "DESCRIPTION": DESCRIPTION,
    "VERSION": __version__,
    "OAS_VERSION": "3.0.3",
    "TAGS": [{"name": name, "description": description} for name, description in TAGS],
    "SORT_OPERATION_PARAMETERS": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        **{name: f"claims.models.vocabularies.{name}" for name in VOCABULARIES},
        "Licence": "sources.models.documents.Licence",
        "PublisherKind": "sources.models.publishers.PublisherKind",
        "SourceType": "sources.models.documents.SourceType",
        "RelationDirection": "claims.serializers.DIRECTIONS",
        "ImportOutcome": "sources.serializers.OUTCOMES",
        "MediaType": "sources.serializers.READ_TYPES",
        "QuoteVerdict": "claims.quotes.serializers.VERDICTS",
        "QuoteDifference": "claims.quotes.serializers.OPERATIONS",
        "QuotePartOf": "claims.quotes.serializers.WHOLES",
        "QuoteWordsOf": "claims.quotes.serializers.OWNERS",
    },
    "ENUM_SUFFIX": "",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.http.openapi.say_null_plainly",
        "config.writing.members.allow_no_other_members",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "docExpansion": "list",
        "tryItOutEnabled": True,
        "displayRequestDuration": True,
        "defaultModelsExpandDepth": 0,
        # a badge of a foreign host, unless it is switched off
        "validatorUrl": None,
    },
}
