import django_filters
from django.db.models import Q
from django.db.models.functions import Lower

from crm.models import Company
from pipeline.models import Deal
from records.filters import RecordFilter, WordsFilter

ORDERINGS = {
    "expected_close_date": "expected_close_date",
    "updated_at": "updated_at",
    "created_at": "created_at",
    "amount": "amount",
    "title": Lower("title"),
}


class DealFilter(RecordFilter):
    stage = django_filters.CharFilter(field_name="stage")
    stage__in = WordsFilter(field_name="stage", lookup_expr="in")
    assigned_to = django_filters.CharFilter(field_name="assigned_to")
    company = django_filters.CharFilter(field_name="company")
    contact = django_filters.CharFilter(field_name="contact")
    amount__gte = django_filters.NumberFilter(field_name="amount", lookup_expr="gte", max_digits=20, decimal_places=4)
    amount__lte = django_filters.NumberFilter(field_name="amount", lookup_expr="lte", max_digits=20, decimal_places=4)
    expected_close_date__gte = django_filters.DateFilter(field_name="expected_close_date", lookup_expr="gte")
    expected_close_date__lte = django_filters.DateFilter(field_name="expected_close_date", lookup_expr="lte")
    updated_at__gte = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")
    updated_at__lte = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="lte")
    in_one = True
    named_by = "title"

    class Meta:
        model = Deal
        fields: list[str] = []

    def containing(self, word: str) -> Q:
        """Also by the company's name: whoever sees a deal sees its company."""
        companies = Company.objects.visible_to(self.user).filter(name__icontains=word)
        return super().containing(word) | Q(company__in=companies.values("pk"))
