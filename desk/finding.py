"""One question, asked of contacts, companies and deals."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Case, CharField, DateTimeField, ExpressionWrapper, F, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest
from django.urls import reverse

from crm.filters import CompanyFilter, ContactFilter
from crm.models import Company, Contact
from crm.pages import ContactPages
from pipeline.filters import DealFilter
from pipeline.models import Deal

SHOWN = 10  # of each class
FEW = 5  # of each class, where one is still typing
# Plus nothing, so that no index can be walked in this order: whoever sees little, or asks for what is rare, would have
# it walked to its end. The rows that match are found by who may see them, and sorted.
NEWEST = ExpressionWrapper(F("updated_at") + timedelta(0), output_field=DateTimeField()).desc()
NAMES = {"contacts": "name", "companies": "name", "deals": "title"}
KINDS = list(NAMES)


def find(request: HttpRequest, words: str) -> dict[str, Any]:
    """The rows that hold every word, of each class: what is called just that first, then the newest changed."""
    rows = _matching(request, words)
    rows["contacts"] = ContactPages.listed(rows["contacts"], request.user)
    rows["deals"] = rows["deals"].with_parties()  # type: ignore[attr-defined]
    return {kind: list(found.order_by(_nearness(kind, words), NEWEST)[:SHOWN]) for kind, found in rows.items()}


def meant(found: dict[str, Any], words: str) -> Any:
    """The one record that somebody who typed this can only mean: the only one, or the only one of that name."""
    rows = [row for part in found.values() for row in part]
    called = [row for row in rows if str(row).casefold() == words.casefold()]
    return rows[0] if len(rows) == 1 else called[0] if len(called) == 1 else None


@dataclass(frozen=True)
class Found:
    """As much of a record as one line shows."""

    kind: str
    pk: str
    name: str
    detail: str
    stage: str
    stage_name: str
    nearness: int
    changed: Any

    @property
    def url(self) -> str:
        page = {"contacts": "crm:contact-detail", "companies": "crm:company-detail", "deals": "pipeline:deal-detail"}
        return reverse(page[self.kind], args=[self.pk])

    def __str__(self) -> str:
        return self.name


def find_few(request: HttpRequest, words: str) -> list[Found]:
    """The same for who is still typing, in one statement; without words the newest changed that one may see."""
    parts = [_lines(kind, rows, words) for kind, rows in _matching(request, words).items()]
    found = [Found(*line) for line in parts[0].union(*parts[1:], all=True)]
    found.sort(key=lambda line: line.changed, reverse=True)
    return sorted(found, key=lambda line: (line.nearness, KINDS.index(line.kind))) if words else found[:FEW]


def _matching(request: HttpRequest, words: str) -> dict[str, QuerySet]:
    user, data = request.user, {"q": words}
    return {
        "contacts": ContactFilter(data, Contact.objects.visible_to(user), request=request).qs,
        "companies": CompanyFilter(data, Company.objects.visible_to(user), request=request).qs,
        "deals": DealFilter(data, Deal.objects.visible_to(user), request=request).qs,
    }


def _nearness(kind: str, words: str) -> Any:
    name = NAMES[kind]
    called = When(**{f"{name}__iexact": words}, then=Value(0))
    begins = When(**{f"{name}__istartswith": words}, then=Value(1))
    return Case(called, begins, default=Value(2)) if words else Value(0)


def _lines(kind: str, rows: QuerySet, words: str) -> QuerySet:
    """Whoever sees a deal sees its company; a contact's may be hidden, so it says nothing of it."""
    nothing = Value("", output_field=CharField())
    shown = {"contacts": ("email", "phone"), "companies": ("website", "industry"), "deals": ("company__name",)}[kind]
    columns = {
        "its_kind": Value(kind, output_field=CharField()),
        "its_name": Cast(NAMES[kind], TextField()),
        "its_detail": Coalesce(*(Cast(column, TextField()) for column in shown), Value("", output_field=TextField())),
        "its_stage": F("stage_id") if kind == "deals" else nothing,
        "its_stage_name": F("stage__label") if kind == "deals" else nothing,
        "its_nearness": _nearness(kind, words),
    }
    order = [_nearness(kind, words), NEWEST] if words else [NEWEST]
    lines = rows.annotate(**columns).order_by(*order)
    first, *others = columns
    return lines.values_list(first, "pk", *others, "updated_at")[:FEW]
