"""What docs/questions.md says is true: its thirty questions, each in one call, answer all and only the rows printed."""

import json
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.test import Client

from claims.exchange.demo import load_demo
from config.access.roles import Role
from config.environment import BASE_DIR
from tests.terminal import SITE, UUID, Answer, Step, Terminal, curl, steps
from tests.writing import person

PAGE = (BASE_DIR / "docs" / "questions.md").read_text("utf-8")
LEFT_OUT = "…"
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|…|[{}\[\]:]|[^\s{}\[\]:,"…]+')
EXPORT = "/export/"


# The page


def read(printed: str) -> Any:
    """Return JSON as the page shows it: where members or entries were left out, LEFT_OUT is a key or an entry."""
    tokens = iter(TOKEN.findall(re.sub(r"\s*\n\s*", " ", printed)))
    value = _value(next(tokens), tokens)
    assert next(tokens, None) is None, "there is more than one value"
    return value


def _value(token: str, tokens: Iterator[str]) -> Any:
    if token == "[":
        return [_value(one, tokens) for one in iter(lambda: next(tokens), "]")]
    if token == "{":
        return dict(_member(one, tokens) for one in iter(lambda: next(tokens), "}"))
    return token if token == LEFT_OUT else json.loads(token)


def _member(token: str, tokens: Iterator[str]) -> tuple[str, Any]:
    if token == LEFT_OUT:
        return LEFT_OUT, None
    assert next(tokens) == ":", token
    return json.loads(token), _value(next(tokens), tokens)


# What is answered, beside it


class Reader(Terminal):
    """A terminal whose curl knows `-G`, and prints what is no JSON as it comes."""

    def run(self, step: Step) -> Answer | None:
        """Run one command; None where it prints nothing."""
        command = self.translated(step.command)
        if not command.startswith("curl "):
            return super().run(step)
        words = addressed(shlex.split(self._expanded(command)))
        if EXPORT not in words[-1]:
            return curl(words, self._expanded(self.translated(step.given)))
        answer: Any = Client().get(words[-1].removeprefix(SITE), headers={"Host": SITE.removeprefix("http://")})
        return Answer(0, {}, answer.getvalue().decode())

    def hold(self, printed: Any, real: Any, *, outermost: bool = True) -> None:
        """Hold an answer to what is printed: lists whole, unless they are in an entry of a list; learn ids."""
        assert isinstance(real, type(printed)), f"{real} is not {printed}"
        match printed:
            case dict():
                assert LEFT_OUT in printed or printed.keys() == real.keys(), f"{printed} is not all of {real}"
                if "results" in printed:
                    assert real.get("next") is None, "there is another page"
                for name in printed.keys() - {LEFT_OUT}:
                    assert name in real, f"{name} is not in {real}"
                    self.hold(printed[name], real[name], outermost=outermost)
            case list() if LEFT_OUT in printed:
                assert not outermost, f"rows were left out: {printed}"
                self._hold_part(printed, real)
            case list():
                assert len(printed) == len(real), f"{printed} is not all of {real}"
                for one, other in zip(printed, real, strict=True):
                    self.hold(one, other, outermost=False)
            case str():
                self.hold_text(printed, real)
            case _:
                assert printed == real

    def _hold_part(self, printed: list[Any], real: list[Any]) -> None:
        """Hold a list of which the first or last entries were left out."""
        shown = [one for one in printed if one != LEFT_OUT]
        first = len(real) - len(shown) if printed[0] == LEFT_OUT else 0
        assert printed.count(LEFT_OUT) == 1
        assert 0 < len(shown) < len(real), f"nothing is left out of {real}"
        for one, other in zip(shown, real[first : first + len(shown)], strict=True):
            self.hold(one, other, outermost=False)

    def hold_text(self, printed: str, real: str) -> None:
        """Hold a text to the printed one, which has LEFT_OUT where something was left out; learn ids."""
        pattern = ".*?".join(self.pattern_of(part) for part in printed.split(LEFT_OUT))
        found = re.fullmatch(pattern, real, re.DOTALL)
        assert found, f"{printed!r} is not {real!r}"
        for shown, here in zip(UUID.findall(printed), found.groups(), strict=True):
            self.learn(shown, here)

    def check(self, step: Step, answer: Answer | None) -> None:
        """Hold an answer to what the page prints."""
        if answer is None or not step.command.startswith("curl "):
            assert answer is None or not step.printed
            return
        printed = list(step.printed)
        if EXPORT in step.command:
            real = answer.rest.splitlines()
            assert len(printed) == len(real), answer.rest
            for one, other in zip(printed, real, strict=True):
                self.hold_text(one, other)
            return
        if " -i " in step.command:
            # the words behind the number are those of this Python
            assert printed.pop(0).startswith(f"HTTP/1.1 {answer.status} ")
            assert printed.pop(0) == ""
        else:
            assert answer.status < 400, answer.rest
        self.hold(read("\n".join(printed)), json.loads(answer.rest))


def addressed(words: list[str]) -> list[str]:
    """Return the words of a curl command with what `-G` sends put into the address, as curl does."""
    if "-G" not in words:
        return words
    address, query, rest = "", [], iter(words[1:])
    for word in rest:
        if word == "-d":
            query.append(next(rest))
        elif word == "--data-urlencode":
            name, _equals, value = next(rest).partition("=")
            query.append(f"{name}={quote_plus(value)}")
        elif word != "-G":
            assert not word.startswith("-"), word
            address = word
    return ["curl", f"{address}?{'&'.join(query)}"]


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_its_questions_have_the_answers_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    load_demo()
    person("curator", Role.CURATOR)
    reader = Reader()
    wrong = []
    for step in steps(PAGE):
        answer = reader.run(step)
        try:
            reader.check(step, answer)
        except AssertionError as error:
            wrong.append(f"$ {step.command}\n{error}\n{answer and answer.rest}")
    assert not wrong, "\n\n".join(wrong)


# The page itself


def test_it_has_thirty_questions_each_in_one_call() -> None:
    sections = re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]
    assert [int(one.split(".")[0]) for one in sections] == list(range(1, 31))
    for section in sections:
        commands = [step.command for step in steps(section)]
        assert commands[-1].startswith("curl "), section
        # the others find an id, which the next line keeps
        for command, following in pairwise(commands):
            assert not command.startswith("curl ") or re.match(r"[A-Z]+=", following), command


