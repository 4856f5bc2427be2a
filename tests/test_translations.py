"""The French that people read: complete, in step with the code, and on the pages."""

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polib
import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone, translation

import claims.rules
import sources.rules
from claims.models import Statement
from claims.models.vocabularies import Status
from claims.services.reviewing import submit
from config.environment import BASE_DIR
from config.writing.refusals import refusal_of
from sources.messages import translated
from sources.models import Source
from sources.text.decoding import TextError, check_size
from tests import factories

CATALOGUE = BASE_DIR / "config" / "locale" / "fr" / "LC_MESSAGES" / "django.po"
ENTRIES = list(polib.pofile(str(CATALOGUE)))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?[a-z][^>]*>")
# Signs that stand for themselves (“~ about, ? unsure”) have a plain space before them.
PLAIN_BEFORE_SIGN = re.compile(r"(?<![,\s~]) [:;!»]|« |'")

Key = tuple[str, str, str]


def _key(entry: polib.POEntry) -> Key:
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def _pairs() -> Iterator[tuple[str, str]]:
    """Each English text with each French text that stands for it."""
    for entry in ENTRIES:
        if entry.msgid_plural:
            for number, text in entry.msgstr_plural.items():
                yield (entry.msgid_plural if int(number) else entry.msgid), text
        else:
            yield entry.msgid, entry.msgstr


class TestTheCatalogue:
    def test_has_a_translation_of_everything(self) -> None:
        assert len(ENTRIES) > 400
        assert [entry.msgid for entry in ENTRIES if entry.fuzzy or entry.obsolete] == []
        assert [english for english, french in _pairs() if not french.strip()] == []
        assert {len(entry.msgstr_plural) for entry in ENTRIES if entry.msgid_plural} == {2}

    def test_keeps_placeholders_and_tags(self) -> None:
        for english, french in _pairs():
            for pattern in (PLACEHOLDER, TAG):
                assert Counter(pattern.findall(english)) == Counter(pattern.findall(french)), english

    def test_is_printed_as_french_is(self) -> None:
        assert [french for _english, french in _pairs() if PLAIN_BEFORE_SIGN.search(french)] == []
        assert [french for _english, french in _pairs() if "“" in french or "”" in french] == []

    def test_says_nothing_of_when_and_where_it_was_made(self) -> None:
        text = CATALOGUE.read_text("utf-8")
        header = text.partition("\n\n")[0]
        assert re.findall(r'^"([\w-]+):', header, re.MULTILINE) == [
            "Language",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding",
            "Plural-Forms",
        ]
        assert re.findall(r"^#[^,|].*", text, re.MULTILINE) == []

    def test_is_compiled(self) -> None:
        compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
        assert {(_key(one), one.msgstr, *one.msgstr_plural.values()) for one in compiled} == {
            (_key(one), one.msgstr, *one.msgstr_plural.values()) for one in ENTRIES
        }

    def test_is_in_step_with_the_code(self, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        if shutil.which("xgettext") is None:
            reason = "xgettext is not here (on Debian: apt install gettext)"
            if os.environ.get("CI") == "true":
                pytest.fail(reason)
            pytest.skip(reason)
        # In a copy: the command writes into each folder called locale that it meets.
        for folder in ("config", "sources", "claims"):
            shutil.copytree(
                BASE_DIR / folder, tmp_path / folder, ignore=shutil.ignore_patterns("locale", "__pycache__")
            )
        settings.LOCALE_PATHS = [tmp_path / "locale"]
        monkeypatch.chdir(tmp_path)
        call_command("makemessages", locale=["fr"], verbosity=0)
        extracted = polib.pofile(str(tmp_path / "locale" / "fr" / "LC_MESSAGES" / "django.po"))
        wanted, there = {_key(one) for one in extracted}, {_key(one) for one in ENTRIES}
        assert (wanted - there, there - wanted) == (set(), set()), "Run: make messages"


REFUSE = re.compile(r"refuse\(\s*('\w+'|rule),\s*(format\()?'((?:[^']|'')*)'")
CHECK_SPAN = re.compile(r"check_span\([^;]*?'(\w+)'\)", re.DOTALL)


def _triggers(app: str) -> str:
    """The SQL of an app's triggers, all of its migrations together."""
    found = [path.read_text("utf-8") for path in sorted((BASE_DIR / app / "migrations").glob("0*.py"))]
    assert any("public.refuse(" in sql for sql in found)
    return "\n".join(found)


class TestTriggers:
    @pytest.mark.parametrize(
        ("app", "sentences"), [("sources", sources.rules.SENTENCES), ("claims", claims.rules.SENTENCES)]
    )
    def test_what_they_say_is_in_the_catalogue(self, app: str, sentences: tuple[str, ...]) -> None:
        sql = _triggers(app)
        said = REFUSE.findall(sql)
        assert len(said) == len(re.findall(r"public\.refuse\(", sql))
        plain = {message.replace("''", "'") for _rule, is_format, message in said if not is_format}
        assert plain == set(sentences)

    def test_rules_whose_sentences_carry_values_have_one_without(self) -> None:
        sql = _triggers("claims")
        rules = {rule.strip("'") for rule, is_format, _message in REFUSE.findall(sql) if is_format}
        assert "rule" in rules
        named = (rules - {"rule"}) | set(CHECK_SPAN.findall(sql))
        assert named == set(claims.rules.BY_RULE)
        assert apps.get_app_config("claims").refusals == claims.rules.BY_RULE  # type: ignore[attr-defined]

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("language", "sentence"),
        [
            ("fr", "Une déclaration ne peut pas passer de son statut actuel à celui-ci."),
            ("en", "A statement that is published cannot become in_review."),
        ],
    )
    def test_a_sentence_with_values_is_told_by_its_rule(self, language: str, sentence: str) -> None:
        statement = factories.published()
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            Statement.objects.filter(pk=statement.pk).update(
                status=Status.IN_REVIEW, withdrawn_reason="Misattributed.", withdrawn_at=timezone.now()
            )
        with translation.override(language):
            assert _sentence(refused.value) == sentence

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("language", "sentence"),
        [
            ("fr", "Un document ne peut pas être la copie de sa propre copie."),
            ("en", "A document cannot be a copy of its own copy."),
        ],
    )
    def test_a_sentence_without_values_is_translated(self, language: str, sentence: str) -> None:
        first = factories.source().source
        second = factories.source("Une autre dépêche.", copy_of=first).source
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            Source.objects.filter(pk=first.pk).update(copy_of=second)
        with translation.override(language):
            assert _sentence(refused.value) == sentence


