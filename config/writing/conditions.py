"""Conditional writes (RFC 9110, section 13): nobody changes a row that they have not read as it is."""

import re

from config.http import problems
from config.http.etags import tags

# what is shown of other rows is behind the hyphen: a change of theirs makes nobody's edit stale
_VERSION = re.compile(r"([1-9][0-9]{0,9})(-[0-9a-f]{16})?")


def etag(version: int, digest: str | None = None) -> str:
    """Return the strong entity tag of a version, `"7"`; with the digest of all that an answer shows, `"7-0c4f…"`."""
    return f'"{version}"' if digest is None else f'"{version}-{digest}"'


def expected_versions(condition: str | None) -> frozenset[int]:
    """Return the versions that an `If-Match` accepts, read as RFC 9110 has it: a list of tags.

    Weak tags, `*` and tags of something else prove nothing and are left out, so that there may be none. Raise
    ProblemError: 428 without the header, 400 for what is no list of tags.
    """
    if condition is None or not condition.strip():
        raise problems.ProblemError(problems.PRECONDITION_REQUIRED, "")
    if condition.strip() == "*":
        return frozenset()
    found = tags(condition)
    if found is None:
        raise problems.ProblemError(
            problems.BAD_REQUEST, 'If-Match is no list of entity tags: send the ETag as it came, such as "7".'
        )
    strong = (_VERSION.fullmatch(tag) for is_weak, tag in found if not is_weak)
    return frozenset(int(version[1]) for version in strong if version)


def check_version(version: int, expected: frozenset[int]) -> None:
    """Raise ProblemError (412, with the current ETag) unless the version is one of those expected."""
    if not expected:
        detail = 'If-Match proves nothing so: send the ETag that it was read with, as it came, such as "7".'
        raise problems.ProblemError(problems.PRECONDITION_FAILED, detail, headers={"ETag": etag(version)})
    if version not in expected:
        raise stale(version)


def stale(version: int) -> problems.ProblemError:
    """Return the error that a row has another version by now; its header says which."""
    return problems.ProblemError(problems.PRECONDITION_FAILED, "", headers={"ETag": etag(version)})
