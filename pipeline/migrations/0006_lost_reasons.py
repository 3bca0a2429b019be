"""The first reasons for losing a deal, who may see and change them, and what is known of when deals moved."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

REASONS = [
    ("price", "Price"),
    ("timing", "Timing"),
    ("competitor", "Competitor"),
    ("no-budget", "No budget"),
    ("no-decision", "No decision"),
]
READERS = ["Sales rep", "Sales lead", "Read only", "API client"]
ROTS_AFTER = 14  # days


def seed(apps, schema_editor):
    LostReason = apps.get_model("pipeline", "LostReason")
    for order, (slug, label) in enumerate(REASONS, 1):
        LostReason.objects.create(slug=slug, label=label, order=order)
    apps.get_model("pipeline", "Stage").objects.filter(kind="open").update(rot_days=ROTS_AFTER)
    _let_roles_see_them(apps)


def _let_roles_see_them(apps):
    """Django makes permissions after all migrations have run; the roles need them now."""
    config = apps.get_app_config("pipeline")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    of_reasons = Permission.objects.filter(content_type__app_label="pipeline", content_type__model="lostreason")
    for role in Group.objects.filter(name__in=READERS):
        role.permissions.add(*of_reasons.filter(codename="view_lostreason"))
    for role in Group.objects.filter(name="Administrator"):
        role.permissions.add(*of_reasons)


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0005_where_a_deal_stands")]
    operations = [
        migrations.RunPython(seed, migrations.RunPython.noop),
        # Of deals that are there already nobody wrote it down: at the latest when they were last changed.
        migrations.RunSQL("UPDATE pipeline_deal SET moved_at = updated_at", migrations.RunSQL.noop),
    ]