def _sentence(error: DatabaseError) -> str:
    refusal = refusal_of(error)
    assert refusal is not None
    return refusal.sentence


def test_counts_are_written_as_the_reader_writes_them() -> None:
    with pytest.raises(TextError) as found:
        check_size(30_000_000)
    with translation.override("fr"):
        assert "30\u00a0000\u00a0000 octets" in translated(found.value)
    with translation.override("en"):
        assert "30,000,000 bytes" in translated(found.value)
    assert "30,000,000 bytes" in str(found.value)


class Texts(HTMLParser):
    """The texts of a page, and the attributes that people read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.language = ""
        self._is_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._is_code = tag in {"script", "style"}
        if tag == "html":
            self.language = given.get("lang") or ""
        self.found += [given[name] or "" for name in ("title", "aria-label", "placeholder") if name in given]
        if tag == "input" and given.get("type") == "submit":
            self.found.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._is_code = False

    def handle_data(self, data: str) -> None:
        if not self._is_code and data.strip():
            self.found.append(" ".join(data.split()).rstrip(" \u00a0:"))


def _shown(page: str) -> Texts:
    texts = Texts()
    texts.feed(page)
    return texts


@pytest.fixture
def desk(db: None) -> Client:
    """A curator whose browser asks for French."""
    user = User.objects.create_user("documentaliste", is_staff=True)
    user.groups.add(Group.objects.get(name="curators"))
    client = Client(headers={"host": "localhost", "accept-language": "fr"})
    client.force_login(user)
    return client


@pytest.fixture
def article() -> Source:
    """A French article with one statement marked in it."""
    return factories.draft().appearances.get().source_text.source


def _unlike_in_french() -> set[str]:
    """Texts of the catalogue, as they stand on pages, that French writes differently."""
    words = {english for english, french in _pairs() if english.casefold() != french.casefold()}
    french = {french.casefold() for _english, french in _pairs()}
    words = {word for word in words if word.casefold() not in french and not PLACEHOLDER.search(word)}
    return words | {word[:1].upper() + word[1:] for word in words}


class TestPages:
    def _assert_french(self, client: Client, path: str, *expected: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 200
        texts = _shown(answer.content.decode())
        assert texts.language == "fr"
        assert set(expected) <= set(texts.found)
        assert set(texts.found) & _unlike_in_french() == set()

    def test_the_start_page(self, desk: Client) -> None:
        self._assert_french(desk, "/", "Registre des attributions", "Affirmations", "Voir la réponse")

    def test_the_index(self, desk: Client) -> None:
        self._assert_french(desk, "/admin/", "Sources et déclarations", "Fonctions exercées", "Vérifications")

    def test_a_source(self, desk: Client, article: Source) -> None:
        self._assert_french(
            desk,
            f"/admin/sources/source/{article.pk}/change/",
            "Texte et déclarations",
            "Publiée le",
            "1 déclaration dans ce texte",
        )

    def test_importing(self, desk: Client) -> None:
        self._assert_french(
            desk, "/admin/sources/source/add/", "Importer une source", "Publiée le", "Celui du fichier, sinon UTF-8"
        )

    def test_a_statement(self, desk: Client) -> None:
        statement = factories.draft(created_by=factories.user("documentaliste"))
        self._assert_french(
            desk, f"/admin/claims/statement/{statement.pk}/change/", "Ce qu’elle fait", "Occurrences", "Brouillon"
        )

    def test_a_history(self, desk: Client) -> None:
        person = factories.user("documentaliste")
        statement = factories.draft(created_by=person)
        submit(statement_id=statement.pk, by=person)
        self._assert_french(
            desk, f"/admin/claims/statement/{statement.pk}/history/", "Saisie", "Envoi en relecture", "ajout"
        )

    def test_merging_speakers(self, desk: Client) -> None:
        one, other = factories.speaker("Ada Essai"), factories.speaker("Ada E.")
        self._assert_french(
            desk,
            f"/admin/claims/speaker/{one.pk}/merge/?into={other.pk}",
            "Fusionner avec un autre locuteur",
            "Les deux ne font-ils qu’un ?",
            "Conservé",
            "Fusionner",
        )

    def test_splitting_a_speaker(self, desk: Client) -> None:
        statement = factories.draft()
        speaker = statement.attributions.get().speaker
        self._assert_french(
            desk, f"/admin/claims/speaker/{speaker.pk}/split/", "Scinder en deux locuteurs", "Nom du nouveau locuteur"
        )

    def test_uniting_statements(self, desk: Client) -> None:
        one, other = factories.draft(), factories.draft()
        self._assert_french(
            desk, f"/admin/claims/statement/unite/{one.pk}/{other.pk}/", "Conserver celle-ci", "Réunir", "Brouillon"
        )

    def test_making_a_token(self, desk: Client) -> None:
        self._assert_french(desk, "/admin/access/token/add/", "Créer un jeton", "documentaliste", "Jours")

    def test_english_stays_english(self, desk: Client) -> None:
        found = _shown(desk.get("/admin/", headers={"accept-language": "en"}).content.decode()).found
        assert {"Sources and statements", "Memberships"} <= set(found)


def test_the_import_command_speaks_french(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    article = tmp_path / "article.txt"
    article.write_text("La ministre s’est dite très inquiète samedi à Tokyo.\n" * 3, "utf-8")
    call_command("import_source", str(article), "--language", "fr", "--title", "Essai")
    out = capsys.readouterr().out
    assert "créée\u00a0: «\u00a0Essai\u00a0»" in out
    assert "1 fichier lu – créées\u00a0: 1" in out


def test_sentences_of_the_text_modules_are_marked() -> None:
    """A sentence that is given to an error without `mark` would never reach the catalogue."""
    for folder in ("sources/text", "claims/text"):
        for path in (BASE_DIR / folder).glob("*.py"):
            assert re.findall(r'raise \w+\(\s*f?"', path.read_text("utf-8")) == [], path.name
