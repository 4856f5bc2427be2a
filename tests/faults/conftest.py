"""How long to try, where, and with what chance."""

import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.embedded.server import EmbeddedServer
from tests.faults.program import Program, Server, end_all
from tests.once import copy, once_for_all

ROUNDS = int(os.environ.get("FAULTS_ROUNDS") or 1)
# the short form judges each change by the same acts; the long one looks for what nobody thought of
SEED = os.environ.get("FAULTS_SEED") or ("1" if ROUNDS == 1 else str(time.time_ns()))

only_long = pytest.mark.only_long


def pytest_report_header() -> str:
    """Say with what the same run can be had again."""
    return f"faults: FAULTS_ROUNDS={ROUNDS} FAULTS_SEED={SEED}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what is long to the long form."""
    if ROUNDS > 1:
        return
    long = [item for item in items if item.get_closest_marker("only_long")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


@pytest.fixture
def rounds() -> int:
    """How often to try what depends on chance."""
    return ROUNDS


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Randomness that the printed seed brings back."""
    print(f"FAULTS_SEED={SEED}")
    return random.Random(f"{SEED} {request.node.name}")  # noqa: S311


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a measurement, past the capture, in the long form."""

    def say(text: str) -> None:
        if ROUNDS > 1:
            with capsys.disabled():
                print(f"\n    {text}", flush=True)
        else:
            print(text)

    return say


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[..., Server]]:
    """Start servers that do not outlive the test."""
    started: list[Program] = []

    def begin(data_dir: Path, **how: Any) -> Server:
        server = Server(data_dir, **how)
        started.append(server)
        return server

    yield begin
    for program in started:
        if program.is_alive:
            program.kill(group=True)
            program.ended()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path, below which nothing of PostgreSQL's is left running."""
    path = Path(tempfile.mkdtemp(prefix="faults-")).resolve()
    path.chmod(0o711)
    yield path
    end_all(path)
    shutil.rmtree(path)


@pytest.fixture
def data_dir(folder: Path) -> Path:
    """An empty DATA_DIR that is not there yet."""
    return folder / "data"


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DATA_DIR that was set up and stopped; only to be copied."""
    return once_for_all(tmp_path_factory.getbasetemp(), "once", lambda path: Server(path).is_ready().stop())


@pytest.fixture
def set_up(once: Path, data_dir: Path) -> Path:
    """A copy of a DATA_DIR that was set up and stopped."""
    copy(once, data_dir)
    return data_dir


@pytest.fixture(scope="session")
def once_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DATA_DIR with a cluster in it and nothing else, stopped; only to be copied."""

    def make(path: Path) -> None:
        server = EmbeddedServer(path)
        server.hold()
        server.release()

    return once_for_all(tmp_path_factory.getbasetemp(), "once-made", make)


@pytest.fixture
def made(once_made: Path, data_dir: Path) -> Path:
    """A copy of a DATA_DIR with a cluster in it and nothing else."""
    copy(once_made, data_dir)
    return data_dir
