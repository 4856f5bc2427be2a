"""The admin in which curators attribute quotes."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from claims.admin import sources, speakers, statements, subjects  # noqa: F401 registers them

admin.site.site_header = admin.site.site_title = _("Attribution record")
# Tables of quotes need the width; the breadcrumbs and the start page lead everywhere.
admin.site.enable_nav_sidebar = False
admin.site.index_title = _("Sources and statements")
