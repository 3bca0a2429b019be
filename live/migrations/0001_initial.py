"""The table of the log, the one function that writes it, and its triggers on the tables that are logged."""

import django.db.models.functions.datetime
from django.db import migrations, models

import live.models

TABLE = """
CREATE TABLE live_change (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    model text NOT NULL,
    key text NOT NULL,
    record text NOT NULL,
    op text NOT NULL,
    actor text,
    face text NOT NULL,
    change_set text,
    before jsonb,
    after jsonb
);
CREATE INDEX live_change_xid ON live_change (xid);
CREATE INDEX live_change_record ON live_change (record, seq) WHERE op IN ('insert', 'update', 'delete');
CREATE INDEX live_change_actor ON live_change (actor, seq) WHERE op IN ('insert', 'update', 'delete');
CREATE INDEX live_change_set ON live_change (change_set, seq) WHERE change_set IS NOT NULL;
"""

# Arguments of the trigger: the model, the column of the key, the column that says to which record the row belongs.
# Its own plan_cache_mode: that of our connections plans its two statements anew for each row.
FUNCTION = """
CREATE FUNCTION live_log() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    acting text := coalesce(current_setting('parsley.acting', true), '');
    kind text := lower(TG_OP);
    was jsonb;
    becomes jsonb;
    whole jsonb;
BEGIN
    IF acting = 'off' THEN RETURN NULL; END IF;
    IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD) - '{search,last_login}'::text[]; END IF;
    IF TG_OP <> 'DELETE' THEN becomes := to_jsonb(NEW) - '{search,last_login}'::text[]; END IF;
    whole := coalesce(becomes, was);
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(o.key, o.value) INTO was
          FROM jsonb_each(was) o WHERE becomes -> o.key IS DISTINCT FROM o.value;
        IF was IS NULL THEN RETURN NULL; END IF;
        IF was - '{updated_at,readers,writers,readers_own,readers_reach}'::text[] = '{}' THEN kind := 'touch'; END IF;
    END IF;
    IF was ? 'password' THEN was := was || '{"password": "***"}'; END IF;
    IF becomes ? 'password' THEN becomes := becomes || '{"password": "***"}'; END IF;
    INSERT INTO live_change (model, key, record, op, actor, face, change_set, before, after)
    VALUES (TG_ARGV[0], whole ->> TG_ARGV[1], whole ->> TG_ARGV[2], kind,
            nullif(split_part(acting, ',', 1), ''), coalesce(nullif(split_part(acting, ',', 2), ''), 'sql'),
            nullif(split_part(acting, ',', 3), ''), was, becomes);
    RETURN NULL;
END $$;
"""

# A new table of another app calls this from a migration of its own that depends on this one.
HANG = """
CREATE FUNCTION live_hang(logged regclass, model text, key text, record text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER live_log AFTER INSERT OR DELETE ON %s FOR EACH ROW '
                   'EXECUTE FUNCTION live_log(%L, %L, %L)', logged, model, key, record);
    EXECUTE format('CREATE TRIGGER live_log_update AFTER UPDATE ON %s FOR EACH ROW '
                   'WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION live_log(%L, %L, %L)',
                   logged, model, key, record);
END $$;
"""

RECORDS = {
    "company": "crm_company",
    "contact": "crm_contact",
    "deal": "pipeline_deal",
    "activity": "activities_activity",
    "user": "accounts_user",
}


def hang_all() -> str:
    lines = [f"SELECT live_hang('{table}', '{model}', 'id', 'id');" for model, table in RECORDS.items()]
    lines.append("SELECT live_hang('pipeline_stage', 'stage', 'slug', 'slug');")
    for model, table in RECORDS.items():
        for holder, words in (("user", "user"), ("role", "group")):
            if model != "user":
                grants = f"{table}{words}objectpermission"
                lines.append(f"SELECT live_hang('{grants}', '{model}{holder}grant', 'id', 'content_object_id');")
    return "\n".join(lines)


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("accounts", "0003_email_is_optional"),
        ("activities", "0002_quicker_access"),
        ("crm", "0003_search"),
        ("pipeline", "0004_search"),
    ]
    operations = [
        migrations.RunSQL(
            [TABLE, FUNCTION, HANG, hang_all()],
            ["DROP FUNCTION live_log CASCADE; DROP FUNCTION live_hang; DROP TABLE live_change;"],
            state_operations=[
                migrations.CreateModel(
                    name="Change",
                    fields=[
                        ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                        ("xid", live.models.TransactionId()),
                        ("at", models.DateTimeField()),
                        ("model", models.TextField()),
                        ("key", models.TextField()),
                        ("record", models.TextField()),
                        ("op", models.TextField()),
                        ("actor", models.TextField(null=True)),
                        ("face", models.TextField()),
                        ("change_set", models.TextField(null=True)),
                        ("before", models.JSONField(null=True)),
                        ("after", models.JSONField(null=True)),
                    ],
                    options={"ordering": ["-seq"], "default_permissions": ("view",)},
                )
            ],
        ),
        migrations.CreateModel(
            name="Undoing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("undone", models.TextField(db_index=True)),
                ("by", models.TextField(unique=True)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={"default_permissions": ()},
        ),
    ]
