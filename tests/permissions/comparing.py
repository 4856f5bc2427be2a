"""The page as it is kept, compared with what was measured."""

from difflib import unified_diff

from tests.permissions.document import PAGE, parts_of


def check_page(measured: str, *, part: int) -> None:
    """Fail with the lines that differ, unless the page says in this part what was measured.

    They are 0: API, 1: admin, 2: attribution desk.
    """
    written = parts_of(PAGE.read_text("utf-8") if PAGE.exists() else "")[part]
    if written != measured:
        lines = unified_diff(written.splitlines(), measured.splitlines(), "written", "measured", lineterm="", n=0)
        raise AssertionError(
            "docs/permissions.md does not say who may do what. If that is meant, run: make permissions\n"
            + "\n".join(lines)
        )
