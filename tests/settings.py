"""The product's settings with data of their own: tests never touch the database that somebody works with."""

import os
import tempfile
from pathlib import Path

from config.embedded.server import EmbeddedServer
from config.environment import BASE_DIR

os.environ["DATA_DIR"] = str(BASE_DIR / ".data" / "test")

from config.settings import *  # noqa: F403
from config.settings import DATABASES, STATIC_ROOT, STORAGES

# Test data may be lost with the machine.
EmbeddedServer.durable = False

# Static files are found where they are written, not collected first.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

# Tests log in often; the slowness of real hashes protects nobody here.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A connection kept by a thread of the live server would hold up the removal of the test database.
DATABASES = {alias: {**database, "CONN_MAX_AGE": 0} for alias, database in DATABASES.items()}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)

# Tests may empty tables; the product may not.
for _database in DATABASES.values():
    _options = _database["OPTIONS"].get("options", "")
    _database["OPTIONS"] = {**_database["OPTIONS"], "options": f"{_options} -c record.truncate=on".strip()}

# Only tests of limits are limited; none meets what another counted.
LIMIT_PUBLIC = LIMIT_TOKEN = 0
_counters = tempfile.TemporaryDirectory(prefix="counters-")
COUNTERS_DIR = Path(_counters.name)
