"""Static files under names that change with what is in them."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedStaticFiles(ManifestStaticFilesStorage):
    """Django's; modules import each other by these names too, so that no browser mixes old ones with new ones."""

    support_js_module_import_aggregation = True
