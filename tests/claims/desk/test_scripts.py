"""The scripts of the desk hang together: each is reached from a page's, and none leads back to itself.

A circle of modules cannot be given names with hashes, as a place of work that keeps static files does.
"""

import re
from pathlib import Path

#: what pages load
PAGES = ("desk.js", "queues.js")
SCRIPTS = Path(__file__).parents[3] / "claims" / "desk" / "static" / "desk"
_IMPORT = re.compile(r"""^\s*(?:import|export)\b[^;"']*["'](\.[^"']+)["']""", re.MULTILINE)


def imports() -> dict[Path, list[Path]]:
    """Return which module asks for which."""
    return {
        path: [(path.parent / name).resolve() for name in _IMPORT.findall(path.read_text("utf-8"))]
        for path in SCRIPTS.resolve().rglob("*.js")
    }


def circles(graph: dict[Path, list[Path]]) -> list[list[str]]:
    """Return each way by which a module leads back to itself."""
    found: list[list[str]] = []
    done: set[Path] = set()

    def follow(module: Path, way: list[Path]) -> None:
        if module in way:
            found.append([one.name for one in [*way[way.index(module) :], module]])
        elif module not in done:
            for one in graph[module]:
                follow(one, [*way, module])
            done.add(module)

    for module in graph:
        follow(module, [])
    return found


def test_no_module_leads_back_to_itself() -> None:
    assert circles(imports()) == []


def test_a_circle_would_be_found() -> None:
    one, other, third = Path("one.js"), Path("other.js"), Path("third.js")
    assert circles({one: [other], other: [third], third: [other]}) == [["other.js", "third.js", "other.js"]]


def test_each_module_is_there_and_reached_from_a_page() -> None:
    graph = imports()
    reached: set[Path] = set()
    ahead = [SCRIPTS.resolve() / name for name in PAGES]
    while ahead:
        module = ahead.pop()
        if module not in reached:
            reached.add(module)
            ahead += graph[module]
    assert reached == set(graph)
