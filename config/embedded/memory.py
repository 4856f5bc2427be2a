"""How much memory there is, a container's limit included."""

import os
from pathlib import Path

CONTROL_GROUPS = Path("/sys/fs/cgroup")
OUR_GROUPS = Path("/proc/self/cgroup")


def megabytes_of_memory() -> int:
    """The machine's memory, or what its control groups leave to this process where that is less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *limits(OUR_GROUPS, CONTROL_GROUPS)]) // 2**20


def limits(our_groups: Path, control_groups: Path) -> list[int]:
    """The limits in bytes that are set for this process's groups and those around them.

    `our_groups` has a line for each tree of groups, as in `0::/system.slice/us.service` (version 2) or
    `4:memory:/docker/123` (version 1). Inside a container the path may be that
    outside of it; then only the root counts.
    """
    found = []
    for line in our_groups.read_text().splitlines() if our_groups.exists() else []:
        _number, controllers, path = line.split(":", 2)
        if controllers in {"", "memory"}:
            root, name = (
                (control_groups / "memory", "memory.limit_in_bytes") if controllers else (control_groups, "memory.max")
            )
            inner = root / path.lstrip("/")
            found += [folder / name for folder in (inner, *inner.parents) if folder.is_relative_to(root)]
    return [int(text) for text in map(_read, found) if text.isdecimal()]


def _read(path: Path) -> str:
    """What a file says; nothing where it is missing or closed to us, `max` where there is no limit."""
    return path.read_text().strip() if os.access(path, os.R_OK) else ""
