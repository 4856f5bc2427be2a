"""Conditional writes (RFC 9110, section 13): nobody changes a row that they have not read as it is."""

import re

from config.http import problems

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_VERSION = re.compile(r"[1-9][0-9]{0,9}")


def etag(version: int) -> str:
    """Return the strong entity tag of a version: `"7"`."""
    return f'"{version}"'


def expected_versions(condition: str | None) -> frozenset[int]:
    """Return the versions that an `If-Match` accepts, read as RFC 9110 has it: a list of tags.

    Weak tags, `*` and tags of something else prove nothing and are left out, so that there may be none. Raise
    ProblemError: 428 without the header, 400 for what is no list of tags.
    """
    if condition is None or not condition.strip():
        raise problems.ProblemError(problems.PRECONDITION_REQUIRED, "")
    if condition.strip() == "*":
        return frozenset()
    versions = set()
    for is_weak, tag in _tags(condition):
        if not is_weak and _VERSION.fullmatch(tag):
            versions.add(int(tag))
    return frozenset(versions)


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


def _tags(condition: str) -> list[tuple[bool, str]]:
    tags, rest = [], condition.strip()
    while rest:
        found = _TAG.match(rest)
        if found is None:
            raise problems.ProblemError(
                problems.BAD_REQUEST, 'If-Match is no list of entity tags: send the ETag as it came, such as "7".'
            )
        tags.append((bool(found[1]), found[2]))
        rest = rest[found.end() :].lstrip(" \t")
        if rest and not rest.startswith(","):
            rest = "?"  # two tags without a comma
        rest = rest.lstrip(", \t")
    return tags
