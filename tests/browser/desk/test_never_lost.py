"""Reload, a closed tab, no network, a failing server, an expired session: nothing is lost, nothing is done twice."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Dialog, Request, Route, expect

from claims.desk.models import CastMember, Decision, Work
from claims.models import Statement
from claims.proposals.models import Candidate, Reading
from sources.services import add_revision
from tests import factories
from tests.browser.desk.conftest import TEXT, Desk, World, person, sign_in
from tests.browser.desk.faults import (
    DECISIONS,
    DEFECT,
    FULL_DISK,
    assert_sound,
    banner,
    beat,
    decided,
    end_sessions,
    hasten,
    held_up,
    impatient,
    kill,
    recorded,
    refusing,
    status,
    until,
)
from tests.browser.hands import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]

ADA, BELA = ["Ada Essai"], ["Bela Probe"]
FIRST, SECOND, LAST = "profondes inquiétudes", "Nous verrons 🤯 demain", "Il faut agir"
TRY = "Try now"


def keys_sent(desk: Desk) -> list[str]:
    """Note the keys of the decisions that a page sends, in their order."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/decisions/"):
            sent.append(json.loads(request.post_data or "")["key"])

    desk.page.context.on("request", note)
    return sent


def try_now(desk: Desk) -> None:
    desk.page.get_by_role("button", name=TRY).first.click()


class TestLeaving:
    def test_what_was_not_sent_is_sent_after_a_reload(self, desk: Desk, world: World) -> None:
        asked: list[str] = []

        def answer(dialog: Dialog) -> None:
            asked.append(dialog.type)
            dialog.accept()

        desk.page.on("dialog", answer)
        with refusing(FULL_DISK):
            desk.press("Enter", "c", "Enter")
            banner(desk, "The server does not answer")
            desk.page.reload()
            desk.ready()
            # who leaves is asked first; what was decided is shown as decided, though nobody knows of it yet
            assert asked == ["beforeunload"]
            expect(desk.page.locator("#desk-text mark.is-draft")).to_have_count(2)
            expect(status(desk)).to_contain_text("3 waiting")
            assert (recorded(), decided()) == ([], [])
        try_now(desk)
        desk.saved()
        assert recorded() == [(FIRST, ADA, "assert", None), (SECOND, ADA, "assert", "concern")]
        assert decided() == ["accept", "choose", "accept"]
        # where all is saved nobody is asked, and nothing is sent again
        desk.page.reload()
        desk.ready()
        desk.saved()
        assert (asked, len(decided())) == (["beforeunload"], 3)
        assert_sound(desk)

    @pytest.mark.parametrize("is_secure", [True, False])
    def test_what_was_not_sent_outlives_its_tab(self, desk: Desk, world: World, is_secure: bool) -> None:
        context = desk.page.context
        if not is_secure:
            # over plain HTTP browsers have no locks that tell which pages live
            context.add_init_script("Object.defineProperty(Navigator.prototype, 'locks', {value: undefined})")
            desk.open(world.url)
        with refusing(FULL_DISK):
            desk.press("Enter", "x")
            banner(desk, "The server does not answer")
            desk.page.close(run_before_unload=False)
            # a page of another source tells of it, and leads there
            elsewhere = factories.source("Rien ici.", title="Autre")
            other = Desk(context.new_page(), desk.watched).open(f"/admin/desk/sources/{elsewhere.source_id}/")
            left = banner(other, "not saved yet")
            expect(left).to_contain_text("2")
        with context.expect_page() as opened:
            left.get_by_role("link").click()
        other = Desk(opened.value, desk.watched)
        other.ready()
        other.saved()
        assert recorded() == [(FIRST, ADA, "assert", None)]
        assert world.reread(SECOND).state == "rejected"
        assert other.page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('desk:unsent:'))") == []
        assert_sound(other)

    def test_a_second_tab_leaves_alone_what_the_first_has_still_to_send(self, desk: Desk, world: World) -> None:
        context = desk.page.context
        with refusing(FULL_DISK):
            desk.press("Enter", "Enter")
            banner(desk, "The server does not answer")
            other = Desk(context.new_page(), desk.watched).open(world.url)
            other.saved()
            sent = keys_sent(other)
        # the first one goes: the second, open all the time, does its work to the end
        desk.page.close(run_before_unload=False)
        expect(other.page.locator("#desk-text mark.is-draft")).to_have_count(2)
        other.saved()
        assert recorded() == [(FIRST, ADA, "assert", None), (SECOND, ADA, "assert", None)]
        assert len(sent) == len(set(sent)) == 2
        assert_sound(other)


