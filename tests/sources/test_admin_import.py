"""The admin of documents as a browser uses it: with CSRF checks on, and forms that keep what was typed."""

import io
import re
import time
from collections.abc import Mapping
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sources.models import Publisher, Source, SourceText
from sources.services import ImportRefused, Metadata, import_text

WORDS = "Le ministre a déclaré jeudi que l'accord de pêche était une préoccupation pour les deux pays voisins."
SCRIPT = "<script>alert(1)</script>"
ADD = "/admin/sources/source/add/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("curator", password="-"))
    return client


def _post(browser: Client, url: str, data: Mapping[str, Any]) -> HttpResponse:
    """Fill in the page's form as a browser does: its token, its values, then `data`."""
    page = browser.get(url)
    assert page.status_code == 200
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert token is not None
    typed: dict[str, Any] = {"type": "article", "licence": "unknown", "csrfmiddlewaretoken": token[1]}
    for name, value in data.items():
        # A text box is sent with CR LF.
        typed[name] = re.sub(r"\r?\n", "\r\n", value) if isinstance(value, str) else value
    return browser.post(url, typed)  # type: ignore[return-value]


def _messages(browser: Client, answer: HttpResponse) -> str:
    assert answer.status_code == 302, answer.content.decode()
    return browser.get(answer["Location"]).content.decode()


def _errors(answer: HttpResponse, name: str) -> list[str]:
    assert answer.status_code == 200
    return answer.context["form"].errors.get(name, [])  # type: ignore[attr-defined, no-any-return]


def test_without_the_token_nothing_comes_in(browser: Client) -> None:
    assert browser.post(ADD, {"text": WORDS}).status_code == 403
    assert not Source.objects.exists()


@pytest.mark.parametrize("rights", [[], ["view_source"]])
def test_without_the_right_nothing_comes_in(rights: list[str]) -> None:
    from django.contrib.auth.models import Permission

    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(user)
    source = import_text(raw=WORDS.encode()).source
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, {"text": WORDS}).status_code == 403
    assert client.post(f"/admin/sources/source/{source.pk}/revision/", {"text": WORDS}).status_code == 403
    text = source.texts.get()
    assert client.get(f"/admin/sources/sourcetext/{text.pk}/original/").status_code == 403


def test_pasted_words_are_imported_and_what_was_found_is_said(browser: Client) -> None:
    pasted = f"  Un titre pour la pêche\n\nPublié le 09/11/2023\nSEOUL (Reuters) - {WORDS}\n\n"
    answer = _post(browser, ADD, {"text": pasted})
    page = _messages(browser, answer)
    source = Source.objects.get()
    assert source.texts.get().text == pasted
    assert bytes(source.texts.get().raw) == pasted.encode()
    assert answer["Location"] == f"/admin/sources/source/{source.pk}/change/"
    assert "The source was imported." in page
    assert "title: Un titre pour la pêche; language: fr; published: 2023-11-09; agency: Reuters" in page


def test_an_uploaded_file_stays_exact(browser: Client) -> None:
    raw = f"{WORDS}\r\n\r\nl’œuvre\r\n".encode("windows-1252")
    answer = _post(browser, ADD, {"upload": SimpleUploadedFile("a.txt", raw), "encoding": "windows-1252"})
    assert answer.status_code == 302
    text = SourceText.objects.get()
    assert (bytes(text.raw), text.text, text.encoding) == (raw, raw.decode("cp1252"), "windows-1252")


def test_a_pasted_page_is_utf_8_whatever_it_declares(browser: Client) -> None:
    page = (
        f'<html><head><meta charset="iso-8859-1"></head><body><article><p>{WORDS} l’œuvre</p></article></body></html>'
    )
    assert _post(browser, ADD, {"text": page}).status_code == 302
    text = SourceText.objects.get()
    assert (text.text, text.media_type, text.encoding) == (f"{WORDS} l’œuvre", "text/html", "utf-8")


def test_metadata_that_are_filled_in_win(browser: Client) -> None:
    publisher = Publisher.objects.create(name="Le Quotidien")
    typed = {
        "text": WORDS, "title": "Titre", "url": "https://EXAMPLE.org/a#x", "publisher": str(publisher.pk),
        "authors": "Anne Martin\nJean Petit\n", "translator": "Luc", "language": "fr-CA", "published_at": "2023-09~",
        "type": "dispatch", "licence": "CC-BY", "retrieved_at_0": "2025-01-02", "retrieved_at_1": "10:30",
        "archived_at": "https://archive.example/a",
    }  # fmt: skip
    assert _post(browser, ADD, typed).status_code == 302
    source = Source.objects.get()
    assert (source.title, source.url, source.publisher) == ("Titre", "https://example.org/a", publisher)
    assert (source.authors, source.translator) == (["Anne Martin", "Jean Petit"], "Luc")
    assert (source.language, source.published_at, source.type) == ("fr-CA", "2023-09~", "dispatch")
    assert (source.licence, source.archived_at) == ("CC-BY", "https://archive.example/a")


