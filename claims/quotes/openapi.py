"""What the OpenAPI document says of the quote check."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiRequest, OpenApiResponse, extend_schema

from claims.openapi import examples
from claims.quotes.bodies import QuoteBody
from claims.quotes.serializers import QuoteCheckSerializer
from claims.quotes.text.comparing import compare
from claims.text.words import words_of
from config.http import problems
from config.http.openapi import RETRY_AFTER, answers_to_everybody, example_of, problem_example, problem_response

_DESCRIPTION = """\
Whether words, as somebody quotes them, are on record: by this speaker, by another, nearly, or not at all. Only what is
published is looked at, whoever asks; nothing is kept of what is asked.

The quote is compared with each wording, and with the words that each document prints: a segment, or all segments
together. Case, accents, punctuation, quotation marks, apostrophes, dashes, kinds of spaces and ligatures do not count;
`difference` marks what does, word by word.

- `verbatim`: the quote is all of the recorded words.
- `in_part`: it stands in them word for word, its ends cut, or an ellipsis (…, [...]) where words are left out. Or the
  other way round: what is recorded is only a part of the quote, two words and a third of it, or six words, at least;
  `part_of` says which.
- `altered`: at least three words and 60 % of it stand there in order; some are missing, added or replaced. One or two
  words are never altered: they are there or not.
- `same_words_by_another`: verbatim or in part, but by none of the speakers asked for. Without `speaker` all are meant.
- `unknown`: nothing of that. It does not say that nobody said it, only that nobody has recorded it.
  Of scripts written without spaces (Chinese, Japanese, Thai) only whole runs are found: a part of one is 400.

**Whose words they are** stands beside each verdict. Verbatim, with `words_of` other than `speaker`, is verbatim what is
on record, not what was said:

- `speaker`: a document quotes them, or they are the original wording, and no document has only its own words for it.
  Words between quotation marks in a mixed quotation are the speaker's too.
- `document`: a document's own words, which say what was said (indirect quotation), or a wording taken from them.
- `translation`: not in the language of the original wording, or a wording in a language in which no document prints it.
  `original` has the original wording, where there is one. Where none is recorded, what a document quotes may be
  translated all the same.
- `both`: partly the speaker's, partly the document's (mixed quotation), and it cannot be told which.

**Whether it still stands**: `contradicted_by` of a statement has what retracts, corrects or denies it, on record.

Of the statements with the most words in common, some hundreds at most are compared, and three places of one statement
are shown at most.
"""

# words of the demo set, so that it can be tried as it is
ASKED = {
    "words": "Une profonde préoccupation qu’éprouve l'Amérique",
    "language": "fr",
}
_APPEARANCE = examples.APPEARANCE
_COMPARISON = compare(words_of(ASKED["words"]), words_of(_APPEARANCE["segments"][0]["exact"]))
ALTERED: dict[str, Any] = {
    "verdict": "altered",
    "words_of": "both",
    "matches": [
        {
            "verdict": "altered",
            "words_of": "both",
            "part_of": None,
            "similarity": 0.818,
            "statement": {
                "id": examples.STATEMENT["id"],
                "url": f"https://record.example/api/v1/statements/{examples.STATEMENT['id']}/",
                "speakers": [examples.KIRBY],
                "said_at": "2023-09-13",
                "contradicted_by": [],
            },
            "recorded": _APPEARANCE["segments"][0]["exact"],
            "original": None,
            "wording": None,
            "appearance": {
                "id": _APPEARANCE["id"],
                "quotation_type": "mixed",
                "is_quoted": None,
                "is_headline": False,
                "language": "fr",
                "source": _APPEARANCE["source"],
            },
            "difference": [asdict(one) for one in _COMPARISON.difference] if _COMPARISON else [],
        }
    ],
}
NO_SPEAKER = "There is no speaker with the id {}. Ids are found by name: /api/v1/speakers/?name=…"
_NO_WORD = "It has no word to look for in fr: only such as stand in every text. Give more of the quote."

quote_api = extend_schema(
    operation_id="checkQuote",
    tags=["quotes"],
    summary="Check a quote",
    description=_DESCRIPTION,
    parameters=[RETRY_AFTER],
    request=OpenApiRequest(QuoteBody, examples=[OpenApiExample("Quote", value=ASKED, request_only=True)]),
    responses={
        200: OpenApiResponse(
            QuoteCheckSerializer,
            description="The verdict, and what it rests on.",
            examples=[OpenApiExample("Altered", value=ALTERED)],
        ),
        (400, problems.MEDIA_TYPE): problem_response(
            "The body is wrong, or has no word that can be looked for.",
            example_of(problems.body_error("/speaker", NO_SPEAKER.format("00000000-0000-7000-8000-000000000000"))),
            problem_example(problems.INVALID_BODY, f"/words: {_NO_WORD}", [{"pointer": "/words", "detail": _NO_WORD}]),
        ),
        (413, problems.MEDIA_TYPE): problem_response("It is too large.", problem_example(problems.TOO_LARGE)),
        (415, problems.MEDIA_TYPE): problem_response(
            "It is no JSON.", problem_example(problems.UNSUPPORTED_MEDIA_TYPE)
        ),
        **answers_to_everybody(),
    },
)
