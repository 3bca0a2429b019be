"""To write without reading is granted on single rows: no role has it for a class, whatever it was given at once."""

from django.db import migrations


def take_away(apps, schema_editor):
    held = apps.get_model("auth", "Group").permissions.through.objects
    held.filter(permission__codename__startswith="overwrite_").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0011_stages_are_stamped"),
        ("crm", "0007_write_unseen"),
        ("activities", "0006_write_unseen"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(take_away, migrations.RunPython.noop)]
