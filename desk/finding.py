"""One question, asked of contacts, companies and deals."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Case, CharField, DateTimeField, ExpressionWrapper, F, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Lower
from django.http import HttpRequest
from django.urls import reverse

from accounts.principals import rights_of
from crm.filters import CompanyFilter, ContactFilter
from crm.pages import ContactPages
from pipeline.filters import DealFilter
from records.grams import of_word

SHOWN = 10  # of each class
FEW = 5  # of each class, where one is still typing
# Plus nothing, so that no index can be walked in this order: whoever sees little, or asks for what is rare, would have
# it walked to its end. The rows that match are found by who may see them, and sorted.
NEWEST = ExpressionWrapper(F("updated_at") + timedelta(0), output_field=DateTimeField()).desc()
NAMES = {"contacts": "name", "companies": "name", "deals": "title"}
FILTERS: dict[str, Any] = {"contacts": ContactFilter, "companies": CompanyFilter, "deals": DealFilter}
KINDS = list(NAMES)
MOST = 500  # rows of a class that are compared with each other
NEW = 1_000  # of a class where more hold the words


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
    """Rows that hold every word, of each class. Where very many do: those called so, the newest, and some more."""
    user = request.user
    visible: dict[str, Any] = {kind: filter_.Meta.model.objects.visible_to(user) for kind, filter_ in FILTERS.items()}
    if not words:
        newest = {kind: rows.filter(pk__in=rows.model.newest(NEW)) for kind, rows in visible.items()}
        return newest if _sees_many(user) else visible
    holding = {kind: FILTERS[kind]({"q": words}, rows, request=request).qs for kind, rows in visible.items()}
    if not any(of_word(word) for word in words.split()) and _sees_many(user):
        ids = _ids({kind: rows.filter(pk__in=_first_to_see(kind, rows, words)) for kind, rows in holding.items()})
        return {kind: rows.filter(pk__in=ids[kind]) for kind, rows in visible.items()}
    ids = _ids({kind: rows[: MOST + 1] for kind, rows in holding.items()})
    if common := [kind for kind, found in ids.items() if len(found) > MOST]:
        more = _ids({kind: holding[kind].filter(pk__in=_first_to_see(kind, holding[kind], words)) for kind in common})
        ids |= {kind: ids[kind] | found for kind, found in more.items()}
    return {kind: rows.filter(pk__in=ids[kind]) for kind, rows in visible.items()}


def _ids(rows: dict[str, QuerySet]) -> dict[str, set[str]]:
    """Of all classes in one statement."""
    parts = [found.annotate(kind=Value(kind)).values_list("kind", "pk") for kind, found in rows.items()]
    ids: dict[str, set[str]] = {kind: set() for kind in rows}
    for kind, pk in parts[0].union(*parts[1:], all=True):
        ids[kind].add(pk)
    return ids


def _first_to_see(kind: str, rows: QuerySet, words: str) -> QuerySet:
    """The ids of what is called like that, as an index of names knows it, and of the newest of all."""
    called = rows.alias(low=Lower(NAMES[kind])).filter(low__startswith=words.lower()).order_by("low", "pk")
    return called.values("pk")[:MOST].union(rows.model.newest(NEW), all=True)


def _sees_many(user: Any) -> bool:
    rights = rights_of(user)
    return rights.may("records.read_all") or any(name.startswith("team:") for name in rights.principals)


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
