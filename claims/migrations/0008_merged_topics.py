"""Topics that were found to be one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("claims", "0007_roles")]
    operations = []
