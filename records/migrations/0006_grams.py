from django.db import migrations

# Every three letters that stand together in a text, and in a second the digits of a telephone number.
GRAMS = """
CREATE FUNCTION records_grams(said text, number text DEFAULT NULL) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE whole text := said || coalesce(' ' || translate(number, ' +-()/.', ''), '');
BEGIN
    RETURN ARRAY(SELECT substr(whole, i, 3) FROM generate_series(1, length(whole) - 2) i);
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0005_custom_fields")]

    operations = [migrations.RunSQL(GRAMS, "DROP FUNCTION records_grams(text, text)")]
