"""docs/permissions.md: what was measured, with what it means in plain words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from config.environment import BASE_DIR
from tests.permissions.admin import WHO, AdminTable
from tests.permissions.api import OTHERS, ApiTable, is_plain, without_no_such_row
from tests.permissions.api_bodies import BODIES
from tests.permissions.desk import DeskTable, is_refused
from tests.permissions.table import Act, rendered
from tests.permissions.world import ROLES, SUPERUSER

PAGE = BASE_DIR / "docs" / "permissions.md"
#: where the second and the third part begin, each of which is measured by itself
ADMIN_TITLE, DESK_TITLE = "## The admin", "## The attribution desk"

INTRODUCTION = """\
# Who may do what

*Made by `make permissions`: every line was asked of the running code, as every role, and what it answered is written
here. A test asks again and fails where one answer differs, or where there is an address that this page does not name.*

## The roles

Each may what the ones before it may.

- **public**: whoever shows no token. Reads what is published, and of sources, speakers and all else what a published
  statement needs. A draft, for them, is not there: it is answered as an id that nothing has.
- **reader**: reads the same, by token, with higher limits. Writes nothing.
- **contributor**: enters statements, and changes, submits and deletes **their own** drafts; decides at the attribution
  desk on the words that are put forward. Sees of others' statements what is or was public, and all sources (with their
  whole texts), speakers and words of the vocabulary; changes none of these.
- **curator**: works on everybody's drafts; enters and changes sources, speakers and vocabulary; merges and splits
  speakers, and merges topics; says whose turn a source is.
- **reviewer**: approves, publishes, returns and withdraws statements; never approves what they entered, changed or
  sent to review themselves, and publishes of that only what another reviewer has approved. What is published can be
  related to claims and other statements by them, be moved to a new revision of its source, and be found to be one with
  another.
- **administrator**: lets people in, gives them roles, sees and revokes everybody's tokens.

A role is a group of the admin (`readers`, `contributors` …). A token acts in its own role or in that of its account,
whichever is lower. A **superuser**, made by command only, is an administrator who can also change groups and other
superusers.

## How to read the tables

One line is one act, with the address it is asked at; `{id}` stands for a row. Where it depends on the row's state,
there is one line for all states that come to the same: “own” is what the person who asks entered, “another's” what
somebody else did; where neither is said, it is the same for both.

