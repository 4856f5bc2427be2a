"""The page as it is kept, compared with what was measured."""

from difflib import unified_diff

from tests.permissions.document import ADMIN_TITLE, PAGE


def check_page(measured: str, *, part: int) -> None:
    """Fail with the lines that differ, unless the page says in this half (0: API, 1: admin) what was measured."""
    kept = PAGE.read_text("utf-8") if PAGE.exists() else ""
    before, title, behind = kept.partition(f"\n{ADMIN_TITLE}\n")
    written = (f"{before}\n" if title else before) if part == 0 else f"{ADMIN_TITLE}\n{behind}"
    if written != measured:
        lines = unified_diff(written.splitlines(), measured.splitlines(), "written", "measured", lineterm="", n=0)
        raise AssertionError(
            "docs/permissions.md does not say who may do what. If that is meant, run: make permissions\n"
            + "\n".join(lines)
        )