class TestTheNetwork:
    def test_a_hundred_keys_pressed_offline_are_these_rows_and_no_others(self, open_desk: Any, curator: User) -> None:
        world = many(28)
        desk: Desk = open_desk(curator, world.url)
        desk.page.context.set_offline(True)
        expected, keys = [], ""
        for number in range(24):
            keys += f"{number % 2 + 2} {'cfgasd'[number % 6]} Shift+{'PDW'[number % 3]} Enter "
            attitude = ("concern", "fear", "regret", "anger", "satisfaction", "doubt")[number % 6]
            act = ("promise", "deny", "warn")[number % 3]
            expected.append((f"Parole {number} dite", [world.cast[number % 2 + 1].name], act, attitude))
        desk.press(*keys.split(), "x", "x", "x", "x")
        assert desk.keys == 100
        banner(desk, "No network")
        expect(status(desk)).to_contain_text("Offline, 100 waiting")
        assert decided() == []
        desk.page.context.set_offline(False)
        # a busy machine takes its time for a hundred
        until(desk, lambda: len(decided()) == desk.keys, seconds=120)
        desk.saved()
        assert recorded() == expected
        assert decided() == ["choose", "choose", "choose", "accept"] * 24 + ["reject"] * 4
        assert Candidate.objects.filter(state="rejected").count() == 4
        expect(desk.page.locator(".desk-banner")).to_have_count(0)
        assert_sound(desk)

    def test_a_slow_one_keeps_the_order(self, desk: Desk, world: World) -> None:
        devtools = desk.page.context.new_cdp_session(desk.page)
        devtools.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 150, "downloadThroughput": 20_000, "uploadThroughput": 10_000},
        )
        at_once, most = [0], [0]

        def began(request: Request) -> None:
            at_once[0] += request.url.endswith("/decisions/")
            most[0] = max(most[0], at_once[0])

        def ended(request: Request) -> None:
            at_once[0] -= request.url.endswith("/decisions/")

        desk.page.on("request", began)
        desk.page.on("requestfinished", ended)
        sent = keys_sent(desk)
        desk.press("c", "f", "c", "2", "1", "Enter", "x")
        expect(status(desk)).to_contain_text("Saving")
        desk.saved()
        assert recorded() == [(FIRST, ADA, "assert", "concern")]
        assert decided() == ["choose"] * 5 + ["accept", "reject"]
        assert (most[0], len(set(sent)), sorted(sent)) == (1, 7, sent)
        assert_sound(desk)

    def test_what_was_answered_unheard_is_done_once(self, desk: Desk, world: World) -> None:
        unheard = [1, 2]

        def swallow(route: Route) -> None:
            if unheard:
                unheard.pop()
                route.fetch()
                route.abort()
            else:
                route.continue_()

        desk.page.route(DECISIONS, swallow)
        sent = keys_sent(desk)
        desk.press("Enter", "Enter")
        banner(desk, "The server does not answer")
        assert len(recorded()) == 1
        try_now(desk)
        desk.saved()
        assert recorded() == [(FIRST, ADA, "assert", None), (SECOND, ADA, "assert", None)]
        assert (unheard, len(sent), len(set(sent)), decided()) == ([], 4, 2, ["accept", "accept"])
        assert_sound(desk)


