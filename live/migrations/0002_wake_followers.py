"""Wakes those who follow the log at each commit that wrote to it, and tells them whose rights and sessions changed."""

from django.db import migrations

# A NOTIFY makes commits wait for each other (PostgreSQL writes them out one by one then), so it is sent only where
# somebody sleeps: who does holds this lock, shared. Who is awake looks again by himself (live/follower.py).
WAKE = """
CREATE FUNCTION live_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_try_advisory_lock(8203117002) THEN
        PERFORM pg_advisory_unlock(8203117002);
    ELSE
        PERFORM pg_notify('parsley_changes', '');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER live_wake AFTER INSERT ON live_change FOR EACH STATEMENT EXECUTE FUNCTION live_wake();
"""
# What ends a socket and is no change of a record. The key of a browser's session is a secret: its hash goes out.
TELL = """
CREATE FUNCTION live_tell_rights() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('parsley_rights', NEW.holder);
    RETURN NULL;
END $$;
CREATE TRIGGER live_tell AFTER INSERT OR UPDATE ON accounts_rightsstamp
FOR EACH ROW EXECUTE FUNCTION live_tell_rights();

CREATE FUNCTION live_tell_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('parsley_sessions', encode(sha256(OLD.session_key::bytea), 'hex'));
    RETURN NULL;
END $$;
CREATE TRIGGER live_tell AFTER DELETE ON django_session FOR EACH ROW EXECUTE FUNCTION live_tell_session();
"""
UNDONE = (
    "DROP FUNCTION live_wake CASCADE; DROP FUNCTION live_tell_rights CASCADE; DROP FUNCTION live_tell_session CASCADE;"
)


class Migration(migrations.Migration):
    dependencies = [
        ("live", "0001_initial"),
        ("accounts", "0005_rights_stamps"),
        ("sessions", "0001_initial"),
    ]
    operations = [migrations.RunSQL([WAKE, TELL], [UNDONE])]
