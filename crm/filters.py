import re
from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crm.models import Company, Contact
from records.filters import WORDS, PersonFilter, RecordFilter, RecordsFilter
from records.grams import Among, held, narrowed, of_word, with_grams

COMPANY_ORDERINGS = {
    "name": Lower("name"),
    "industry": Lower("industry"),
    "created_at": "created_at",
    "updated_at": "updated_at",
}
CONTACT_ORDERINGS = {"name": Lower("name"), "created_at": "created_at", "updated_at": "updated_at"}
NUMBER = re.compile(r"^\s*\+?[\d\s()/.-]+$")
LEAST_DIGITS = 4
MOST = 3_000  # companies that are named one by one
# As the index of grams has them, too.
DIGITS = Func(F("phone"), Value(" +-()/."), Value(""), function="translate", output_field=TextField())
CHANGED = {
    "updated_at__gte": _("Changed since %(value)s"),
    "updated_at__lte": _("Changed until %(value)s"),
}


class CalledLikeCompany:
    """For rows that point to a company: a word may also be in its name, as far as the caller may see the company.

    One or two letters are in too many names to say anything, and are looked for in the rows alone.
    """

    request: Any
    user: Any

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        words = [word for word in value.split()[:WORDS] if of_word(word)]
        self.called = companies_called(self.request, self.user, words)
        return super().search(queryset, name, value)  # type: ignore[misc]

    def containing(self, word: str) -> Q:
        found = super().containing(word)  # type: ignore[misc]
        called = self.called.get(word, [])
        if isinstance(called, list):
            return Q(Among("company_id", called)) | found if called else found
        return Q(company__in=called) | found


def companies_called(request: Any, user: Any, words: Sequence[str]) -> dict[str, Any]:
    """By word, the ids of the companies that hold it; of very many not the ids, but the question for them.

    Named one by one, an index finds what points to them. One statement for all words, once in a request.
    """
    known = request.__dict__.setdefault("_companies_called", {})
    asked = {word: narrowed(Company.objects.visible_to(user), word).filter(name__icontains=word) for word in words}
    new = [word for word in asked if (user.pk, word) not in known]
    if new:
        parts = [
            asked[word].order_by().annotate(word=Value(at)).values_list("word", "pk") for at, word in enumerate(new)
        ]
        found: dict[str, list[str]] = {word: [] for word in new}
        for at, pk in parts[0][: MOST + 1].union(*(part[: MOST + 1] for part in parts[1:]), all=True):
            found[new[at]].append(pk)
        for word, ids in found.items():
            known[user.pk, word] = ids if len(ids) <= MOST else None
    return {word: asked[word].values("pk") if known[user.pk, word] is None else known[user.pk, word] for word in words}


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


class ContactFilter(CalledLikeCompany, RecordFilter):
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
        rows = with_grams(queryset).alias(its_digits=DIGITS)
        said = Q(search__contains=value.lower()) & held(value)
        return rows.filter(Q(its_digits__contains=digits) & held(digits) | said)
