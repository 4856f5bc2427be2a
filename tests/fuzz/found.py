"""What runs of schemathesis found, counted as they go."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schemathesis.core.transport import Response
from schemathesis.engine import events
from schemathesis.engine.recorder import CheckNode, RecordedScenario

SHOWN = 1500


@dataclass
class Found:
    """Requests sent, statuses answered, checks made by name, failures by what they are."""

    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    phases: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    operations: set[str] = field(default_factory=set)
    meant: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    failures: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)

    def note(self, event: Any) -> None:
        """Take in one event of schemathesis; raise what ended it."""
        if isinstance(event, events.FatalError):
            raise event.exception
        if isinstance(event, events.NonFatalError):
            self.errors.append(f"{event.label}: {event.info.title}: {event.info.message}")
        elif isinstance(event, events.ScenarioFinished):
            self._note_requests(event.phase.value, event.recorder)
            self._note_checks(event.recorder)

    def __bool__(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.failures or self.errors)

    def __str__(self) -> str:
        lines = [
            f"{self.cases} cases of {len(self.operations)} operations: {_counted(self.phases)}",
            f"answers: {_counted(self.statuses)}",
            f"checks: {_counted(self.checks)}",
            f"refused for what the document cannot say: {_counted(self.meant) or 'none'}",
            f"failures: {sum(map(len, self.failures.values()))}; errors: {len(self.errors)}",
        ]
        for (check, operation, title), examples in sorted(self.failures.items()):
            lines += ["", f"{check}: {operation}: {title} ({len(examples)} times), as in", examples[0]]
        return "\n".join([*lines, *self.errors])

    def _note_requests(self, phase: str, recorder: RecordedScenario) -> None:
        self.cases += len(recorder.interactions)
        self.phases[phase] += len(recorder.interactions)
        for case_id, sent in recorder.interactions.items():
            if sent.response is not None:
                self.statuses[sent.response.status_code] += 1
                self.operations.add(recorder.cases[case_id].value.operation.label)

    def _note_checks(self, recorder: RecordedScenario) -> None:
        for case_id, checks in recorder.checks.items():
            for check in checks:
                self.checks[check.name] += 1
                if check.failure_info:
                    label = recorder.cases[case_id].value.operation.label
                    kind = check.name, label, check.failure_info.failure.title
                    self.failures.setdefault(kind, []).append(_told(check, recorder.find_response(case_id=case_id)))


def _told(check: CheckNode, response: Response | None) -> str:
    assert check.failure_info is not None
    answer = "" if response is None else f"\n{response.status_code} {response.content[:SHOWN].decode(errors='replace')}"
    return f"{check.failure_info.failure.message[:SHOWN]}\n{check.failure_info.code_sample[:SHOWN]}{answer}"


def _counted(counts: Mapping[Any, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
