from django.db import migrations

# Django makes a second index of each text column that is a key, for LIKE. Nobody asks for the beginning of an id, and
# every one of them is written with every new row, and with every change of any indexed column.
DROPPED = """
DO $$
DECLARE name text;
BEGIN
    FOR name IN
        SELECT i.indexrelid::regclass
          FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
         WHERE t.relname IN ('crm_company', 'crm_contact', 'pipeline_deal', 'activities_activity')
           AND t.relnamespace = current_schema()::regnamespace AND NOT i.indisunique
           AND EXISTS (SELECT 1 FROM unnest(i.indclass::oid[]) AS used(opclass)
                         JOIN pg_opclass c ON c.oid = used.opclass WHERE c.opcname = 'varchar_pattern_ops')
    LOOP
        EXECUTE format('DROP INDEX %s', name);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0003_chosen_columns"),
        ("crm", "0005_lean_indexes"),
        ("pipeline", "0007_lean_indexes"),
        ("activities", "0004_lean_indexes"),
    ]

    operations = [migrations.RunSQL(DROPPED, migrations.RunSQL.noop)]
