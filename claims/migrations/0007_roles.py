"""What each role may do, in the admin and in the API alike."""

from importlib import import_module

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

PARTS = [
    "appearance",
    "attribution",
    "mention",
    "position",
    "relation",
    "relay",
    "segment",
    "statement",
    "statementtopic",
    "wording",
]
BEYOND = ["publish_statement", "edit_others_statement", "merge_speaker"]
PEOPLE = {"auth": ["user"], "access": ["token"]}


def make_roles(apps, schema_editor):
    curated = import_module("claims.migrations.0003_groups_and_lexicon").CURATED
    for label in [*curated, *PEOPLE]:
        create_permissions(installed.get_app_config(label), verbosity=0, using=schema_editor.connection.alias)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")

    def permissions(models):
        chosen = Permission.objects.none()
        for label, names in models.items():
            chosen |= Permission.objects.filter(content_type__app_label=label, content_type__model__in=names)
        return chosen

    everything = permissions(curated)
    seen = everything.filter(codename__startswith="view_")
    own = permissions({"claims": PARTS}).exclude(codename__in=BEYOND)
    merging = everything.filter(codename__in=["edit_others_statement", "merge_speaker"])
    for name, chosen in {
        "readers": [],
        "contributors": [*seen, *own],
        "curators": [*everything.exclude(codename="publish_statement"), *merging],
        "reviewers": [*everything],
        "administrators": [*everything, *permissions(PEOPLE)],
    }.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.add(*chosen)


def drop_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=["readers", "contributors", "administrators"]).delete()


class Migration(migrations.Migration):
    dependencies = [("claims", "0006_workflow"), ("access", "0001_tables")]
    operations = [migrations.RunPython(make_roles, drop_roles)]
