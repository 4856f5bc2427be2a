"""What a text says about itself, in texts of our own; the press articles are in test_press_articles.py."""

import re
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from sources.text import decoding, html, metadata
from sources.text.metadata import find

BODY = (
    "Le ministre des Affaires étrangères a reçu jeudi son homologue pour un entretien sur la pêche. Les deux"
    " responsables ont convenu de se revoir avant l'été, a indiqué un communiqué publié le 3 mars 2022."
)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("Le ministre reçoit son homologue\n\n", "Le ministre reçoit son homologue"),
        (
            "Accueil\nS'abonner\n\nLe ministre reçoit son homologue\n\nPublié le 3 mars 2022\n",
            "Le ministre reçoit son homologue",
        ),
        (
            "Obtenir 20 % de réduction\n\nLe ministre reçoit son homologue\nLe ministre reçoit son homologue\n",
            "Le ministre reçoit son homologue",
        ),
        (
            "Photo : AFP\n",
            "Le ministre des Affaires étrangères a reçu jeudi son homologue pour un entretien sur la pêche",
        ),
        ("", "Le ministre des Affaires étrangères a reçu jeudi son homologue pour un entretien sur la pêche"),
        (
            "2022-03-03\n",
            "Le ministre des Affaires étrangères a reçu jeudi son homologue pour un entretien sur la pêche",
        ),
    ],
)
def test_title(head: str, title: str) -> None:
    assert find(head + BODY).title == title


def test_a_long_first_sentence_is_cut_between_words() -> None:
    title = find("Le ministre " + "très occupé " * 40 + ".").title
    assert title.endswith(("occupé…", "très…"))
    assert len(title) <= metadata.MAX_TITLE


def test_an_initial_does_not_end_the_first_sentence() -> None:
    assert find("M. Dupont a rencontré Mme. Durand hier matin à la mairie. Puis il est parti.").title == (
        "M. Dupont a rencontré Mme. Durand hier matin à la mairie"
    )


@pytest.mark.parametrize("text", ["!!!", "…", "😀", "a", "\n\n\tx\n"])
def test_the_shortest_texts_have_a_title_and_no_language(text: str) -> None:
    found = find(text)
    assert found.title
    assert found.language is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (BODY, "fr"),
        ("The minister said on Thursday that both sides had agreed to meet again before the summer.", "en"),
        ("외교부 장관은 목요일 양측이 여름 전에 다시 만나기로 합의했다고 밝혔다.", "ko"),
        ("Министр заявил в четверг, что стороны договорились встретиться снова до лета.", "ru"),
        ("外務大臣は木曜日、両国が夏までに再会することで合意したと述べた。", "ja"),
        ("OK", None),
        ("12 345 67,8 % 2023-09-13", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert find(text).language == language


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("SEOUL (Reuters) - Le ministre a dit non.", "Reuters"),
        ("SÉOUL, 9 nov. 2023 (AFP) – Le ministre a dit non.", "AFP"),
        ("WASHINGTON (AP) — The minister said no.", "AP"),
        ("SEOUL, Nov. 9 (Yonhap) -- The minister said no.", "Yonhap"),
        ("PARIS (Agence France-Presse) - Le ministre a dit non.", "AFP"),
        ("Le ministre a dit non.\n(AFP)", "AFP"),
        ("Le ministre a dit non.\n© 2023 AFP", "AFP"),
        ("Photo : YONHAP News\nLe ministre a dit non.", None),
        ("Le ministre à son bureau. (Source : KCNA) |\nIl a dit non.", None),
        ("© Reuters. Le ministre à son bureau. /Photo prise le 9 novembre 2023\nIl a dit non.", None),
        ("Selon l'agence officielle (KCNA), le ministre a dit non.", None),
        ("SEOUL (Ministère) - Le ministre a dit non.", None),
        ("SEOUL (Reuters) - Un.\nPARIS (AFP) - Deux.", None),
    ],
)
def test_agency(text: str, agency: str | None) -> None:
    assert find(text).agency == agency


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Publié le 09/11/2023 10:16", "2023-11-09"),
        ("Publié le 9 novembre 2023 à 10h16", "2023-11-09"),
        ("Publié : 1er août 2023", "2023-08-01"),
        ("Par la rédaction | Publié le 09.11.2023", "2023-11-09"),
        ("Published 9 November 2023", "2023-11-09"),
        ("Published on Thursday, November 9, 2023", "2023-11-09"),
        ("Published 2023-11-09T10:16:00+01:00", "2023-11-09"),
        ("Published 25/12/2023", "2023-12-25"),
        ("Published 12/25/2023", "2023-12-25"),
        (" date 2025-02 Photo : YONHAP News", "2025-02"),
        ("9 novembre 2023", "2023-11-09"),
        ("1er janvier 2016, 14h30 . –", "2016-01-01"),
        ("2023-11-09", "2023-11-09"),
        ("Published 09/11/2023", None),
        ("Publié le 30/02/2023", None),
        ("Published 2023-02-30", None),
        ("Mis à jour le 09/11/2023 10:20", None),
        ("Photo prise le 9 novembre 2023", None),
        ("Publié hier", None),
        ("9 novembre 2023, jour de fête, fut un jeudi", None),
    ],
)
def test_published_at(line: str, date: str | None) -> None:
    assert find(f"Le ministre reçoit son homologue\n{line}\n\n{BODY}").published_at == date


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("par Anne-Marie Le Goff et Jean de La Tour", ("Anne-Marie Le Goff", "Jean de La Tour")),
        ("By Jane Doe, John Smith and Ana Cruz", ("Jane Doe", "John Smith", "Ana Cruz")),
        ("By Jane Doe in Seoul", ("Jane Doe",)),
        ("Par Le Quotidien avec AFP", ()),
        ("Par la rédaction", ()),
        ("par ailleurs, rien", ()),
        ("By 2024", ()),
    ],
)
def test_authors(line: str, authors: tuple[str, ...]) -> None:
    assert find(f"Le ministre reçoit son homologue\n\n{line}\n\n{BODY}").authors == authors


