import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import records.definitions
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

# A number that goes up with each change of any definition; whoever asks for a user's rights reads it along.
STAMP = """
INSERT INTO accounts_rightsstamp VALUES ('+', nextval('accounts_rights_stamps')) ON CONFLICT DO NOTHING;

CREATE FUNCTION records_stamp_fields() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE accounts_rightsstamp SET stamp = nextval('accounts_rights_stamps') WHERE holder = '+';
    RETURN NULL;
END $$;

CREATE TRIGGER fields_any AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON records_customfield
FOR EACH STATEMENT EXECUTE FUNCTION records_stamp_fields();
"""
NO_STAMP = """
DROP TRIGGER fields_any ON records_customfield;
DROP FUNCTION records_stamp_fields();
DELETE FROM accounts_rightsstamp WHERE holder = '+';
"""


def let_administrators(apps, schema_editor):
    """Django makes permissions after all migrations have run; the role needs them now."""
    config = apps.get_app_config("records")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    of_fields = Permission.objects.filter(content_type__app_label="records", content_type__model="customfield")
    for role in Group.objects.filter(name="Administrator"):
        role.permissions.add(*of_fields)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0004_no_pattern_indexes"),
        ("accounts", "0006_names"),
        ("pipeline", "0002_stages_and_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomField",
            fields=[
                (
                    "key",
                    models.CharField(
                        default=records.definitions.new_key,
                        editable=False,
                        max_length=10,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "model",
                    models.CharField(
                        choices=[
                            ("company", "Company"),
                            ("contact", "Contact"),
                            ("deal", "Deal"),
                            ("activity", "Activity"),
                        ],
                        max_length=20,
                        verbose_name="class",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="For programs: letters and digits, as in leadSource. The REST API writes it lead_source.",
                        max_length=60,
                        verbose_name="name",
                    ),
                ),
                (
                    "label",
                    models.CharField(blank=True, help_text="As people read it.", max_length=100, verbose_name="label"),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("String", "Text"),
                            ("Number", "Number"),
                            ("Boolean", "Yes or no"),
                            ("Date", "Date and time"),
                            ("Choice", "Choice"),
                            ("Pointer", "Another record"),
                            ("Array", "List"),
                            ("Object", "Object (JSON)"),
                        ],
                        max_length=10,
                        verbose_name="type",
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("company", "Company"),
                            ("contact", "Contact"),
                            ("deal", "Deal"),
                            ("activity", "Activity"),
                            ("user", "Person"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="points to",
                    ),
                ),
                (
                    "choices",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="choices",
                    ),
                ),
                (
                    "required",
                    models.BooleanField(
                        default=False,
                        help_text="Of new records. Old ones stay as they are until it is changed.",
                        verbose_name="required",
                    ),
                ),
                (
                    "default",
                    models.JSONField(
                        blank=True, help_text="What a new record starts with.", null=True, verbose_name="default"
                    ),
                ),
                ("description", models.CharField(blank=True, default="", max_length=500, verbose_name="description")),
                (
                    "hidden",
                    models.BooleanField(
                        default=False,
                        help_text="Not shown on pages and in files. Programs still read and write it.",
                        verbose_name="hidden",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "indexed",
                    models.BooleanField(
                        default=False,
                        help_text="Quick to filter and sort by, in lists of any length.",
                        verbose_name="indexed",
                    ),
                ),
                (
                    "index_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "none"),
                            ("waiting", "waiting"),
                            ("building", "being built"),
                            ("ready", "ready"),
                            ("failed", "failed"),
                        ],
                        default="",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("deleted_at", models.DateTimeField(editable=False, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "field",
                "verbose_name_plural": "fields",
                "ordering": ["model", "order", "created_at", "key"],
                "permissions": [
                    ("add_field_company", "May add fields to company by writing them"),
                    ("add_field_contact", "May add fields to contact by writing them"),
                    ("add_field_deal", "May add fields to deal by writing them"),
                    ("add_field_activity", "May add fields to activity by writing them"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"),
                        models.F("model"),
                        condition=models.Q(("deleted_at", None)),
                        name="custom_field_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(STAMP, NO_STAMP),
        migrations.RunPython(let_administrators, migrations.RunPython.noop),
    ]