| Sign    | Meaning                                                                                  |
|---------|------------------------------------------------------------------------------------------|
| ✓       | it is done, or shown                                                                     |
| 301     | it is another row now, and the answer leads there                                        |
| 302     | the answer leads to another page                                                         |
| 400     | what was sent cannot be, for them, in this state; the answer points at it                |
| 401     | say who you are: a token in the API, the login in the admin                              |
| 403     | their role may not                                                                       |
| 404     | for them there is no such row                                                            |
| 405     | the address has no such method                                                           |
| 409     | their role may, but the row's state is in the way; the answer says how                   |
| 410     | it was withdrawn; the answer says why                                                    |
| no      | it is not offered, and sending it nevertheless changes nothing                           |
| –       | not asked: they enter nothing of their own, or it is as for the role before them         |
"""


def api_part(table: ApiTable) -> str:
    """Return the page up to the admin."""
    lines = [
        INTRODUCTION,
        "## The API",
        "",
        "With a token in the header `Authorization`. An id that nothing has is 404; writing without a token is 401.",
        _about_methods(table),
        "",
    ]
    tables = {name: _resource(table, name) for name in BODIES}
    for names, shown in _folded(tables):
        titles = [BODIES[name].title for name in names]
        addresses = ", ".join(f"`/api/v1/{name}/`" for name in names)
        lines += [f"### {_listed(titles)}", "", f"Below {addresses}.", "", *shown, ""]
    lines += ["### Other addresses", "", "Methods that are not named are 405.", ""]
    lines += [*rendered(_by_address(table.acts[OTHERS]), ROLES), ""]
    return "\n".join(lines)


def admin_part(table: AdminTable) -> str:
    """Return the page from the admin on."""
    lines = [
        ADMIN_TITLE,
        "",
        "For accounts that may log in there (“staff”), by session. Pages are looked at by GET, forms sent by POST;",
        "“in bulk” is what a list offers for chosen rows. Methods that are not named are 405.",
        "",
    ]
    tables = {model: _of_admin(acts) for model, acts in table.acts.items() if model is not None}
    for models, shown in _folded(tables):
        titles = [str(model._meta.verbose_name_plural) for model in models]
        addresses = ", ".join(f"`/admin/{one._meta.app_label}/{one._meta.model_name}/`" for one in models)
        title = _listed(titles)
        lines += [f"### {title[:1].upper()}{title[1:]}", "", f"Below {addresses}.", "", *shown, ""]
    lines += ["### The admin itself", "", "Below `/admin/`.", "", *_of_admin(table.acts[None])]
    return "\n".join(lines) + "\n"


def desk_part(table: DeskTable) -> str:
    """Return the page from the attribution desk on."""
    lines = [
        DESK_TITLE,
        "",
        "For accounts that may log in to the admin and record or publish statements, by session. Below `/admin/desk/`.",
        "",
        "### Its pages",
        "",
        *rendered(table.pages, ROLES),
        "",
        "### What its scripts ask for",
        "",
        "JSON. Where no engine has read a text yet, looking at it lets one read it, for whoever records statements.",
        "",
        *rendered(table.read, ROLES),
        "",
        *_other_methods(table),
        "",
        "### Decisions",
        "",
        "By `POST /sources/{id}/decisions/`, each with the name behind it. Candidates (“open”, “rejected”, “covered”)",
        "are everybody's who records statements; of another's draft contributors see where it stands, and no more.",
        "",
        *rendered(table.decisions, ROLES),
    ]
    return "\n".join(lines) + "\n"


def parts_of(page: str) -> tuple[str, str, str]:
    """Return the parts of the page as they are measured, empty where there is none."""
    api, *behind = page.partition(f"\n{ADMIN_TITLE}\n")
    admin, title, desk = "".join(behind)[1:].partition(f"\n{DESK_TITLE}\n")
    return (
        f"{api}\n" if behind[0] else api,
        f"{admin}\n" if title else admin,
        f"{title}{desk}"[1:],
    )


def _other_methods(table: DeskTable) -> list[str]:
    """How methods are answered that an address was not made for, where that is more than 405."""
    told = [act for act in _by_address(table.without) if not is_refused(act)]
    return ["Methods that are not named are 405, but for:", "", *rendered(told, ROLES)]


def _of_admin(acts: Iterable[Act]) -> list[str]:
    """The table of a model, without methods that nobody is answered, with superusers where they were asked."""
    told = [act for act in acts if not _is_refused(act)]
    is_of_people = any(one[2] == SUPERUSER for act in told for one in act.outcomes)
    return rendered(told, WHO if is_of_people else ROLES)


def _is_refused(act: Act) -> bool:
    """Whether it is the method that nobody is answered at what is only posted to, or only looked at."""
    outcomes = {one[3] for one in act.outcomes}
    return "405" in outcomes and outcomes <= {"401", "403", "404", "405"}


def _resource(table: ApiTable, name: str) -> tuple[str, ...]:
    acts = [without_no_such_row(act) for act in table.acts[name]]
    alone = {act.name: act for act in table.acts[name]}
    differing = [act for act in table.batches[name] if alone[act.name].cells != act.cells]
    shown = rendered(acts, ROLES)
    if not differing:
        return (*shown, "", "In a batch (`POST /batch/`) each act has the outcome that it has alone.")
    told = "In a batch (`POST /batch/`) each act has the outcome that it has alone, but for:"
    return (*shown, "", told, "", *rendered([without_no_such_row(act) for act in differing], ROLES))


def _about_methods(table: ApiTable) -> str:
    others = [act for _method, act in table.without if not is_plain(act)]
    told = "Every address answers `OPTIONS` to everybody; methods that are not named are 405."
    return "\n".join([told, "But:", "", *rendered(others, ROLES)]) if others else told


def _by_address(acts: Iterable[Act]) -> list[Act]:
    """One act for the methods of an address that come to the same; none for those that are 405 to everybody."""
    found: dict[tuple[str, Any], list[str]] = defaultdict(list)
    by_key: dict[tuple[str, Any], Act] = {}
    for act in acts:
        key = act.address, tuple(act.outcomes)
        found[key].append(act.name)
        by_key[key] = act
    told = [(key, methods) for key, methods in found.items() if {one[3] for one in key[1]} != {"405"}]
    return [Act(", ".join(methods), key[0], by_key[key].cells) for key, methods in told]


def _folded(tables: Mapping[Any, Sequence[str]]) -> Iterable[tuple[list[Any], Sequence[str]]]:
    """Yield each table once, with all that it is the table of."""
    found: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    for name, lines in tables.items():
        found[tuple(lines)].append(name)
    return ((names, lines) for lines, names in found.items())


def _listed(names: Sequence[str]) -> str:
    first, *others = names
    lowered = [first, *(one[:1].lower() + one[1:] for one in others)]
    return " and ".join([", ".join(lowered[:-1]), lowered[-1]]) if others else first