def test_credits_at_the_end_name_reporters_and_translator() -> None:
    found = find(f"{BODY}\n\n(Reportage Jane Doe et John Smith, version française Anne Martin)")
    assert (found.authors, found.translator) == (("Jane Doe", "John Smith"), "Anne Martin")
    assert find(f"{BODY}\n\nTraduit de l'anglais par Anne Martin").translator == "Anne Martin"
    assert find(f"{BODY} Il a traduit par Anne Martin ses mots.").translator == ""


# fmt: off
UNITS = [
    "a", "A ", "1", " ", "\t", "(", ")", "((", "()", "-", "— ", "<meta ", "<?xml ", "charset", "=", ".", ". A",
    ", ", "| ", "publié", "publié le ", "date ", "par ", "Jean Dupont, ", " et ", "janvier ", "1 janvier ",
    "2023-", "01/01/", "9 de ", "©", "© 2", "version française ", "reportage ", "photo ", "lundi, ", "é", "’",
    "mot ", "\x80", "\xed", "\ud800",
]
# fmt: on


def _patterns(module: ModuleType) -> list[tuple[str, "re.Pattern[Any]"]]:
    return [(name, value) for name, value in vars(module).items() if isinstance(value, re.Pattern)]


@pytest.mark.parametrize(
    ("name", "pattern"), [one for module in (decoding, html, metadata) for one in _patterns(module)]
)
def test_each_pattern_takes_50_ms_at_most_on_100_kb(name: str, pattern: "re.Pattern[Any]") -> None:
    for unit in UNITS:
        text = (unit * 100_000)[:100_000]
        subject = text.encode("utf-8", "surrogatepass") if isinstance(pattern.pattern, bytes) else text
        for use in (
            pattern.search,
            pattern.fullmatch,
            lambda one, used=pattern: sum(1 for _match in used.finditer(one)),
        ):
            # the quickest of some: what else the machine does makes each of them slower, none quicker
            assert any(_seconds(use, subject) < 0.05 for _try in range(5)), (name, unit)


def _seconds(use: Callable[[Any], object], subject: Any) -> float:
    start = time.thread_time()
    use(subject)
    return time.thread_time() - start


@pytest.mark.parametrize("unit", UNITS)
def test_finding_is_quick_on_a_megabyte_of_anything(unit: str) -> None:
    find("warm")
    start = time.thread_time()
    find((unit * 1_000_000)[:1_000_000])
    find(((unit * 400)[:400] + "\n") * 2500)
    assert time.thread_time() - start < 1.5
