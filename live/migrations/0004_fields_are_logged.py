"""Who added, changed or deleted a field is in the log like any other change."""

from django.db import migrations

HANG = "SELECT live_hang('records_customfield', 'customfield', 'key', 'key')"
OFF = "DROP TRIGGER live_log ON records_customfield; DROP TRIGGER live_log_update ON records_customfield"


class Migration(migrations.Migration):
    dependencies = [("live", "0003_viewing"), ("records", "0005_custom_fields")]
    operations = [migrations.RunSQL(HANG, OFF)]
