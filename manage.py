#!/usr/bin/env python
"""Run a command of the attribution record: `manage.py help` lists them."""

import os
import sys

from django.core.management import execute_from_command_line

from config.postgresql.errors import DatabaseUnreachableError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except DatabaseUnreachableError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
