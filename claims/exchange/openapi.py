"""What the OpenAPI document says of the export."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from claims.exchange import csv_rows
from claims.openapi import examples
from claims.serializers import StatementSerializer
from config.http import problems
from config.http.openapi import (
    RETRY_AFTER,
    answers_to_everybody,
    example_of,
    problem_response,
)

_DESCRIPTION = f"""\
All statements that a list query finds, by the same filters, whatever their number.

**NDJSON** has one statement a line, written as the list writes it; `fields` and `omit` choose among its members.
**CSV** (RFC 4180, UTF-8) has a line of column names and a line for each statement. Several values of one cell stand
between “{csv_rows.BETWEEN}”, in the same order in all columns that speak of speakers, of wordings or of documents; the
English label is taken where there is one. A text with which a spreadsheet would calculate (it begins with = + - @, a
tab or a line break) has `'` before it. Take NDJSON where every character counts.

Which statements, and in which order, is as of the moment it begins, and each comes once; each shows what is known of
it when its turn comes, and what is not public any more by then is left out. To stay in step afterwards, ask a list with
`updated_since`, from the `Date` of this answer.

It counts as one request. A server sends only so many at once; where more are asked for, 503 says when to try again. A
reader that takes nothing for five minutes is cut off. If the server fails under way, the last line says that the export
is not complete, and is no JSON, and in CSV no row that ends: programs that read it fail.
"""

_CSV = csv_rows.header() + "".join(csv_rows.lines([examples.STATEMENT]))

export_api = extend_schema(
    operation_id="exportStatements",
    tags=["statements"],
    summary="Export statements",
    description=_DESCRIPTION,
    parameters=[
        RETRY_AFTER,
        OpenApiParameter(
            "Content-Disposition", str, OpenApiParameter.HEADER, response=[200], description="A name for the file."
        ),
    ],
    responses={
        (200, "application/x-ndjson"): OpenApiResponse(
            StatementSerializer,
            description="The statements; of NDJSON, what each line is.",
            examples=[OpenApiExample("Statement", value=examples.STATEMENT, media_type="application/x-ndjson")],
        ),
        (200, "text/csv"): OpenApiResponse(
            OpenApiTypes.STR,
            description="The statements; of NDJSON, what each line is.",
            examples=[OpenApiExample("Table", value=_CSV, media_type="text/csv")],
        ),
        (400, problems.MEDIA_TYPE): problem_response(
            "A parameter is wrong.",
            example_of(problems.parameter_error("format", "“xml” is not one of: ndjson, csv.")),
            example_of(problems.parameter_error("bom", "It is for format=csv alone.")),
        ),
        **answers_to_everybody(),
    },
)
