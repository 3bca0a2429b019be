"""What every Parsley starts with: the six stages of the pipeline and the roles."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

STAGES = [
    # slug, label, colour, probability, kind
    ("lead", "Lead", "#6b7280", 10, "open"),
    ("qualified", "Qualified", "#2850c8", 25, "open"),
    ("proposal", "Proposal", "#7c3aed", 50, "open"),
    ("negotiation", "Negotiation", "#b26a00", 75, "open"),
    ("won", "Won", "#1b6e3c", 100, "won"),
    ("lost", "Lost", "#b3261e", 0, "lost"),
]
RECORDS = ["crm.company", "crm.contact", "pipeline.deal", "activities.activity"]
ALL = ["view", "add", "change", "delete"]
ROLES = {
    "Everyone": {},
    "Sales rep": {**{name: ALL for name in RECORDS}, "pipeline.stage": ["view"]},
    "Sales lead": {**{name: ALL for name in RECORDS}, "pipeline.stage": ["view"]},
    "Read only": {**{name: ["view"] for name in RECORDS}, "pipeline.stage": ["view"]},
    "API client": {**{name: ALL for name in RECORDS}, "pipeline.stage": ["view"]},
}
ADMINISTERED = ["accounts", "records", "activities", "crm", "pipeline", "auth", "sessions", "admin"]


def seed(apps, schema_editor):
    Stage = apps.get_model("pipeline", "Stage")
    for order, (slug, label, colour, probability, kind) in enumerate(STAGES, 1):
        Stage.objects.create(slug=slug, label=label, order=order, colour=colour, probability=probability, kind=kind)
    _make_permissions(apps)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, classes in ROLES.items():
        role = Group.objects.create(name=name)
        for label, actions in classes.items():
            app_label, model = label.split(".")
            chosen = Permission.objects.filter(
                content_type__app_label=app_label, codename__in=[f"{action}_{model}" for action in actions]
            )
            role.permissions.add(*chosen)
    administrator = Group.objects.create(name="Administrator")
    administrator.permissions.add(*Permission.objects.filter(content_type__app_label__in=ADMINISTERED))


def _make_permissions(apps):
    """Django makes permissions after all migrations have run; roles need them now."""
    for label in ADMINISTERED:
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0001_initial"),
        ("accounts", "0001_initial"),
        ("records", "0001_initial"),
        ("activities", "0001_initial"),
        ("crm", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("sessions", "0001_initial"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
