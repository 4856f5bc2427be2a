"""What was measured, folded so that people can read it: states that make no difference are not told apart."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

ANOTHERS, OWN = "another's", "own"
NOT_ASKED = "–"

Outcomes = dict[str, str]  # role -> what came of it


@dataclass
class Act:
    """One thing that can be done, by role, for each state of the row that it is done to."""

    name: str
    address: str
    #: (state, whether it is the asking person's own) -> outcomes
    cells: dict[tuple[str, bool], Outcomes] = field(default_factory=lambda: defaultdict(dict))

    def note(self, role: str, outcome: str, state: str = "", *, is_own: bool = False) -> None:
        """Keep what came of it."""
        self.cells[state, is_own][role] = outcome

    @property
    def outcomes(self) -> Iterable[tuple[str, bool, str, str]]:
        """All of it: state, whether it is their own, role, outcome."""
        for (state, is_own), found in self.cells.items():
            for role, outcome in found.items():
                yield state, is_own, role, outcome

    def lines(self) -> list[tuple[str, Outcomes]]:
        """Return the states, those with equal outcomes together, and what each role gets there."""
        groups: list[tuple[list[str], Outcomes]] = []
        for state, outcomes in self._by_state():
            group = next((one for one in groups if _agree(one[1], outcomes)), None)
            if group is None:
                groups.append(([state], dict(outcomes)))
            else:
                group[0].append(state)
                group[1].update(outcomes)
        if len(groups) == 1:
            return [("", groups[0][1])]
        return [("; ".join(_joined(states)), outcomes) for states, outcomes in groups]

    def _by_state(self) -> list[tuple[str, Outcomes]]:
        """The states in their order, each once where it makes no difference whose it is."""
        found: list[tuple[str, Outcomes]] = []
        has_owners = any(is_own for _state, is_own in self.cells)
        for state in dict.fromkeys(state for state, _is_own in self.cells):
            theirs, own = self.cells.get((state, False), {}), self.cells.get((state, True), {})
            if _agree(theirs, own):
                found.append((state, {**theirs, **own}))
            else:
                found += [(f"{ANOTHERS}, {state}", theirs), (f"{OWN}, {state}", own)]
        return found if has_owners else [(state, dict(self.cells[state, False])) for state, _outcomes in found]


def _agree(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return all(one[role] == other[role] for role in one.keys() & other.keys())


def _joined(states: Sequence[str]) -> list[str]:
    """Say whose it is once for several states, and nothing where both are there."""
    words: dict[str, list[str]] = {"": [], ANOTHERS: [], OWN: []}
    for state in states:
        whose = next((one for one in (ANOTHERS, OWN) if state.startswith(f"{one}, ")), "")
        words[whose].append(state.removeprefix(f"{whose}, "))
    both = [state for state in words[ANOTHERS] if state in words[OWN]]
    shown = {whose: [one for one in listed if one not in both] for whose, listed in words.items()}
    shown[""] += both
    return [
        f"{whose}: {', '.join(listed)}" if whose else ", ".join(listed) for whose, listed in shown.items() if listed
    ]


def rendered(acts: Sequence[Act], roles: Sequence[str]) -> list[str]:
    """Return a Markdown table, its columns under each other."""
    rows = [["Act", "Of what", *roles]]
    for act in acts:
        told = f"{act.name} `{act.address}`" if act.address else act.name
        for number, (state, outcomes) in enumerate(act.lines()):
            rows.append([told if number == 0 else "", state, *(outcomes.get(role, NOT_ASKED) for role in roles)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |" for row in rows]
    return [lines[0], f"|{'|'.join('-' * (width + 2) for width in widths)}|", *lines[1:]]