class TestTheServer:
    def test_it_is_asked_again_whatever_failed(self, desk: Desk, world: World) -> None:
        with refusing(DEFECT):
            desk.press("c")
            banner(desk, "The server does not answer")
            expect(status(desk)).to_contain_text("Not saved yet, 1 waiting")
        try_now(desk)
        desk.saved()
        expect(desk.page.locator(".desk-banner")).to_have_count(0)
        # the database ends what it was doing in the middle of it
        with held_up() as waiting:
            desk.press("Enter")
            kill(until(desk, waiting))
            banner(desk, "The server does not answer")
        try_now(desk)
        desk.saved()
        # something in between answers, and not in the server's words
        desk.page.route(DECISIONS, lambda route: route.fulfill(status=502, body="<h1>no</h1>"), times=1)
        desk.press("f")
        banner(desk, "The server does not answer")
        # by itself this time
        desk.saved()
        assert recorded() == [(FIRST, ADA, "assert", "concern")]
        assert world.reread(SECOND).choices == {"attitude": "fear"}
        assert decided() == ["choose", "accept", "choose"]
        assert_sound(desk)

    def test_one_that_hangs_is_not_waited_for_for_ever(self, desk: Desk, world: World) -> None:
        impatient(desk, 60)
        sent = keys_sent(desk)
        with held_up() as waiting:
            desk.press("Enter", "x")
            until(desk, waiting)
            banner(desk, "The server does not answer")
            expect(status(desk)).to_contain_text("2 waiting")
        # the request that was given up and the one that repeats it are one
        try_now(desk)
        desk.saved()
        assert recorded() == [(FIRST, ADA, "assert", None)]
        assert (decided(), len(set(sent))) == (["accept", "reject"], 2)
        assert len(sent) > 2
        assert_sound(desk)


class TestTheSession:
    def test_one_that_expired_keeps_what_was_decided(self, desk: Desk, world: World) -> None:
        token = csrf(desk)
        end_sessions()
        desk.press("Enter", "2")
        signed_out = banner(desk, "You are signed out")
        expect(signed_out).to_contain_text("2")
        expect(status(desk)).to_contain_text("Signed out, 2 waiting")
        assert decided() == []
        with desk.page.context.expect_page() as opened:
            signed_out.get_by_role("link", name="Sign in in a new tab").click()
        other = opened.value
        other.fill("#id_username", "curator")
        other.fill("#id_password", PASSWORD)
        other.click("[type=submit]")
        other.wait_for_url("**/admin/desk/**")
        assert csrf(desk) != token
        # it goes on by itself, at the latest when it is looked at again
        desk.page.bring_to_front()
        desk.saved()
        expect(desk.page.locator(".desk-banner")).to_have_count(0)
        assert recorded() == [(FIRST, ADA, "assert", None)]
        assert world.reread(SECOND).choices["speakers"][0]["id"] == str(world.cast[1].pk)
        assert_sound(desk)

    def test_whoever_only_reads_is_told_too(self, desk: Desk, world: World, curator: User, live_server: Any) -> None:
        hasten(desk)
        end_sessions()
        beat(desk)
        signed_out = banner(desk, "You are signed out")
        sign_in(desk.page.context, curator, str(live_server))
        signed_out.get_by_role("button", name="Go on").click()
        expect(desk.page.locator(".desk-banner")).to_have_count(0)
        assert_sound(desk)

    def test_another_person_does_not_save_what_the_first_decided(
        self, desk: Desk, world: World, curator: User, live_server: Any
    ) -> None:
        second = person("second")
        # what the page asked for as it opened it asked for as the first
        until(desk, lambda: Work.objects.filter(leased_by=curator).exists())
        sign_in(desk.page.context, second, str(live_server))
        desk.press("Enter")
        loading = banner(desk, "another").get_by_role("button", name="Load anew")
        # no sign of life in the other one's name either
        assert (recorded(), Work.objects.get().leased_by) == ([], curator)
        desk.page.on("dialog", lambda dialog: dialog.accept())
        loading.click()
        expect(desk.page.locator("#user-tools strong")).to_have_text("second", ignore_case=True)
        desk.ready()
        desk.saved()
        # the second is told who has it: nothing that they asked for is still on its way
        banner(desk, "\u2068curator\u2069 has this source open")
        assert decided() == []
        # what the first decided waits in this browser until they are back
        sign_in(desk.page.context, curator, str(live_server))
        Work.objects.update(leased_by=None)
        desk.page.reload()
        desk.ready()
        desk.saved()
        assert recorded() == [(FIRST, ADA, "assert", None)]
        assert Statement.objects.get().created_by == curator
        assert_sound(desk)


