"""drf-spectacular's settings: what the OpenAPI document says of the whole API, and how Swagger UI behaves."""

from typing import Any

from config import __version__

DESCRIPTION = """\
Who said what, when, as what, in which words, in which document.

A **statement** is what was said, once, in the world: by a **speaker** (or several together), on a day as far as it is
known, in a **role**. An **appearance** is how one document, a **source**, reports it: which words, quoted how, passed on
by whom. Several sources that report the same words are several appearances of one statement. A **claim** is what several
statements affirm or deny.

### Ten questions, each in one call

| Question | Call |
|---|---|
| Who expressed concern in the strongest words? | [`/api/v1/statements/?attitude=concern&min_intensity=3`](/api/v1/statements/?attitude=concern&min_intensity=3) |
| Who used just these words, and where do they stand? | [`/api/v1/statements/?q="profonde préoccupation"&highlight=true`](/api/v1/statements/?q=%22profonde%20pr%C3%A9occupation%22&highlight=true) |
| Who speaks of missiles, but not of satellites? | [`/api/v1/statements/?q=missiles -satellites&search_in=words`](/api/v1/statements/?q=missiles%20-satellites&search_in=words) |
| What did spokespersons say in September 2023? | [`/api/v1/statements/?role_category=spokesperson&said_at=2023-09`](/api/v1/statements/?role_category=spokesperson&said_at=2023-09) |
| Who denied it, and what did they deny? | [`/api/v1/statements/?act=deny&relation=denies&expand=statements`](/api/v1/statements/?act=deny&relation=denies&expand=statements) |
| What do we only have from somebody who passed it on? | [`/api/v1/statements/?firsthand=false`](/api/v1/statements/?firsthand=false) |
| What was said by people whom nobody names? | [`/api/v1/statements/?named=false`](/api/v1/statements/?named=false) |
| Who speaks most, and of what? | [`/api/v1/statements/facets/?facet=speaker,topic`](/api/v1/statements/facets/?facet=speaker,topic) |
| How did the wording of their concern move? | [`/api/v1/statements/timeline/?attitude=concern`](/api/v1/statements/timeline/?attitude=concern) |
| Did anybody really say that? | `POST /api/v1/quotes/check/` with `{"words": "profonde préoccupation"}` |

Filters take **ids**, and ids are found by name. Everything that Russia said, its ministries and their people included:

    curl 'http://127.0.0.1:8000/api/v1/speakers/?name=russia'
    curl 'http://127.0.0.1:8000/api/v1/statements/?speaker=<id>&parts=true'

The words of `q` must be URL-encoded: `curl -G --data-urlencode 'q="profonde préoccupation"' …`.

### How filters work

- **Different filters narrow**, several values of one widen: `act=warn&act=threaten&country=US`. `not_` before a name
  leaves out: `not_act=deny`. An unknown parameter or value is an error that says what there is, never ignored.
- **One of them, the same**: filters that speak of the speaker (`speaker`, `country`, `role_category`, …) hold for one and
  the same speaker, those of the document (`publisher`, `quotation_type`, `headline`, …) for one and the same appearance.
- **Merged** speakers and topics are followed: an old id finds what the new one does. An id that nothing public has finds
  nothing.
- **Dates** may be partial: `2023`, `2025-02`, `2023-09-13`; `~` is about, `?` is unsure, `a/b` from a to b. Each comes
  with the first and last day it can mean, null where it is open. `said_at=2023-09` finds what was *certainly* said in that
  month; with `dates=possibly`, what may have been. Undated statements are left out unless `undated=include`.
- **Passing on**: `relays` of an appearance are those who pass its words on (“…, according to Tokyo”); the relation
  `reports` is between two statements, of which the first quotes the second.

### How to page, and to stay in step

- **Pages**: lists answer `{"results": [...], "next": ..., "previous": ...}`, 50 rows unless `limit` says otherwise, 100 at
  most. Follow `next` as it is until it is null (it is in the header `Link` too). `count=true` says how many there are.
- **All at once**: [`/api/v1/statements/export/`](#/statements/exportStatements) streams any list as NDJSON or CSV.
- **In step**: `updated_since=…&order=updated` gives what changed. Or ask again with `If-None-Match` and the `ETag` that
  came: 304 costs little.
- **Less or more**: `fields=id,said_at` or `omit=appearances`; `expand=speakers,sources` adds in full, under `expanded`,
  what rows name.
- **Null** means that the record does not know, or that there is none; texts are never empty.
- **Once public, an id never answers 404**: what was withdrawn answers 410 with the reason, what was found to be one with
  another 301.

### The rest

- **Errors** are `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`, and `errors` with the
  parameter at fault, or the JSON Pointer of the member. [All of them](/api/problems/).
- **Writing** takes a token: `Authorization: Bearer ar_…`, made in the admin or by `manage.py make_token`; here, press
  *Authorize*. With one, contributors and above read what is not public too. A body is one JSON object; a member that is
  not taken is an error, and of a change each member given is replaced as a whole. The project's docs/writing.md leads
  through all of it, from a token to a published statement.
- **Versions**: details and answers to writes have an `ETag` that begins with the row's version. Change, delete and each
  operation on a row need it as `If-Match`: 428 without, 412 where the row was changed since. Nobody's change is lost.
- **Again**: a `POST` with an `Idempotency-Key` (a new UUID) can be sent again after a cut connection: it acts once and
  answers the same for 24 hours.
- **Batches**: `POST /api/v1/<resource>/batch/` takes up to 500 operations, with a result for each.
- **Limits** are by token, and by address without one. `RateLimit` says how many requests are left (`r`) and in how many
  seconds more come (`t`); beyond that, 429 with `Retry-After`.
"""

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
