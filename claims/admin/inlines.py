"""The base of tables inside a form."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin

if TYPE_CHECKING:
    TabularInline = admin.TabularInline[Any, Any]
else:
    # Django's own class takes no type parameters when it runs.
    TabularInline = admin.TabularInline
