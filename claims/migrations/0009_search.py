"""Search over all that a statement is known by: its words, who says them, where, about what."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("claims", "0008_merged_topics")]
    operations = []
