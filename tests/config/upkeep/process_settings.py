"""The product's settings for a process that a test starts: nothing is durable, and the database may have any name."""

import os

from config.embedded.server import EmbeddedServer
from config.settings import *  # noqa: F403
from config.settings import DATABASES

EmbeddedServer.durable = False
for database in DATABASES.values():
    database["NAME"] = os.environ["DATABASE_NAME"] or database["NAME"]
