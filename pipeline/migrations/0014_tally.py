import django.contrib.postgres.indexes
import pgtrigger.compiler
import pgtrigger.migrations
import records.grams
import records.models
from django.conf import settings
from django.db import migrations, models


# A line for each change; what is not settled yet is, every 1,024 lines.
LINE = """
CREATE FUNCTION pipeline_tally_line(readers text[], stage text, amount numeric, sign int) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE number bigint;
BEGIN
    INSERT INTO pipeline_tally (readers, stage, deals, priced, amount, settled)
    VALUES (readers, stage, sign, CASE WHEN amount IS NULL THEN 0 ELSE sign END, coalesce(amount, 0) * sign, false)
    RETURNING id INTO number;
    IF number % 1024 = 0 THEN PERFORM pipeline_settle_tally(); END IF;
END $$
"""
# Lines that somebody else is putting together at this moment are left to them. What one transaction sees of the table
# adds up to the same before and after.
SETTLE = """
CREATE FUNCTION pipeline_settle_tally() RETURNS void LANGUAGE sql AS $$
    WITH fresh AS (SELECT DISTINCT readers, stage FROM pipeline_tally WHERE NOT settled),
    lines AS (
        SELECT t.id FROM pipeline_tally t JOIN fresh ON fresh.readers = t.readers AND fresh.stage = t.stage
           FOR UPDATE OF t SKIP LOCKED),
    gone AS (DELETE FROM pipeline_tally t USING lines WHERE t.id = lines.id RETURNING t.*)
    INSERT INTO pipeline_tally (readers, stage, deals, priced, amount, settled)
    SELECT readers, stage, sum(deals), sum(priced), sum(amount), true FROM gone GROUP BY readers, stage
    HAVING sum(deals) <> 0 OR sum(priced) <> 0 OR sum(amount) <> 0
$$
"""
COUNTED = """
INSERT INTO pipeline_tally (readers, stage, deals, priced, amount, settled)
SELECT readers, stage_id, count(*), count(amount), coalesce(sum(amount), 0), true FROM pipeline_deal GROUP BY 1, 2
"""


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0009_grams"),
        ("pipeline", "0013_grants_go_with_their_row"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("readers", records.models.PrincipalsField(size=None)),
                ("stage", models.CharField(max_length=50)),
                ("deals", models.BigIntegerField()),
                ("priced", models.BigIntegerField()),
                ("amount", models.DecimalField(decimal_places=4, max_digits=40)),
                ("settled", models.BooleanField(default=False)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="deal",
            index=django.contrib.postgres.indexes.GinIndex(records.grams.Grams("search"), name="deal_grams"),
        ),
        migrations.RunSQL(SETTLE, "DROP FUNCTION pipeline_settle_tally()"),
        migrations.RunSQL(LINE, "DROP FUNCTION pipeline_tally_line(text[], text, numeric, int)"),
        pgtrigger.migrations.AddTrigger(
            model_name="deal",
            trigger=pgtrigger.compiler.Trigger(
                name="tally_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM pipeline_tally_line(NEW.readers, NEW.stage_id, NEW.amount, 1); RETURN NULL;",
                    hash="61a315e51b10d24218059ceaa4642738b4414943",
                    operation="INSERT",
                    pgid="pgtrigger_tally_insert_ea7a0",
                    table="pipeline_deal",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deal",
            trigger=pgtrigger.compiler.Trigger(
                name="tally_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.readers IS DISTINCT FROM NEW.readers OR OLD.stage_id IS DISTINCT FROM NEW.stage_id OR OLD.amount IS DISTINCT FROM NEW.amount)",
                    func="PERFORM pipeline_tally_line(OLD.readers, OLD.stage_id, OLD.amount, -1); PERFORM pipeline_tally_line(NEW.readers, NEW.stage_id, NEW.amount, 1); RETURN NULL;",
                    hash="d6a5f9acedc4f31b380b1993c836ae8e4caea6f7",
                    operation="UPDATE",
                    pgid="pgtrigger_tally_update_376a0",
                    table="pipeline_deal",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deal",
            trigger=pgtrigger.compiler.Trigger(
                name="tally_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM pipeline_tally_line(OLD.readers, OLD.stage_id, OLD.amount, -1); RETURN NULL;",
                    hash="3c3bafbde722f9ae90fa033c21fb777710f907e4",
                    operation="DELETE",
                    pgid="pgtrigger_tally_delete_748ea",
                    table="pipeline_deal",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deal",
            trigger=pgtrigger.compiler.Trigger(
                name="tally_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="DELETE FROM pipeline_tally; RETURN NULL;",
                    hash="a5c64fae8270c8346f7263a9cdbb6194f3da090d",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_tally_truncate_9855e",
                    table="pipeline_deal",
                    when="AFTER",
                ),
            ),
        ),
        # Nobody changes a deal any more until this is committed: the triggers took care of that.
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="tally",
            index=django.contrib.postgres.indexes.GinIndex(fields=["readers"], name="tally_readers"),
        ),
    ]
