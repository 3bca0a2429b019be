from django.db import migrations

# Stages are remembered for as long as nobody's rights change (parse/writing.py): both are an administrator's work.
STAMPED = """
CREATE TRIGGER stages_any AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON pipeline_stage
FOR EACH STATEMENT EXECUTE FUNCTION accounts_stamp_everybody();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_prove"),
        ("pipeline", "0010_write_unseen"),
    ]

    operations = [
        migrations.RunSQL(STAMPED, "DROP TRIGGER stages_any ON pipeline_stage"),
    ]
