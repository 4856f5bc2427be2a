"""drf-spectacular's settings: what the OpenAPI document says of the whole API, and how Swagger UI behaves."""

from typing import Any

from config import __version__

DESCRIPTION = """\
Who said what, when, as what, in which words, in which document.

A **statement** is what was said, once, in the world. An **appearance** is how one document reports it: which words,
quoted how, passed on by whom. A **source** is that document; a **speaker** is who said it; a **claim** is what several
statements affirm or deny.

Everything that Kim Jong Un said takes two calls: find the speaker's id, then ask for the statements.

    curl 'http://127.0.0.1:8000/api/v1/speakers/?name=kim+jong+un'
    curl 'http://127.0.0.1:8000/api/v1/statements/?speaker=<id>'

The words of `q` must be URL-encoded:

    curl -G --data-urlencode 'q="profonde préoccupation"' http://127.0.0.1:8000/api/v1/statements/

- **Passing on**: `relays` of an appearance are those who pass its words on (“…, according to Tokyo”); filter by
  `relayed_by`. The relation `reports` is between two statements, of which the first quotes the second: see `relations`.
- **Pages**: lists answer `{"results": [...], "next": ..., "previous": ...}`. Follow `next` and `previous` as they are.
- **Filters**: different ones narrow each other; one that is given several times takes any of its values. An unknown
  parameter is an error, never ignored.
- **Dates** may be partial: `2023`, `2025-02`, `2023-09-13`; `~` is about, `?` is unsure, `a/b` from a to b. Each comes
  with the first and last day it can mean; null where it is open.
- **Null** means that the record does not know, or that there is none; texts are never empty.
- **Errors** are `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`, and `errors` with the
  parameter at fault, or the JSON Pointer of the member. [All of them](/api/problems/).
- **Writing** takes a token: `Authorization: Bearer ar_…`, made in the admin or by `manage.py make_token`; here, press
  *Authorize*. With one, contributors and above read what is not public too. A body is one JSON object; a member that is
  not taken is an error, and of a change each member given is replaced as a whole. The project's docs/writing.md leads
  through all of it, from a token to a published statement.
- **Versions**: details and answers to writes have an `ETag`. Change, delete and each operation on a row need it as
  `If-Match`: 428 without, 412 where the row was changed since. Nobody's change is lost.
- **Again**: a `POST` with an `Idempotency-Key` (a new UUID) can be sent again after a cut connection: it acts once and
  answers the same for 24 hours.
- **Batches**: `POST /api/v1/<resource>/batch/` takes up to 500 operations, with a result for each.
- **Limits** are by token, and by address without one. `RateLimit` says how many requests are left (`r`) and in how many
  seconds more come (`t`); beyond that, 429 with `Retry-After`.
"""

TAGS = [
    ("statements", "What was said: by whom, when, in which words, where it is reported."),
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
    },
    "ENUM_SUFFIX": "",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.http.openapi.say_null_plainly",
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
