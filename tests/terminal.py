"""Commands of the documentation, run as a terminal would run them: curl, the project's commands, variables."""

import io
import json
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass, field

from django.core.management import CommandError, call_command
from django.test import Client

SITE = "http://127.0.0.1:8000"
MANAGE = ".venv/bin/python manage.py "
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass
class Step:
    """One command of a page, what is sent to its standard input, and what it prints."""

    command: str
    given: str
    printed: list[str]


def steps(page: str) -> Iterator[Step]:
    """Yield the commands of the page in order, lines joined as a shell joins them."""
    for block in re.findall(r"```console\n(.+?)```", page, re.DOTALL):
        lines = block.splitlines()
        while lines:
            command = lines.pop(0)
            assert command.startswith("$ "), command
            while command.endswith("\\"):
                command = command[:-1] + lines.pop(0)
            given, printed = [], []
            if command.endswith(" <<END"):
                while (line := lines.pop(0)) != "END":
                    given.append(line)
            while lines and not lines[0].startswith("$ "):
                printed.append(lines.pop(0))
            yield Step(command.removeprefix("$ ").removesuffix(" <<END"), "\n".join(given), printed)


@dataclass
class Answer:
    """What a command printed: the status (0 where it is no answer of HTTP), the headers, and the rest."""

    status: int
    headers: dict[str, str]
    rest: str


@dataclass
class Terminal:
    """A shell that knows variables, curl and the project's commands, and so no more than the page uses."""

    variables: dict[str, str] = field(default_factory=dict)
    #: id on the page -> id here
    ids: dict[str, str] = field(default_factory=dict)

    def run(self, step: Step) -> Answer | None:
        """Run one command; None where it prints nothing."""
        command = self.translated(step.command)
        if named := re.fullmatch(r"(\w+)=(.+)", command, re.DOTALL):
            return self._assign(named[1], named[2])
        if command.startswith(MANAGE):
            said, complained = manage(command)
            return Answer(0, {}, said + complained)
        assert command.startswith("curl "), command
        return curl(shlex.split(self._expanded(command)), self._expanded(self.translated(step.given)))

    def translated(self, text: str) -> str:
        """Return the text with the ids of the page replaced by those that are here."""
        return UUID.sub(lambda found: self.ids.get(found[0], found[0]), text)

    def learn(self, printed: str, here: str) -> None:
        """Take the id on the page for the one here; each stands for one alone."""
        known = self.ids.setdefault(printed, here)
        assert known == here, f"{printed} was {known}, and is {here}"
        assert list(self.ids.values()).count(here) == 1, f"{here} stands for several ids of the page"

    def pattern_of(self, text: str) -> str:
        """Return a regular expression for the text as it is here, with a group for each id."""
        parts = re.split(f"({UUID.pattern})", text)
        parts[1::2] = [f"({self.ids.get(one, UUID.pattern)})" for one in parts[1::2]]
        parts[::2] = [re.escape(one) for one in parts[::2]]
        return "".join(parts)

    def _assign(self, name: str, value: str) -> Answer | None:
        complained = ""
        if inner := re.search(rf"\$\(({re.escape(MANAGE)}.+?)\)", value):
            said, complained = manage(inner[1])
            value = value.replace(inner[0], said.strip())
        (self.variables[name],) = shlex.split(self._expanded(value))
        return Answer(0, {}, complained) if complained else None

    def _expanded(self, text: str) -> str:
        return re.sub(r"'[^']*'|\$(\w+)", lambda found: self.variables[found[1]] if found[1] else found[0], text)


def manage(command: str) -> tuple[str, str]:
    """Run one of the project's commands; return what it says on either channel."""
    name, *words = shlex.split(command.removeprefix(MANAGE))
    said, complained = io.StringIO(), io.StringIO()
    try:
        with redirect_stderr(complained):
            call_command(name, *words, stdout=said, stderr=complained, no_color=True)
    except CommandError as error:
        complained.write(f"CommandError: {error}\n")
    return said.getvalue(), complained.getvalue()


def curl(words: list[str], given: str) -> Answer:
    """Send what curl would send and return what it would print with -i."""
    method, url, body, headers = "", "", None, {}
    rest = iter(words[1:])
    for word in rest:
        if word == "-i":
            continue
        if word == "-X":
            method = next(rest)
        elif word == "-H":
            name, _colon, value = next(rest).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(rest)
            body = given if body == "@-" else body
        else:
            assert not word.startswith("-"), word
            assert not url
            url = word
    assert url.startswith(SITE), url
    if body is not None:
        # curl says that it is a form, which the API does not read
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    answer = Client().generic(
        method or ("GET" if body is None else "POST"),
        url.removeprefix(SITE),
        body or "",
        content_type=headers.pop("Content-Type", ""),
        headers={"Host": SITE.removeprefix("http://"), **headers},
    )
    # spaced as the page spaces it
    content = json.dumps(answer.json(), ensure_ascii=False) if answer.content else ""
    shown = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(answer.status_code, shown, content)
