import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0014_tally"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(fields=["assigned_to", "stage", "expected_close_date", "id"], name="deal_assigned"),
        ),
        migrations.AlterField(
            model_name="deal",
            name="assigned_to",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assigned_deals",
                to=settings.AUTH_USER_MODEL,
                verbose_name="assigned to",
            ),
        ),
    ]