def test_a_duplicate_is_shown_and_can_be_meant(browser: Client) -> None:
    source = import_text(raw=WORDS.encode()).source
    answer = _post(browser, ADD, {"text": WORDS, "title": "Encore"})
    assert f'<a href="/admin/sources/source/{source.pk}/change/">' in answer.content.decode()
    assert 'value="Encore"' in answer.content.decode()
    assert Source.objects.count() == 1
    assert _post(browser, ADD, {"text": WORDS, "allow_duplicate": "on"}).status_code == 302
    assert _post(browser, ADD, {"text": WORDS, "copy_of": str(source.pk)}).status_code == 302
    assert Source.objects.filter(copy_of=source).count() == 1


def test_a_recorded_address_gets_a_revision_or_nothing(browser: Client) -> None:
    import_text(raw=WORDS.encode(), metadata=Metadata(url="https://example.org/a"))
    typed = {"text": f"{WORDS} Un ajout.", "url": "https://example.org/a"}
    assert "Revision 2 was added" in _messages(browser, _post(browser, ADD, typed))
    assert "Nothing was imported" in _messages(browser, _post(browser, ADD, typed))


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("text", {}),
        ("text", {"text": " \n "}),
        ("text", {"text": "abc\0def"}),
        ("text", {"text": "abc\x01def"}),
        ("upload", {"upload": ("a.txt", b"")}),
        ("upload", {"upload": ("a.txt", b"\0\1\2")}),
        ("upload", {"upload": ("a.txt", b"%PDF-1.4")}),
        ("upload", {"upload": ("a.txt", b"x" * (21 * 1024 * 1024))}),
        ("upload", {"upload": ("a.txt", WORDS.encode()), "text": WORDS}),
        ("encoding", {"upload": ("a.txt", WORDS.encode("latin-1"))}),
        ("encoding", {"upload": ("a.txt", WORDS.encode()), "encoding": "rot13"}),
        ("format", {"text": WORDS, "format": "application/pdf"}),
        ("language", {"text": "OK"}),
        ("language", {"text": WORDS, "language": "french"}),
        ("published_at", {"text": WORDS, "published_at": "2023-02-30"}),
        ("url", {"text": WORDS, "url": "javascript:alert(1)"}),
        ("archived_at", {"text": WORDS, "archived_at": "javascript:alert(1)"}),
        ("title", {"text": WORDS, "title": "x" * 10_000}),
        ("authors", {"text": WORDS, "authors": "x" * 201}),
        ("translator", {"text": WORDS, "translator": "x" * 201}),
        ("publisher", {"text": WORDS, "publisher": "nobody"}),
        ("copy_of", {"text": WORDS, "copy_of": "0199f000-0000-7000-8000-000000000000"}),
        ("type", {"text": WORDS, "type": "poem"}),
    ],
)
def test_bad_input_names_the_field_and_keeps_what_was_typed(browser: Client, field: str, typed: dict[str, Any]) -> None:
    files = {name: SimpleUploadedFile(*value) for name, value in typed.items() if isinstance(value, tuple)}
    answer = _post(browser, ADD, {**typed, **files, "translator": typed.get("translator", "Luc Petit")})
    assert _errors(answer, field)
    if "translator" not in typed:
        assert 'value="Luc Petit"' in answer.content.decode()
    if isinstance(typed.get("text"), str) and field != "text":
        assert "accord de pêche" in answer.content.decode() or typed["text"] == "OK"
    assert not Source.objects.exists()


def test_a_revision_is_added_by_paste_or_upload(browser: Client) -> None:
    source = import_text(raw=WORDS.encode()).source
    url = reverse("admin:sources_source_revision", args=[source.pk])
    assert url in browser.get(f"/admin/sources/source/{source.pk}/change/").content.decode()
    assert "Revision 2 was added" in _messages(browser, _post(browser, url, {"text": f"{WORDS}\nUn ajout."}))
    upload = SimpleUploadedFile("a.txt", f"{WORDS}\r\nUn autre.".encode())
    assert "Revision 3 was added" in _messages(browser, _post(browser, url, {"upload": upload}))
    assert "Nothing was imported" in _messages(browser, _post(browser, url, {"text": WORDS}))
    assert [text.text.endswith("\r\nUn autre.") for text in source.texts.all()] == [False, False, True]
    assert _errors(_post(browser, url, {"text": ""}), "text")
    assert browser.get("/admin/sources/source/0199f000-0000-7000-8000-000000000000/revision/").status_code == 404


