"""Every text that the scripts ask for is there, and none is there for nobody."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from claims.desk.dialog_words import dialog_words
from claims.desk.words import vocabularies, words
from claims.models.vocabularies import Act, Attitude

SCRIPTS = Path(__file__).parents[3] / "claims" / "desk" / "static" / "desk"
#: names put together by scripts from what varies
FAMILIES = re.compile(r"^(count|key|meaning|member|mode|state)_")


def scripts() -> str:
    whole = "\n".join(path.read_text("utf-8") for path in sorted(SCRIPTS.glob("*.js")))
    return re.sub(r"(?m)^/\*\*.*?\*/$|^\s*(//|\*).*$", "", whole)


def asked_for(text: str) -> set[str]:
    """Return the names in scripts: say("name"), those of commands' buttons, and of the groups of keys."""
    calls = re.findall(r"\bsay\(([^)]*)", text)
    named = {name for call in calls for name in re.findall(r'"([a-z_]+)"', call)}
    named |= set(re.findall(r'\bone\("([a-z_]+)"', text)) | set(re.findall(r'reviewing \? "([a-z_]+)"', text))
    named |= {f"key_{name}" for name in re.findall(r'\bdoes: "([a-z_]+)"', text)}
    named |= set(re.findall(r'\btitle: "(keys_[a-z]+)"', text))
    return named


def test_no_text_is_missing() -> None:
    known = words()
    # values that choose between texts stand in the same calls
    values = {"review", "publish", "name", "mention", "attribute", "intensities", "types"}
    assert asked_for(scripts()) - values - set(known) == set()


def test_no_text_is_there_for_nobody() -> None:
    text = scripts()
    own = set(words()) - set(dialog_words())
    assert {name for name in own if f'"{name}"' not in text and not FAMILIES.match(name)} == set()


def test_each_place_is_one_that_the_page_fills_in() -> None:
    for name, text in words().items():
        bare = re.sub(r"%\([a-z_]+\)s|%%", "", text)
        assert "%" not in bare, name


def test_quotation_marks_and_apostrophes_are_those_of_print() -> None:
    assert {name: text for name, text in words().items() if re.search(r"['\"]", text)} == {}


def test_no_colon_is_put_by_scripts() -> None:
    """What stands before it is the translator's: French has a space there."""
    found = [
        path.name for path in SCRIPTS.rglob("*.js") if re.search(r"`[^`\n]*(\}: |: \$\{)", path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_terms_have_their_names_in_the_readers_language(language: str) -> None:
    with translation.override(language):
        found = vocabularies()
        assert [value for value, _label in found["acts"]] == Act.values
        assert found["attitudes"] == [[value, str(label)] for value, label in Attitude.choices]


def test_all_words_of_the_dialogs_are_there() -> None:
    """Those that the scripts name are said, and no others."""
    code = "\n".join(path.read_text("utf-8") for path in (SCRIPTS / "dialogs").glob("*.js"))
    named = set(re.findall(r"\bdialog_\w+", code))
    begun = tuple(name for name in named if name.endswith("_"))
    words = set(dialog_words())
    plural = {name for name in named if f"{name}_one" in words}
    wanted = named - set(begun) - plural | {f"{name}_{form}" for name in plural for form in ("one", "other")}
    assert {name for name in words if name in wanted or not name.startswith(begun)} == wanted