def test_it_knows_every_command_it_prints() -> None:
    assert len(list(steps(PAGE))) == PAGE.count("\n$ ")


@pytest.mark.parametrize(
    ("printed", "real"),
    [
        ('{"results": [{"a": 1 …}], …}', {"results": [{"a": 2, "b": 3}], "next": None}),
        ('{"results": [{"a": 1}], …}', {"results": [{"a": 1, "b": 3}], "next": None}),
        ('{"results": [{"a": 1 …}], …}', {"results": [{"a": 1}, {"a": 2}], "next": None}),
        ('{"results": [{"a": 1}, {"a": 2}], …}', {"results": [{"a": 1}], "next": None}),
        ('{"results": [{"a": 1}, {"a": 2}], …}', {"results": [{"a": 2}, {"a": 1}], "next": None}),
        ('{"results": [{"a": 1}, …], …}', {"results": [{"a": 1}, {"a": 2}], "next": None}),
        ('{"results": [{"a": 1}], …}', {"results": [{"a": 1}], "next": "…"}),
        ('{"results": [{"a": [{"b": 1}]}], …}', {"results": [{"a": [{"b": 1}, {"b": 2}]}], "next": None}),
        ('{"results": [{"a": [{"b": 2}, …]}], …}', {"results": [{"a": [{"b": 1}, {"b": 2}]}], "next": None}),
        ('{"results": [{"a": null}], …}', {"results": [{"a": 1}], "next": None}),
    ],
)
def test_it_would_notice_another_answer(printed: str, real: Any) -> None:
    with pytest.raises(AssertionError):
        Reader().hold(read(printed), real)


def test_it_takes_what_is_left_out_inside_of_rows() -> None:
    Reader().hold(
        read('{"results": [\n{"a": {"b": "x:\n {y}" …} "c": [… {"d": 1}]},\n{…}], …}'),
        {"results": [{"a": {"b": "x: {y}", "z": 0}, "c": [{"d": 2}, {"d": 1}]}, {"e": 1}], "next": None},
    )


def test_its_links_lead_somewhere() -> None:
    for target, anchor in re.findall(r"\]\(([\w./-]+\.md)(?:#([\w-]+))?\)", PAGE):
        page = (BASE_DIR / "docs" / target).read_text("utf-8")
        headings = [title.lower().replace(" ", "-") for title in re.findall(r"^#+ (.+)$", page, re.MULTILINE)]
        assert not anchor or anchor in headings, anchor