def test_imported_script_is_text_everywhere(browser: Client) -> None:
    source = import_text(
        raw=f"{SCRIPT} {WORDS}".encode(), metadata=Metadata(title=SCRIPT, publisher=SCRIPT, authors=[SCRIPT])
    ).source
    text = source.texts.get()
    pages = [
        "/admin/sources/source/",
        "/admin/sources/publisher/",
        f"/admin/sources/source/{source.pk}/change/",
        f"/admin/sources/source/{source.pk}/revision/",
        f"/admin/sources/source/{source.pk}/delete/",
        f"/admin/sources/sourcetext/{text.pk}/change/",
    ]
    for page in pages:
        answer = browser.get(page)
        assert answer.status_code == 200, page
        assert SCRIPT not in answer.content.decode(), page
        assert "&lt;script&gt;" in answer.content.decode(), page
    duplicate = _post(browser, ADD, {"text": f"{SCRIPT} {WORDS}"})
    assert SCRIPT not in duplicate.content.decode()


def test_pages_obey_the_policy(browser: Client) -> None:
    source = import_text(raw=WORDS.encode()).source
    text = source.texts.get()
    for page in (
        ADD, "/admin/sources/source/", "/admin/sources/publisher/", "/admin/sources/publisher/add/",
        f"/admin/sources/source/{source.pk}/change/", f"/admin/sources/source/{source.pk}/revision/",
        f"/admin/sources/sourcetext/{text.pk}/change/",
    ):  # fmt: skip
        answer = browser.get(page)
        body = answer.content.decode()
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert not re.search(
            r"<script(?![^>]*(src=|type=\"application/json\"))[^>]*>|<style| style=\"| on[a-z]+=\"", body
        ), page


def test_texts_are_read_never_written(browser: Client) -> None:
    source = import_text(raw=f"{WORDS}\n  deux   espaces\n".encode()).source
    text = source.texts.get()
    page = browser.get(f"/admin/sources/sourcetext/{text.pk}/change/")
    assert f"{WORDS.replace(chr(39), '&#x27;')}\n  deux   espaces\n" in page.content.decode()
    assert b"<textarea" not in page.content
    assert browser.get("/admin/sources/sourcetext/add/").status_code == 403
    assert browser.get(f"/admin/sources/sourcetext/{text.pk}/delete/").status_code == 403
    original = browser.get(f"/admin/sources/sourcetext/{text.pk}/original/")
    assert original.content == bytes(SourceText.objects.get().raw)
    assert original["Content-Type"] == "application/octet-stream"
    assert original["Content-Disposition"].startswith("attachment")


