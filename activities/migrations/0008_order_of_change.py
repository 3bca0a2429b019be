from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activities", "0007_grants_go_with_their_row")]

    operations = [
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(fields=["updated_at", "id"], name="activity_updated"),
        ),
    ]
