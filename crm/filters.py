import django_filters
from django.db.models import Q
from django.db.models.functions import Lower

from crm.models import Company, Contact
from records.filters import RecordFilter

COMPANY_ORDERINGS = {
    "name": Lower("name"),
    "industry": Lower("industry"),
    "created_at": "created_at",
    "updated_at": "updated_at",
}
CONTACT_ORDERINGS = {"name": Lower("name"), "created_at": "created_at", "updated_at": "updated_at"}


class CompanyFilter(RecordFilter):
    industry = django_filters.CharFilter(field_name="industry", lookup_expr="iexact")
    created_by = django_filters.CharFilter(field_name="created_by")
    updated_at__gte = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")
    updated_at__lte = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="lte")
    in_one = True

    class Meta:
        model = Company
        fields: list[str] = []


class ContactFilter(RecordFilter):
    company = django_filters.CharFilter(field_name="company")
    email = django_filters.CharFilter(field_name="email", lookup_expr="iexact")
    created_by = django_filters.CharFilter(field_name="created_by")
    updated_at__gte = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")
    updated_at__lte = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="lte")
    in_one = True

    class Meta:
        model = Contact
        fields: list[str] = []

    def containing(self, word: str) -> Q:
        """Also by the company's name, as far as the caller may see the company: a match would tell its name."""
        companies = Company.objects.visible_to(self.user).filter(name__icontains=word)
        return super().containing(word) | Q(company__in=companies.values("pk"))
