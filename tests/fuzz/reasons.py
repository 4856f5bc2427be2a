"""Where schemathesis takes a right answer for a wrong one, with the reasons.

Its check `positive_data_acceptance` wants every request that fits the document to be accepted. A document says what a
request looks like; it cannot say what the record holds. Such a refusal is right where each fault that the problem
document names is one of those listed here, by its sentence; any other is a failure.
"""

import json
import re

from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response

#: statuses that say no to what does not fit the document, with what schemathesis leaves out: 410 the row was withdrawn,
#: 412 the version is another, 413 it is too large
REFUSALS = [400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422, 428]
#: statuses for what fits the document but not the record as it is now; 400 is looked at one by one, below
RIGHT_ANSWERS = ["2xx", "3xx", 401, 403, 404, 409, 410, 412, 422]
#: a header that is missing: 428 (RFC 6585), which schemathesis does not know; 422 where a key that it sent again stands
#: for another request, which is found out before
WITHOUT_HEADER = [401, 403, 422, 428]

#: why -> what was said of which parameter or member
_REASONS = {
    "no such row": [
        r" There is no [\w ]+ (with (the|this) id|[0-9a-f-]{36})",
        r" The source has no revision",
        r" (It is no appearance of this statement|There is no version \d+ of it)",
        r" was merged into",
    ],
    "not in the text": [
        r" The span ",
        r" “.*” (does not stand|stands) in the text",
        r" (The selected parts overlap|There is only white space in the selection|The words before are longer)",
        r"/(start|end) start and end go together",
    ],
    # what the record holds to, whatever it is written by: constraints, triggers and services
    "not for these values together": [
        r"/(start|end) A role cannot end before it starts",
        r" Give the words either as text or as raw",
        r"/appearances It has no words: give an appearance or a wording",
        r" The text does not let its language be told",
        r" It is given (twice|more than once)",  # addresses too: one may be written in two ways
        r" A date needs how it is known",
        r" An intensity needs the phrase that shows it",
        r" An original wording has no translator",
        r" (Only one wording is the original|There is a wording in this language already)",
        r" A (speaker|person|topic|document|statement) (is not|cannot be|cannot hold|has no relation|is one with)",
        r" (It is the role of another speaker|The statement has no part of this kind)",
        r" This speaker has this part already",
        r" This speaker is recorded with exactly these words",
        r" (Choose what belongs to the new speaker|Some of what was chosen is not)",
    ],
    # what an operation of a batch takes is what its own address takes: names and data are those of the resource
    "no operation of this resource": [r"^/operations/\d+/(op|id|if_match|data) "],
    # opaque by design: it cannot be made up
    # the document is that of whoever reads with a token
    "not for the public": [r"^(not_)?status There is no such parameter"],
    # parameters that mean something beside others alone
    "not for these parameters together": [
        r"^bom It is for format=csv alone",
        r"^(fields|omit) .*format",
        r"^order What is relevant is measured by the words of q",
        r"^highlight What is marked are the words of q",
        r"^(said|published)_before It is before ",
    ],
    "no cursor of this query": [r"^cursor It is not a cursor", r"^cursor It belongs to another query"],
    # JSON Schema has patterns, no calendar, no RFC 3986; and OpenAPI 3.0 none for the names of members
    "a form that is said in words": [
        r" “[^”]*” is not a language: write a tag of BCP 47",
        r" “[^”]*” is (not a web address|no name of a host)",
        r" The address (has a space or a control character in it|carries a user name)",
        r" “[^”]*” is not a partial date",
        r" “[^”]*” is not in the calendar",
        r"/country A country is two capital letters",
        r" A CAMEO code is two to four digits",
        r"/encoding ",
    ],
    # minLength counts spaces; and texts are no binary files: patterns at each text would tell nobody anything
    "no text": [
        r" (Its name: )?It has a NUL character in it",
        r" This field may not be blank",
        r" It is empty: give a",
        r" is a control character: this is a binary file",
        r" (It has no character in it that can be seen|There are no words to look for)",
        r"(^q|^/words) It has no word ",
        r"^/words Nothing was found, which does not say much",
    ],
}
# the document describes whole answers: `fields` and `omit` leave members out, and nothing else may be amiss
_MISSING = re.compile(r'"\w+" is a required property')
_PATTERNS = {why: re.compile("|".join(said), re.DOTALL) for why, said in _REASONS.items()}


def is_meant(failure: Failure, response: Response) -> str:
    """Return the reason for which an answer is right that schemathesis takes for wrong; empty where there is none."""
    if "response_schema_conformance" in failure.checks and _leaves_members_out(response):
        return "less was asked for" if _MISSING.match(failure.message) else ""
    if "positive_data_acceptance" not in failure.checks or response.status_code != 400:
        return ""
    problem = json.loads(response.content)
    faults = problem.get("errors") or [{"detail": problem["detail"]}]
    reasons = {_reason(f"{one.get('parameter', one.get('pointer', ''))} {one['detail']}") for one in faults}
    return "" if "" in reasons else " and ".join(sorted(reasons))


def _reason(fault: str) -> str:
    return next((why for why, pattern in _PATTERNS.items() if pattern.search(fault)), "")


def _leaves_members_out(response: Response) -> bool:
    return any(f"{name}=" in str(response.request.url) for name in ("fields", "omit"))
