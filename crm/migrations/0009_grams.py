import django.contrib.postgres.indexes
import records.grams
from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0008_grants_go_with_their_row"),
        ("records", "0006_grams"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="company",
            index=django.contrib.postgres.indexes.GinIndex(records.grams.Grams("search"), name="company_grams"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=django.contrib.postgres.indexes.GinIndex(
                records.grams.Grams("search", "phone"), name="contact_grams"
            ),
        ),
    ]
