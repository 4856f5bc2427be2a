"""What stands inside accepted words is a part of them where the same person says it, and is said at once."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from claims.models import Appearance
from claims.proposals.models import Candidate
from tests.browser.desk.conftest import TEXT, Desk, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]

OUTER = "la ministre d’Utopie, Ada Essai, a fait part de ses «\u00a0profondes inquiétudes\u00a0» devant la presse"
#: of Ada, of nobody who is known, of Bela, of somebody whom the record does not have
INNER = ("profondes inquiétudes", "d’Utopie", "la presse", "devant")


@pytest.fixture
def nested(world: World) -> World:
    world.candidate(OUTER, name="Ada Essai", speaker=world.cast[0])
    world.candidate("d’Utopie")
    world.candidate("la presse", speaker=world.cast[1])
    world.candidate("devant", name="la ministre")
    return world


def states(world: World, *words: str) -> list[str]:
    return [str(world.reread(one).state) for one in words]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["Enter"], ["covered", "covered", "open", "open"]),
        (["2", "Enter"], ["open", "covered", "covered", "open"]),
    ],
)
def test_only_what_the_same_speaker_says_is_a_part(
    open_desk: Any, curator: User, nested: World, keys: list[str], expected: list[str]
) -> None:
    desk: Desk = open_desk(curator, nested.url)
    ids = [str(nested.candidates[words].pk) for words in INNER]
    # before the server says so
    desk.page.context.set_offline(True)
    desk.press(*keys)
    shown = [desk.page.locator(f"#desk-text mark[data-ids*='{key}']").first for key in ids]
    told = desk.page.locator("#desk-live")
    expect(told).to_contain_text("Accepted. Taken as parts of it: 2.")
    expect(desk.page.locator("#desk-counts .is-open")).to_have_text("Open 5")
    desk.page.context.set_offline(False)
    desk.page.evaluate("window.dispatchEvent(new Event('online'))")
    desk.saved()
    assert states(nested, *INNER) == expected
    expect(desk.page.locator("#desk-counts .is-open")).to_have_text("Open 5")
    assert len(shown) == 4
    assert desk.current() == min((one for one in INNER if states(nested, one) == ["open"]), key=TEXT.index)
    # it was told when it was pressed, not once more with the answer
    assert "mark" not in desk.message()
    desk.press("u")
    desk.saved()
    assert states(nested, OUTER, *INNER) == ["open"] * 5


def test_all_of_one_name_take_what_lies_inside_along(open_desk: Any, curator: User, nested: World) -> None:
    desk: Desk = open_desk(curator, nested.url)
    desk.press("3", "Shift+Enter")
    desk.saved()
    assert states(nested, "profondes inquiétudes", "d’Utopie", "la presse") == ["covered", "covered", "open"]
    said = Appearance.objects.values_list("segments__exact", "statement__attributions__speaker__name")
    assert set(said) == {(OUTER, "Citra Muster"), ("Nous verrons 🤯 demain", "Citra Muster")}
    assert not Candidate.objects.filter(state="rejected").exists()
    desk.watched.assert_clean()
