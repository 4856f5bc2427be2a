"""The WSGI application that the server loads."""

import os

from django.core.signals import request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, reset_queries

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# Done behind each request already, and connections here have no age; queries are not kept where DEBUG is off.
request_started.disconnect(close_old_connections)
request_started.disconnect(reset_queries)