class TestTheGround:
    def test_who_may_no_longer_decide_is_told_and_keeps_it(self, desk: Desk, world: World, curator: User) -> None:
        curator.groups.clear()
        desk.press("Enter", "c", "Enter")
        told = banner(desk, "Your role does not allow this")
        expect(status(desk)).to_contain_text("3 waiting")
        assert recorded() == []
        curator.groups.add(Group.objects.get(name="curators"))
        told.get_by_role("button", name=TRY).click()
        desk.saved()
        expect(desk.page.locator(".desk-banner")).to_have_count(0)
        assert recorded() == [(FIRST, ADA, "assert", None), (SECOND, ADA, "assert", "concern")]
        assert_sound(desk)

    def test_what_was_decided_on_a_text_that_a_newer_one_replaced_is_saved(self, desk: Desk, world: World) -> None:
        desk.page.context.set_offline(True)
        desk.press("c", "Enter", "Enter")
        newer = add_revision(source=world.revision.source, raw=f"Mise à jour.\n\n{TEXT}".encode()).text
        desk.page.context.set_offline(False)
        desk.saved()
        # all was decided on the words that were there, and stands there
        assert recorded() == [(FIRST, ADA, "assert", "concern"), (SECOND, ADA, "assert", None)]
        told = banner(desk, "the latest is text 2")
        expect(desk.page.locator("#desk-text mark.is-draft")).to_have_count(2)
        desk.press("x")
        assert "older text" in desk.message()
        told.get_by_role("button", name="Go to the latest").click()
        expect(desk.page.locator("#desk-text")).to_contain_text("Mise à jour")
        desk.ready()
        assert newer.number == 2
        assert_sound(desk)

    def test_a_source_that_is_gone_is_told(self, desk: Desk, world: World) -> None:
        source = world.revision.source
        with refusing(FULL_DISK):
            desk.press("c", "f")
            banner(desk, "The server does not answer")
            source.delete()
        try_now(desk)
        banner(desk, "This source is not there any more")
        expect(desk.page.locator("#desk-text")).to_contain_text("profondes inquiétudes")
        desk.press("x")
        assert "not there any more" in desk.message()
        assert Decision.objects.count() == 0
        assert_sound(desk)


def csrf(desk: Desk) -> str:
    """Return the token against forged requests that the page has now."""
    cookies = {one.get("name"): one.get("value") for one in desk.page.context.cookies()}
    return str(cookies["csrftoken"])


def many(number: int) -> World:
    """Make a source of so many candidates, all of the first of three speakers."""
    text = "\n\n".join(f"« Parole {place} dite », a dit Ada Essai." for place in range(number))
    revision = factories.source(text)
    cast = [factories.speaker(name) for name in ("Ada Essai", "Bela Probe", "Citra Muster")]
    for place, speaker in enumerate(cast, 1):
        CastMember.objects.create(source=revision.source, speaker=speaker, number=place)
    Reading.objects.create(source_text=revision, engine="test")
    made = World(revision, cast)
    for place in range(number):
        made.candidate(f"Parole {place} dite", name="Ada Essai", speaker=cast[0])
    return made
