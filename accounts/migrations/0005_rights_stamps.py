from django.db import migrations, models

# Whose session, row or rights a statement changed, and everybody's where roles, teams or what roles may do changed. A
# sequence, and not a count: a number must never come back with other rights behind it, also after a rollback.
TRIGGERS = """
CREATE SEQUENCE accounts_rights_stamps;
INSERT INTO accounts_rightsstamp VALUES ('*', nextval('accounts_rights_stamps'));

CREATE FUNCTION accounts_stamp_users() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO accounts_rightsstamp (holder, stamp)
    SELECT user_id, nextval('accounts_rights_stamps') FROM (SELECT DISTINCT user_id FROM rows ORDER BY user_id) changed
    ON CONFLICT (holder) DO UPDATE SET stamp = EXCLUDED.stamp;
    RETURN NULL;
END $$;

CREATE FUNCTION accounts_stamp_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO accounts_rightsstamp
    VALUES (CASE TG_TABLE_NAME WHEN 'accounts_user' THEN OLD.id ELSE (to_jsonb(OLD) ->> 'user_id') END,
            nextval('accounts_rights_stamps'))
    ON CONFLICT (holder) DO UPDATE SET stamp = EXCLUDED.stamp;
    RETURN NULL;
END $$;

CREATE FUNCTION accounts_stamp_everybody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE accounts_rightsstamp SET stamp = nextval('accounts_rights_stamps') WHERE holder = '*';
    RETURN NULL;
END $$;
"""
# Noting the use of a session changes nothing that counts.
OF_ROWS = {"accounts_user": "UPDATE OR DELETE", "accounts_session": "UPDATE OF user_id, digest, expires_at"}
OF_USERS = ["accounts_session", "accounts_user_groups", "accounts_user_user_permissions", "accounts_team_leads"]
OF_ALL = ["accounts_team", "accounts_roledetail_children", "auth_group", "auth_group_permissions", "auth_permission"]


def triggers() -> str:
    made = [TRIGGERS]
    for table, events in OF_ROWS.items():
        made.append(
            f"CREATE TRIGGER rights_row AFTER {events} ON {table} FOR EACH ROW EXECUTE FUNCTION accounts_stamp_user();"
        )
    for table in OF_USERS:
        for event, rows in (("DELETE", "OLD"), ("INSERT", "NEW"))[: 1 if table in OF_ROWS else 2]:
            made.append(
                f"CREATE TRIGGER rights_{event.lower()} AFTER {event} ON {table} REFERENCING {rows} TABLE AS rows "
                "FOR EACH STATEMENT EXECUTE FUNCTION accounts_stamp_users();"
            )
        others = "TRUNCATE" if table in OF_ROWS else "UPDATE OR TRUNCATE"
        made.append(
            f"CREATE TRIGGER rights_other AFTER {others} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION accounts_stamp_everybody();"
        )
    for table in OF_ALL:
        made.append(
            f"CREATE TRIGGER rights_any AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION accounts_stamp_everybody();"
        )
    return "\n".join(made)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_preferences"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="RightsStamp",
            fields=[
                ("holder", models.CharField(max_length=10, primary_key=True, serialize=False)),
                ("stamp", models.BigIntegerField()),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunSQL(triggers(), migrations.RunSQL.noop),
    ]