def test_no_list_or_form_reads_the_words_or_counts(browser: Client) -> None:
    source = import_text(raw=WORDS.encode()).source
    for page in ("/admin/sources/source/", "/admin/sources/source/?q=minis", "/admin/sources/publisher/"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(page).status_code == 200
        assert not [one["sql"] for one in queries if "COUNT(" in one["sql"].upper()], page
        assert not [one["sql"] for one in queries if '"raw"' in one["sql"] or '"sources_sourcetext"' in one["sql"]], (
            page
        )
    with CaptureQueriesContext(connection) as queries:
        browser.get(f"/admin/sources/source/{source.pk}/revision/")
    assert not [one["sql"] for one in queries if "sourcetext" in one["sql"]]


def test_lists_cost_the_same_for_one_row_and_for_many(browser: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/admin/sources/source/").status_code == 200
        return len(queries)

    import_text(raw=WORDS.encode(), metadata=Metadata(publisher="a", agency="b"))
    browser.get("/admin/")
    first = cost()
    for number in range(30):
        import_text(raw=f"{WORDS} {number}".encode(), metadata=Metadata(publisher=f"P{number}", agency=f"A{number}"))
    assert cost() == first


def test_pages_are_turned_without_a_count(browser: Client) -> None:
    Publisher.objects.bulk_create(Publisher(name=f"Journal {number:03d}") for number in range(120))
    pages = [browser.get(f"/admin/sources/publisher/?p={number}").content.decode() for number in (1, 2, 3)]
    assert [len(re.findall(r">Journal \d{3}</a>", page)) for page in pages] == [50, 50, 20]
    assert ['rel="next"' in page for page in pages] == [True, True, False]
    assert ['rel="prev"' in page for page in pages] == [False, True, True]
    for beyond in ("4", "0", "-1", "501", "1" * 30, "x"):
        assert browser.get(f"/admin/sources/publisher/?p={beyond}", follow=True).status_code == 200


def test_search_and_choosers_fold_names(browser: Client) -> None:
    Publisher.objects.create(name="L’Écho d’Œuvre")
    Publisher.objects.create(name="Straßenblatt")
    for number in range(25):
        Publisher.objects.create(name=f"Journal {number}")
    page = browser.get("/admin/sources/publisher/?q=oeuvre+ECHO").content.decode()
    assert "L’Écho" in page
    assert "Straßenblatt" not in page
    choose = "/admin/autocomplete/?app_label=sources&model_name=source&field_name=publisher&term="
    assert [one["text"] for one in browser.get(f"{choose}strass").json()["results"]] == ["Straßenblatt"]
    many = browser.get(f"{choose}jour").json()
    assert (len(many["results"]), many["pagination"]["more"]) == (20, True)
    assert browser.get(f"{choose}jour&page=2").json()["pagination"]["more"] is False
    assert browser.get(f"{choose}jour&page=last").status_code == 404
    for term in ("%00", "'", "&", "\\", "x" * 5000):
        assert browser.get(f"{choose}{term}").status_code == 200


def _change(browser: Client, source: Source, **typed: Any) -> HttpResponse:
    values = {
        "title": source.title, "language": source.language, "type": source.type, "licence": source.licence,
        "texts-TOTAL_FORMS": "0", "texts-INITIAL_FORMS": "0",
    }  # fmt: skip
    return _post(browser, f"/admin/sources/source/{source.pk}/change/", {**values, **typed})


def test_what_the_database_refuses_is_an_error_on_the_form(browser: Client) -> None:
    original = import_text(raw=WORDS.encode()).source
    copy = import_text(raw=WORDS.encode(), copy_of=original).source
    answer = _change(browser, original, copy_of=str(copy.pk), title="Un autre titre", translator="Luc Petit")
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "A document cannot be a copy of its own copy." in body
    assert 'value="Un autre titre"' in body
    assert 'value="Luc Petit"' in body
    assert "was changed successfully" not in body
    original.refresh_from_db()
    assert (original.copy_of, original.title == "Un autre titre") == (None, False)


def test_a_deferred_refusal_comes_before_the_commit(browser: Client) -> None:
    source = import_text(raw=WORDS.encode()).source
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_luc() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " PERFORM refuse('no_luc', 'Luc does not translate.'); RETURN NULL; END $$;"
            "CREATE CONSTRAINT TRIGGER no_luc AFTER UPDATE ON sources_source DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW WHEN (NEW.translator = 'Luc') EXECUTE FUNCTION no_luc()"
        )
    answer = _change(browser, source, translator="Luc")
    assert "Luc does not translate." in answer.content.decode()
    assert "was changed successfully" not in answer.content.decode()
    source.refresh_from_db()
    assert source.translator == ""
    assert "was changed successfully" in _messages(browser, _change(browser, source, translator="Anne"))


def test_a_wrong_field_is_told_by_the_form(browser: Client) -> None:
    source = import_text(raw=WORDS.encode()).source
    answer = _change(browser, source, published_at="2023-02-30", url="javascript:alert(1)", language="french")
    body = answer.content.decode()
    assert "is not in the calendar" in body
    assert "it must start with https://" in body
    assert "BCP 47" in body


def test_keys_that_are_none_are_told(browser: Client) -> None:
    source = import_text(raw=WORDS.encode()).source
    answer = _change(browser, source, publisher="nobody", copy_of="'; --")
    assert answer.status_code == 200
    assert answer.context["errors"]  # type: ignore[attr-defined]
    for query in ("publisher=nobody", "copy_of=x", "retrieved_at=x", "authors=x", f"copy_of={source.pk}", "title=%00"):
        assert browser.get(f"{ADD}?{query}").status_code == 200


def test_authors_are_lines(browser: Client) -> None:
    source = import_text(raw=WORDS.encode()).source
    assert _change(browser, source, authors="Anne, de Lyon\n\n  Jean Petit \n").status_code == 302
    source.refresh_from_db()
    assert source.authors == ["Anne, de Lyon", "Jean Petit"]


def test_a_source_goes_with_its_texts_unless_it_is_needed(browser: Client) -> None:
    original = import_text(raw=WORDS.encode()).source
    copy = import_text(raw=WORDS.encode(), copy_of=original).source
    assert _post(browser, f"/admin/sources/source/{copy.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Source.objects.filter(pk=copy.pk).exists()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " PERFORM refuse('keep', 'This one is kept.'); RETURN NULL; END $$;"
            "CREATE TRIGGER keep BEFORE DELETE ON sources_source FOR EACH ROW EXECUTE FUNCTION keep()"
        )
    answer = _post(browser, f"/admin/sources/source/{original.pk}/delete/", {"post": "yes"})
    assert "This one is kept." in _messages(browser, answer)
    answer = _post(
        browser,
        "/admin/sources/source/",
        {"action": "delete_selected", "_selected_action": str(original.pk), "post": "yes"},
    )
    assert "This one is kept." in _messages(browser, answer)
    assert Source.objects.filter(pk=original.pk).exists()


def test_a_large_text_is_shown_in_part(browser: Client) -> None:
    raw = (WORDS * 4000).encode()
    answer = _post(browser, ADD, {"upload": io.BytesIO(raw)})
    assert answer.status_code == 302
    page = browser.get(f"/admin/sources/sourcetext/{SourceText.objects.get().pk}/change/").content.decode()
    assert "more characters are in the file." in page
    assert len(page) < 300_000


def test_labels_in_further_languages_survive_the_form() -> None:
    from django.http import QueryDict

    from sources.forms import LabelsFormField

    field = LabelsFormField()
    widget: Any = field.widget
    typed = QueryDict(mutable=True)
    values = widget.decompress({"en": "concern", "ko": "우려"})
    for widget_name, value in zip(widget.widgets_names, values, strict=True):
        typed[f"labels{widget_name}"] = value
    typed["labels_fr"] = "préoccupation"
    sent = widget.value_from_datadict(typed, QueryDict(), "labels")
    assert field.clean(sent) == {"en": "concern", "fr": "préoccupation", "ko": "우려"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "query",
    [
        "title__regex=(",
        "created_at__year=99999999999",
        "created_at__year=x",
        "type__exact=%00",
        "title__exact=%00",
        "q=%00",
        "id__exact=x",
    ],
)
def test_a_wrong_value_in_the_address_of_a_list_leads_to_the_whole_list(browser: Client, query: str) -> None:
    answer = browser.get(f"/admin/sources/source/?{query}")
    assert answer.status_code == 200 or answer["Location"] == "/admin/sources/source/?e=1"
    assert browser.get("/admin/sources/source/?e=1").status_code == 200


def test_errors_are_listed_above_the_form_with_their_fields(browser: Client) -> None:
    upload = SimpleUploadedFile("a.txt", WORDS.encode())
    page = _post(browser, ADD, {"upload": upload, "published_at": "2023-02-30"}).content.decode()
    top = page[: page.index("<fieldset")]
    assert '<a href="#id_published_at">Published</a>: “2023-02-30” is not in the calendar.' in top
    assert "choose the file again" in top
    assert "choose the file again" not in _post(browser, ADD, {"text": WORDS, "type": "poem"}).content.decode()


@pytest.mark.parametrize("title", ["\u200b", "\u200b\u2060 \ufeff", "\u3164\u2800", "\u0301"])
def test_a_title_that_cannot_be_seen_is_refused(browser: Client, title: str) -> None:
    assert _errors(_post(browser, ADD, {"text": WORDS, "title": title}), "title")
    with pytest.raises(ImportRefused, match=r"title: It has no character in it that can be seen\."):
        import_text(raw=WORDS.encode(), metadata=Metadata(title=title))
    source = import_text(raw=WORDS.encode()).source
    assert "no character in it that can be seen" in _change(browser, source, title=title).content.decode()


def test_a_pasted_text_that_is_too_long_is_refused_unread(browser: Client) -> None:
    answer = _post(browser, ADD, {"text": "x" * 5_000_001})
    assert _errors(answer, "text") == ["It has 5,000,001 characters; 5,000,000 are the most. Cut it into parts."]
    assert len(answer.content) < 100_000


def test_rows_that_are_said_to_come_are_no_more_than_a_form_may_have(browser: Client) -> None:
    start = time.thread_time()
    typed = {"name": "Le Quotidien", "kind": "newspaper", "same_as-INITIAL_FORMS": "0"}
    page = _post(browser, "/admin/sources/publisher/add/", {**typed, "same_as-TOTAL_FORMS": "99999999999"})
    assert page.status_code == 200
    assert time.thread_time() - start < 5
    assert len(re.findall(r'name="same_as-\d+-url"', page.content.decode())) <= 150
