"""Who may do what in the admin, and a first lexicon of intensity that curators go on with."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

from sources.models.fields import uuid7

CURATED = {
    "sources": ["publisher", "publishersameas", "source", "sourcetext"],
    "claims": [
        "appearance",
        "attribution",
        "claim",
        "event",
        "intensityphrase",
        "membership",
        "mention",
        "position",
        "relation",
        "relay",
        "review",
        "role",
        "segment",
        "speaker",
        "speakername",
        "speakersameas",
        "statement",
        "statementtopic",
        "topic",
        "topicsameas",
        "wording",
    ],
}

LEXICON = {
    "fr": {
        1: ["certain", "léger", "un peu", "relatif"],
        2: [
            "sérieux",
            "sérieuse",
            "vif",
            "vive",
            "très",
            "fort",
            "forte",
            "grand",
            "grande",
            "clairement",
            "ferme",
        ],
        3: [
            "profond",
            "extrême",
            "gravissime",
            "sans précédent",
            "la plus grande",
            "au plus haut point",
            "absolu",
        ],
    },
    "en": {
        1: ["some", "slight", "mild", "a little"],
        2: ["serious", "very", "strong", "great", "clearly", "firm", "significant"],
        3: ["deep", "profound", "grave", "extreme", "unprecedented", "utmost", "absolute"],
    },
}


def make_groups(apps, schema_editor):
    for label in CURATED:
        create_permissions(installed.get_app_config(label), verbosity=0, using=schema_editor.connection.alias)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    curators, _made = Group.objects.get_or_create(name="curators")
    reviewers, _made = Group.objects.get_or_create(name="reviewers")
    for label, models in CURATED.items():
        for model in models:
            chosen = Permission.objects.filter(content_type__app_label=label, content_type__model=model)
            curators.permissions.add(*chosen.exclude(codename="publish_statement"))
            reviewers.permissions.add(*chosen)


def drop_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=["curators", "reviewers"]).delete()


def make_lexicon(apps, schema_editor):
    IntensityPhrase = apps.get_model("claims", "IntensityPhrase")
    IntensityPhrase.objects.bulk_create(
        IntensityPhrase(id=uuid7(), language=language, phrase=phrase, intensity=intensity)
        for language, intensities in LEXICON.items()
        for intensity, phrases in intensities.items()
        for phrase in phrases
    )


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0002_invariants"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunPython(make_groups, drop_groups),
        migrations.RunPython(make_lexicon, migrations.RunPython.noop),
    ]
