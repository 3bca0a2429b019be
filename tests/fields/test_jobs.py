"""What is left to do after a field was changed: its index is built and used, the values of a deleted one go."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection

from live.models import Change
from pipeline.models import Deal
from records import field_jobs, indexes
from records.definitions import CustomField
from records.fields import field_of
from records.kept import compared


def index_names() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'pipeline_deal'")
        return {row[0] for row in cursor.fetchall() if row[0].startswith("custom_")}


@pytest.fixture
def field(transactional_db, add_field):
    field = add_field("deal", "size", "Number", indexed=True)
    yield field
    CustomField.objects.update(indexed=False)
    field_jobs.run()
    CustomField.objects.all()._raw_delete("default")
    assert index_names() == set()


def test_an_index_is_built_used_and_dropped(field, rep):
    Deal.objects.bulk_create(Deal(title="x", created_by=rep, custom={field.key: n}) for n in range(500))
    assert field.index_state == "waiting"
    call_command("field_jobs", verbosity=0)
    field = field_of(Deal, "size")
    assert (field.index_state, index_names()) == ("ready", {indexes.name_of(field)})
    assert indexes.progress(field) is None
    rows = Deal.unrestricted.filter(compared(field.expression, "exact", 5)).order_by(field.expression, "pk")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE pipeline_deal")
        plan = rows.explain()
    assert indexes.name_of(field) in plan
    field.indexed = False
    field.save()
    assert field_jobs.run() == 1
    assert (field_of(Deal, "size").index_state, index_names()) == ("", set())


def test_values_of_a_deleted_field_are_cleared_away_without_a_word_in_the_log(field, rep):
    other = CustomField.objects.create(model="deal", name="colour", type="String")
    for number in range(5):
        Deal.objects.create(title="x", created_by=rep, custom={field.key: number, other.key: "red"})
    Deal.objects.create(title="y", created_by=rep)
    logged = Change.objects.filter(model="deal")
    before = list(Deal.unrestricted.order_by("pk").values_list("pk", "updated_at")), logged.count()
    field.delete()
    assert field_jobs.run() == 1
    assert {tuple(custom) for custom in Deal.unrestricted.values_list("custom", flat=True)} == {(other.key,), ()}
    assert not CustomField.objects.filter(pk=field.pk).exists()
    assert before == (list(Deal.unrestricted.order_by("pk").values_list("pk", "updated_at")), logged.count())
    other.forget()


def test_one_at_a_time_works(field):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [field_jobs.LOCK])
    found = []

    def elsewhere():
        found.append(field_jobs.run())
        connection.close()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [field_jobs.LOCK])
    assert found == [0]
