"""Imported statements are drafts, unless an administrator lets them be public."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError

from claims.exchange.models import DatasetImport, ImportedStatement
from claims.models import Speaker, Statement
from tests import factories
from tests.claims.exchange.lines import ROWS, SOURCE, SPEAKER, STATEMENT, Row, changed
from tests.claims.exchange.running import administrator, digest, refusals, run, write

pytestmark = pytest.mark.django_db


def _statuses() -> dict[str, str]:
    return {one.cameo: one.status for one in Statement.objects.all()}


def _of_each_status() -> list[Row]:
    rows = [SOURCE, SPEAKER, changed(STATEMENT, cameo="00")]
    for number, status in enumerate(("draft", "in_review", "published", "withdrawn"), start=1):
        more = {"withdrawn_reason": "Not said."} if status == "withdrawn" else {}
        rows.append(changed(STATEMENT, key=status, cameo=f"0{number}", status=status, **more))
    return rows


def test_without_an_administrator_every_statement_is_a_draft(tmp_path: Path) -> None:
    out = run(write(tmp_path, _of_each_status()))
    assert set(_statuses().values()) == {"draft"}
    assert "Statements that the file calls public and that are drafts here: 2 (--publish ADMINISTRATOR)." in out


def test_an_administrator_lets_statements_be_what_the_file_says(tmp_path: Path) -> None:
    factories.user("author")
    admin = administrator()
    path = write(tmp_path, _of_each_status())
    out = run(path, "--publish", "admin", "--by", "author")
    assert "Statements published: 3." in out
    statuses = {"00": "published", "01": "draft", "02": "in_review", "03": "published", "04": "withdrawn"}
    assert _statuses() == statuses
    imported = DatasetImport.objects.get()
    assert (imported.published_by, imported.published) == (admin, 3)
    public = Statement.objects.get(cameo="03")
    assert (public.reviewed_by, public.is_self_reviewed) == (admin, False)
    assert Speaker.objects.get().is_public
    before = digest()
    run(path, "--publish", "admin", "--by", "author")
    assert digest() == before


def test_drafts_of_an_earlier_import_can_be_published_by_another(tmp_path: Path) -> None:
    administrator()
    path = write(tmp_path, _of_each_status())
    run(path)
    assert "Statements published: 3." in run(path, "--publish", "admin")
    assert _statuses()["03"] == "published"


def test_a_draft_that_curators_changed_since_it_came_is_left_to_them(tmp_path: Path) -> None:
    administrator()
    path = write(tmp_path, [SOURCE, SPEAKER, STATEMENT])
    run(path)
    statement = Statement.objects.get()
    # as the admin does: it saves the statement whatever was changed of it
    statement.wordings.update(text="words that nobody is sure of yet")
    Statement.objects.filter(pk=statement.pk).update(created_at=statement.created_at - timedelta(minutes=1))
    said = run(path, "--publish", "admin")
    assert "Statements that stay drafts, being changed here, made here or the administrator’s own: 1." in said
    assert "published" not in said
    assert not Statement.objects.published().exists()


def test_a_draft_that_no_import_made_is_left_to_its_author(tmp_path: Path) -> None:
    administrator()
    path = write(tmp_path, [SOURCE, SPEAKER, STATEMENT])
    run(path)
    ImportedStatement.objects.all().delete()
    assert "Statements published" not in run(path, "--publish", "admin")
    assert not Statement.objects.published().exists()


def test_nobody_publishes_what_they_brought_in_as_their_own(tmp_path: Path) -> None:
    administrator()
    path = write(tmp_path, [SOURCE, SPEAKER, STATEMENT])
    run(path, "--by", "admin")
    assert "Statements published" not in run(path, "--publish", "admin")
    assert not Statement.objects.published().exists()


def test_public_statements_are_related_by_an_administrator_alone(tmp_path: Path) -> None:
    administrator()
    one, other = factories.published(), factories.published()
    row = {"record": "relation", "statement": str(one.pk), "type": "retracts", "other": str(other.pk)}
    ((_number, pointer, sentence),) = refusals(tmp_path, row)
    assert (pointer, "only an administrator" in sentence) == ("/statement", True)
    run(write(tmp_path, [row]), "--publish", "admin")
    assert one.relations.count() == 1


def test_a_status_that_is_not_taken_over_is_told(tmp_path: Path) -> None:
    administrator()
    run(write(tmp_path, [SOURCE, SPEAKER, STATEMENT]), "--publish", "admin")
    back = changed(STATEMENT, status="withdrawn", withdrawn_reason="Misread.")
    said = run(write(tmp_path, [SOURCE, SPEAKER, back]), "--publish", "admin")
    assert "Statements that the file calls withdrawn or published and that stand otherwise here: 1." in said
    assert Statement.objects.published().exists()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("curator", "is no administrator: only one may publish without review"),
        ("gone", "is no administrator"),
        ("nobody", "There is no account “nobody”."),
        ("caf\udce9", "There is no account “caf�”."),
    ],
)
def test_only_an_administrator_publishes(tmp_path: Path, name: str, sentence: str) -> None:
    User.objects.create_user("curator", is_staff=True)
    User.objects.create_superuser("gone", is_active=False)
    before = digest()
    with pytest.raises(CommandError) as error:
        run(write(tmp_path, ROWS), "--publish", name)
    assert sentence in str(error.value)
    assert digest() == before


def test_the_author_publishes_only_where_self_review_is_allowed(tmp_path: Path, settings: Any) -> None:
    administrator()
    path = write(tmp_path, ROWS)
    with pytest.raises(CommandError, match="must be another account than the author"):
        run(path, "--publish", "admin", "--by", "admin")
    settings.ALLOW_SELF_REVIEW = True
    run(path, "--publish", "admin", "--by", "admin")
    assert Statement.objects.get().is_self_reviewed


def test_a_withdrawal_without_its_reason_is_refused(tmp_path: Path) -> None:
    administrator()
    rows = [SOURCE, SPEAKER, changed(STATEMENT, status="withdrawn")]
    ((number, _pointer, sentence),) = refusals(tmp_path, *rows, options=("--publish", "admin"))
    assert (number, sentence) == (3, "A withdrawal needs a reason that the public sees.")


def test_a_statement_without_a_speaker_stays_a_draft(tmp_path: Path) -> None:
    administrator()
    row = changed(STATEMENT, attributions=[{"speaker": "#ada", "kind": "addressee"}])
    ((number, _pointer, sentence),) = refusals(tmp_path, SOURCE, SPEAKER, row, options=("--publish", "admin"))
    assert (number, sentence) == (3, "A published statement needs at least one speaker.")
    run(write(tmp_path, [SOURCE, SPEAKER, row]))
