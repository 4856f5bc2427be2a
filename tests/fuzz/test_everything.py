"""All checks of schemathesis, with requests that fit the document and requests that do not."""

import pytest
from schemathesis.checks import CHECKS

from claims.exchange.demo import load_demo
from config.access.roles import Role
from config.access.services import make_token
from tests.fuzz.conftest import CASES, SEED
from tests.fuzz.found import Found
from tests.fuzz.running import Effort, Fuzzing
from tests.writing import person

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "public"])

SHORT = Effort(enumerated=300, cases=600, examples=3, seconds=18)
#: of the cases of the long form, half are sent as public and half as curator, and half of these are drawn
LONG = Effort(enumerated=CASES // 4, cases=CASES // 2, examples=25)


def _check(found: Found, capsys: pytest.CaptureFixture[str], who: str) -> None:
    with capsys.disabled():
        print(f"\n{who}, FUZZ_SEED={SEED}: {str(found) if CASES else str(found).splitlines()[0]}")
    assert not found, str(found)
    # a check that never ran shows nothing
    assert set(CHECKS.get_all_names()) - set(found.checks) <= {"max_response_time", "object_level_authorization"}


def test_the_public_meets_what_the_document_says(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    load_demo()
    _check(Fuzzing(server, "", SEED).run(LONG if CASES else SHORT), capsys, "public")


def test_a_curator_meets_what_the_document_says(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    load_demo()
    curator = person("curator", Role.CURATOR)
    _token, secret = make_token(user=curator, name="fuzz", role=Role.CURATOR, days=1, by=curator)
    _check(Fuzzing(server, str(secret), SEED).run(LONG if CASES else SHORT), capsys, "curator")
