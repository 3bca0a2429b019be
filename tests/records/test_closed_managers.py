"""A queryset that was not told for whom yields nothing: forgetting is a crash, not a leak."""

import pytest
from django.db.models import Count

from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from records.querysets import ClosedQuerySet

READS = {
    "list": lambda rows: list(rows.all()),
    "get": lambda rows: rows.get(pk="x"),
    "first": lambda rows: rows.first(),
    "slice": lambda rows: rows.all()[0],
    "count": lambda rows: rows.count(),
    "aggregate": lambda rows: rows.aggregate(Count("pk")),
    "values": lambda rows: list(rows.values("pk")),
    "values_list": lambda rows: list(rows.values_list("pk", flat=True)),
    "iterator": lambda rows: next(rows.iterator()),
    "in_bulk": lambda rows: rows.in_bulk(["x"]),
    "update": lambda rows: rows.update(created_by=None),
    "delete": lambda rows: rows.all().delete(),
    "get_or_create": lambda rows: rows.get_or_create(pk="x"),
    "update_or_create": lambda rows: rows.update_or_create(pk="x"),
    "bulk_update": lambda rows: rows.bulk_update([rows.model(pk="x")], ["created_by"]),
    "union": lambda rows: rows.all().union(rows.model.unrestricted.all()),
    "open or closed": lambda rows: rows.model.unrestricted.all() | rows.all(),
    "closed or open": lambda rows: rows.all() | rows.model.unrestricted.all(),
    "open and closed": lambda rows: rows.model.unrestricted.all() & rows.all(),
    "subquery": lambda rows: list(rows.model.unrestricted.filter(pk__in=rows.all())),
    "subquery of values": lambda rows: list(rows.model.unrestricted.filter(pk__in=rows.values("pk"))),
    "explain": lambda rows: rows.all().explain(),
    "bool": lambda rows: bool(rows.all()),
    "dates": lambda rows: list(rows.dates("created_at", "day")),
}


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Company, Contact, Deal, Activity])
@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_a_closed_queryset_refuses(model, read):
    with pytest.raises(ClosedQuerySet):
        read(model.objects)


def test_reverse_and_prefetched_managers_are_closed_too(company, contact, deal):
    for read in (company.deals.all, company.contacts.all, contact.deals.all, company.activities.all):
        with pytest.raises(ClosedQuerySet):
            list(read())
    with pytest.raises(ClosedQuerySet):
        list(Company.unrestricted.prefetch_related("deals"))


def test_saving_checking_and_refreshing_work_untouched(rep):
    company = Company.objects.create(name="Acme", created_by=rep)
    company.full_clean()
    company.refresh_from_db()
    company.name = "Acme Ltd"
    company.save(update_fields=["name"])
    assert Company.objects.filter(pk=company.pk).exists()
    company.delete()
    assert not Company.objects.exists()


def test_an_opened_queryset_stays_open_through_chaining(rep, deal):
    rows = Deal.objects.filter(title="Rollout").visible_to(rep).order_by("pk").select_related("company")
    assert [row.pk for row in rows.filter(stage="lead")] == [deal.pk]


def test_somebody_signed_out_or_inactive_sees_nothing(rep, deal, django_user_model):
    rep.deactivate()
    assert list(Deal.objects.visible_to(django_user_model.objects.get(pk=rep.pk))) == []
