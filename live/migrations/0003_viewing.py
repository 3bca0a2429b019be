"""Who has which record open: an unlogged table, since after a crash nobody has."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("live", "0002_wake_followers")]
    operations = [
        migrations.CreateModel(
            name="Viewing",
            fields=[
                ("window", models.CharField(max_length=10, primary_key=True, serialize=False)),
                ("record", models.TextField(db_index=True)),
                ("user_id", models.CharField(max_length=10)),
                ("seen_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunSQL("ALTER TABLE live_viewing SET UNLOGGED", migrations.RunSQL.noop),
    ]
