import re

import django_filters
from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crm.models import Company, Contact
from records.filters import PersonFilter, RecordFilter, RecordsFilter

COMPANY_ORDERINGS = {
    "name": Lower("name"),
    "industry": Lower("industry"),
    "created_at": "created_at",
    "updated_at": "updated_at",
}
CONTACT_ORDERINGS = {"name": Lower("name"), "created_at": "created_at", "updated_at": "updated_at"}
NUMBER = re.compile(r"^\s*\+?[\d\s()/.-]+$")
LEAST_DIGITS = 4
# Not an expression with an index: 10,000 numbers are looked through in some milliseconds.
DIGITS = Func(F("phone"), Value(" +-()/."), Value(""), function="translate", output_field=TextField())
CHANGED = {
    "updated_at__gte": _("Changed since %(value)s"),
    "updated_at__lte": _("Changed until %(value)s"),
}


class CompanyFilter(RecordFilter):
    industry = django_filters.CharFilter(field_name="industry", lookup_expr="iexact", label=_("Industry"))
    created_by = PersonFilter(field_name="created_by", label=_("Added by"))
    updated_at__gte = django_filters.IsoDateTimeFilter(
        field_name="updated_at", lookup_expr="gte", label=_("Changed since")
    )
    updated_at__lte = django_filters.IsoDateTimeFilter(
        field_name="updated_at", lookup_expr="lte", label=_("Changed until")
    )
    in_one = True
    said = CHANGED

    class Meta:
        model = Company
        fields: list[str] = []


class ContactFilter(RecordFilter):
    company = RecordsFilter(Company, field_name="company", label=_("Company"))
    email = django_filters.CharFilter(field_name="email", lookup_expr="iexact", label=_("E-mail"))
    created_by = PersonFilter(field_name="created_by", label=_("Added by"))
    updated_at__gte = django_filters.IsoDateTimeFilter(
        field_name="updated_at", lookup_expr="gte", label=_("Changed since")
    )
    updated_at__lte = django_filters.IsoDateTimeFilter(
        field_name="updated_at", lookup_expr="lte", label=_("Changed until")
    )
    in_one = True
    said = CHANGED

    class Meta:
        model = Contact
        fields: list[str] = []

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """A telephone number is looked for by its digits: ``0301234`` finds ``+49 30 1234-0`` as well."""
        digits = re.sub(r"\D", "", value).lstrip("0") if NUMBER.match(value) else ""
        if len(digits) < LEAST_DIGITS:
            return super().search(queryset, name, value)
        held = Q(its_digits__contains=digits)
        return queryset.alias(its_digits=DIGITS).filter(held | Q(search__contains=value.lower()))

    def containing(self, word: str) -> Q:
        """Also by the company's name, as far as the caller may see the company: a match would tell its name."""
        companies = Company.objects.visible_to(self.user).filter(name__icontains=word)
        return super().containing(word) | Q(company__in=companies.values("pk"))
