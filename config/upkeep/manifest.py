"""What a backup says of itself: by which program and when it was made, and what is in it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.version import get_version_tuple

from config import __version__
from config.upkeep.contents import Table
from config.upkeep.errors import UpkeepError

FORMAT = 1
PROJECT = "attribution-record"


@dataclass(frozen=True)
class Manifest:
    """The contents of manifest.json."""

    project_version: str
    created_at: str  #: UTC, ISO 8601, to the second
    database: str
    server_version: str  #: such as 18.1
    dump_major_version: int  #: of the pg_dump that wrote the dump
    locale: str  #: how the database sorts and tells letters, in PostgreSQL's own words
    migrations: Mapping[str, str]  #: app -> its last migration
    tables: Mapping[str, Table]
    dump_size: int
    dump_sha256: str

    def to_bytes(self) -> bytes:
        """JSON, always the same for the same contents, with a hash of itself: no byte of it can change unseen."""
        values = {"format": FORMAT, "project": PROJECT, **asdict(self)}
        return _rendered({**values, "sha256": hashlib.sha256(_rendered(values)).hexdigest()})

    @property
    def rows(self) -> int:
        """How many rows all tables have together."""
        return sum(table.rows for table in self.tables.values())

    @property
    def server_major_version(self) -> int:
        """The major version of the PostgreSQL it was taken from."""
        return int(self.server_version.split(".")[0])

    def check_is_not_newer(self) -> None:
        """Raise UpkeepError where a newer project made the backup than the one that is installed."""
        if get_version_tuple(self.project_version) > get_version_tuple(__version__):
            raise UpkeepError(
                f"The backup was made by version {self.project_version} of the project and this is {__version__}: "
                "install that version, then restore."
            )
        known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}
        unknown = [f"{app}.{name}" for app, name in self.migrations.items() if (app, name) not in known]
        if unknown:
            raise UpkeepError(
                f"The backup was made by a newer version of the project: this one does not know the migration "
                f"{unknown[0]}. Install the version that made it, then restore."
            )


def parse(content: bytes) -> Manifest:
    """Read manifest.json; raise UpkeepError where it is damaged, not of this project or of a later format."""
    try:
        values: dict[str, Any] = json.loads(content)
        if values.pop("project") != PROJECT:
            raise UpkeepError("It is a backup of something else than an attribution record.")
        if values["format"] > FORMAT:
            raise UpkeepError(
                f"It has format {values['format']} and this version of the project reads up to {FORMAT}: install the "
                "version that made it."
            )
        del values["format"], values["sha256"]
        tables = {name: Table(**table) for name, table in values.pop("tables").items()}
        manifest = Manifest(**values, tables=tables)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UpkeepError("It was damaged: its manifest cannot be read. Use another copy.") from None
    if manifest.to_bytes() != content:
        raise UpkeepError("It was damaged: its manifest is not the one that was written. Use another copy.")
    return manifest


def last_migrations() -> dict[str, str]:
    """App -> its last migration that was applied to the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT ON (app) app, name FROM public.django_migrations ORDER BY app, id DESC")
        return dict(cursor.fetchall())


def _rendered(values: Mapping[str, Any]) -> bytes:
    return (json.dumps(values, indent=1, sort_keys=True) + "\n").encode("ascii")
