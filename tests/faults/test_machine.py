"""Little memory, other accounts, curious neighbours."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from config.embedded.account import server_account
from config.embedded.memory import limits
from config.embedded.place import Place
from config.embedded.server import EmbeddedServer
from tests.faults.checking import assert_whole, rows, run_sql
from tests.faults.conftest import only_long
from tests.faults.disks import disk, run
from tests.faults.program import Server, User, logs, pid_in

Start = Callable[..., Server]
MB = 2**20

# A parallel query that needs more shared memory than the small disk below has.
SETTINGS: dict[str, str | int] = {
    "max_parallel_workers_per_gather": 2,
    "min_parallel_table_scan_size": 0,
    "parallel_setup_cost": 0,
    "parallel_tuple_cost": 0,
    "work_mem": "64MB",
}
LARGE = "SELECT count(*) FROM large AS one JOIN large AS other USING (number)"


@pytest.mark.parametrize(
    ("groups", "files", "found"),
    [
        ("0::/\n", {"memory.max": "268435456\n"}, [256 * MB]),
        ("0::/\n", {"memory.max": "max\n"}, []),
        (
            "0::/system.slice/us.service\n",
            {
                "system.slice/us.service/memory.max": "max\n",
                "system.slice/memory.max": f"{512 * MB}\n",
                "memory.max": "max\n",
            },
            [512 * MB],
        ),
        ("0::/../outside\n", {"memory.max": f"{64 * MB}\n"}, [64 * MB]),
        (
            "4:memory:/docker/1\n2:cpu,cpuacct:/docker/1\n0::/\n",
            {"memory/memory.limit_in_bytes": f"{128 * MB}\n"},
            [128 * MB],
        ),
        ("4:memory:/a\n", {"memory/a/memory.limit_in_bytes": f"{128 * MB}\n"}, [128 * MB]),
        ("", {}, []),
    ],
)
def test_what_a_container_is_allowed(tmp_path: Path, groups: str, files: dict[str, str], found: list[int]) -> None:
    ours, tree = tmp_path / "ours", tmp_path / "tree"
    ours.write_text(groups)
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    assert limits(ours, tree) == found
    assert limits(tmp_path / "missing", tree) == []


@pytest.fixture
def small_group() -> Iterator[tuple[str, Path]]:
    """A control group of 256 MB and the file to join it by."""
    for root, limit in (
        (Path("/sys/fs/cgroup"), "memory.max"),
        (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
    ):
        group = root / f"faults-{os.getpid()}"
        try:
            group.mkdir()
        except OSError:
            continue
        if (group / limit).exists():
            (group / limit).write_text(str(256 * MB))
            yield limit, group / "cgroup.procs"
            group.rmdir()
            return
        group.rmdir()
    pytest.skip("this account or system does not let tests make a control group for memory")


@only_long
def test_a_container_of_256_mb(start: Start, data_dir: Path, small_group: tuple[str, Path]) -> None:
    join = ["/bin/sh", "-c", 'echo $$ > "$0" && exec "$@"', str(small_group[1])]
    server = start(data_dir, prefix=join, env={"WORKERS": "1"}).is_ready()
    assert_whole(server)
    assert rows(data_dir, "SELECT current_setting('shared_buffers'), current_setting('work_mem')") == [("32MB", "4MB")]
    server.stop()


def test_little_shared_memory(start: Start, set_up: Path) -> None:
    prefix = ["unshare", "--mount", "/bin/sh", "-c"]
    small = 'mount -t tmpfs -o size=4m tmpfs /dev/shm && exec "$@"'
    if os.geteuid() != 0 or not run(*prefix, small, "sh", "true"):
        pytest.skip("this account or system does not let tests mount")
    server = start(set_up, prefix=[*prefix, small, "sh"]).is_ready()
    assert rows(set_up, "SELECT current_setting('dynamic_shared_memory_type')") == [("sysv",)]
    run_sql(set_up, "CREATE TABLE large AS SELECT generate_series(1, 300000) AS number")
    run_sql(set_up, "ANALYZE large")
    assert rows(set_up, LARGE, **SETTINGS) == [(300_000,)]
    server.stop()


def test_nobody_else_gets_in(start: Start, set_up: Path) -> None:
    server = start(set_up).is_ready()
    place = Place(set_up)
    secrets = [*EmbeddedServer(set_up).superuser_conninfo("postgres").values(), *_passwords(set_up)]
    long_ones = [str(secret) for secret in secrets if len(str(secret)) >= 20 and "/" not in str(secret)]
    assert len(long_ones) == 6
    for process in psutil.process_iter(["cmdline"]):
        assert not [one for one in long_ones if one in " ".join(process.info["cmdline"] or [])]
    said = "".join(path.read_text("utf-8", "replace") for path in logs(set_up))
    assert said
    assert not [one for one in long_ones if one in said]
    for path in (place.passwords, set_up / "accounts.txt", set_up / "secret-key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (place.cluster, place.socket_folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert psutil.Process(pid_in(set_up)).net_connections("inet") == []
    hba = (place.cluster / "pg_hba.conf").read_text()
    assert {line.split()[-1] for line in hba.splitlines() if line and line[0] != "#"} == {"scram-sha-256"}
    server.stop()


def _passwords(data_dir: Path) -> list[str]:
    kept = [line.partition(": ")[2] for line in (data_dir / "accounts.txt").read_text().splitlines()[1:]]
    return [*kept, *(EmbeddedServer(data_dir).password(role) for role in ("postgres", "attribution_record"))]


def test_another_account_cannot_connect(made: Path) -> None:
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("needs root: becomes another account")
    user = User(made).is_held()
    connect = (
        "import socket, sys\n"
        "with socket.socket(socket.AF_UNIX) as it:\n"
        "    try: it.connect(sys.argv[1])\n"
        "    except PermissionError: print('refused')\n"
    )
    python = shutil.which("python3", path="/usr/bin") or sys.executable
    other = server_account(Path(python), Path("/")).uid + 1
    for uid, expected in ((other, "refused\n"), (server_account(Path(python), Path("/")).uid, "")):
        done = subprocess.run(
            [
                *("setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"),
                *(python, "-c", connect, str(Place(made).socket)),
            ],
            check=True,
            capture_output=True,
            text=True,
        )
        assert done.stdout == expected
    user.end()


def test_a_small_disk_is_gone_afterwards(folder: Path) -> None:
    """What the tests of disks rely on."""
    with disk(folder / "small", 5) as small:
        small.fill()
        assert shutil.disk_usage(small.folder).free == 0
        small.make_room()
        assert shutil.disk_usage(small.folder).free > 4 * MB
    assert not os.path.ismount(folder / "small")
