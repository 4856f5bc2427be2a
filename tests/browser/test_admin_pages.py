"""The pages of the admin keep the policy of scripts and styles, and ask no other host for anything."""

import pytest

from tests import factories
from tests.browser.conftest import Watched
from tests.browser.hands import log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]

ADMIN_PAGES = [
    "/admin/",
    "/admin/claims/statement/",
    "/admin/claims/speaker/add/",
    "/admin/claims/topic/add/",
    "/admin/sources/source/",
    "/admin/sources/source/add/",
    "/admin/claims/intensityphrase/",
    "/admin/desk/",
    "/admin/desk/?queue=attribute",
    "/admin/desk/measures/",
]


@pytest.mark.parametrize("path", ADMIN_PAGES)
def test_admin_pages_keep_the_policy(watched: Watched, transactional_db: None, path: str) -> None:
    factories.source()
    log_in(watched.page, "curator", "curators")
    watched.page.goto(path)
    watched.assert_clean()


def test_marked_words_and_the_list_point_at_each_other(watched: Watched, transactional_db: None) -> None:
    statement = factories.draft()
    page = watched.page
    log_in(page, "curator", "curators")
    page.goto(f"/admin/sources/source/{statement.appearances.get().source_text.source_id}/change/")
    page.locator("#source-text mark").click()
    assert page.locator(f"#statement-{statement.pk}.is-pointed-at").count() == 1
    page.goto(f"{page.url}#marked-{statement.pk}")
    watched.assert_clean()
