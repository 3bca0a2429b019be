from django.db import migrations

# For a write that brings the proof of its session along (accounts/authentication.py).
PROVE = """
CREATE FUNCTION accounts_prove(present bigint[], assumed bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF present <> assumed THEN RAISE EXCEPTION 'overtaken' USING ERRCODE = 'PR001'; END IF;
END $$;

-- Also where somebody emptied the table.
CREATE OR REPLACE FUNCTION accounts_stamp_everybody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO accounts_rightsstamp VALUES ('*', nextval('accounts_rights_stamps'))
    ON CONFLICT (holder) DO UPDATE SET stamp = EXCLUDED.stamp;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_confirmed_email"),
    ]

    operations = [
        migrations.RunSQL(PROVE, "DROP FUNCTION accounts_prove"),
    ]
