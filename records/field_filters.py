"""Custom fields as filters of lists: for the pages and the REST API alike, beside those of the class."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from drf_spectacular.drainage import set_override

from records.definitions import CustomField
from records.fields import fields_of, shown_fields
from records.filters import ME, PersonFilter, RecordsFilter, Select, YesOrNoFilter
from records.kept import Holds, KeptText, compared, looked_up
from records.values import ARRAY, BOOLEAN, CHOICE, DATE, NUMBER, POINTER, STRING


class Added:
    """A filter over what is kept under a key. ``lookup``: exact, gte, lte, lt, contains (text), holds (a list)."""

    added: CustomField
    lookup = "exact"

    def of(self, field: CustomField, lookup: str = "exact") -> Any:
        self.added, self.lookup = field, lookup
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        """A definition is shared: it is not for a list to change."""
        copy = self.__class__.__new__(self.__class__)
        copy.__dict__.update(self.__dict__)
        copy.__dict__.pop("_field", None)
        return copy

    def condition(self, value: Any) -> Q:
        if self.lookup == "contains":
            return Q(looked_up(KeptText(self.added.key), "icontains", value))
        if self.lookup == "holds":
            return Q(Holds(self.added.expression, [value]))
        return compared(self.added.expression, self.lookup, self.added.stored(value))

    def filter(self, queryset: QuerySet, value: Any) -> QuerySet:
        if value is None or value == "":
            return queryset
        try:
            return queryset.filter(self.condition(value))
        except ValidationError:  # no value of this field could be that
            return queryset.none()


class AddedText(Added, django_filters.CharFilter):
    pass


class AddedNumber(Added, django_filters.NumberFilter):
    def words(self, value: Any, user: Any) -> list[str]:
        """No money."""
        return [number_format(value)]


class AddedMoment(Added, django_filters.IsoDateTimeFilter):
    pass


class AddedChoice(Added, django_filters.CharFilter):
    def words(self, value: str, user: Any) -> list[str]:
        return [value]


class AddedYesOrNo(Added, YesOrNoFilter):
    pass


class AddedRecord(Added, RecordsFilter):
    pass


class AddedPerson(Added, PersonFilter):
    def filter(self, queryset: QuerySet, value: Any) -> QuerySet:
        return super().filter(queryset, self.parent.user.pk if value == ME else value)


def filters_for(model: Any) -> dict[str, Any]:
    """By name, in the order of the fields."""
    return {name: made for field in fields_of(model) for name, made in _filters(field).items()}


def filter_names(model: Any) -> tuple[str, ...]:
    """Those that a page shows: what people ask for, who know no ids."""
    return tuple(name for field in shown_fields(model) for name in _filters(field) if _is_for_people(field, name))


def _is_for_people(field: CustomField, name: str) -> bool:
    if field.type in (STRING, NUMBER):
        return name != field.api_name
    return field.type != POINTER or field.target == "user"


def _filters(field: CustomField) -> dict[str, Any]:
    name, label = field.api_name, field.label
    found: dict[str, Any] = {}
    if field.type == STRING:
        found[name] = _described(AddedText(label=label).of(field), "string", field)
        contains = AddedText(label=_says(label, _("%(label)s contains"))).of(field, "contains")
        found[f"{name}__contains"] = _described(contains, "string", field)
    elif field.type == NUMBER:
        for end, words in NUMBERS.items():
            made = AddedNumber(label=_says(label, words)).of(field, end or "exact")
            found[f"{name}__{end}" if end else name] = _described(made, "number", field)
    elif field.type == DATE:
        for end, words in MOMENTS.items():
            widget = forms.DateInput({"type": "date"})
            made = AddedMoment(label=_says(label, words), widget=widget).of(field, end)
            found[f"{name}__{end}"] = _described(made, "string", field, format="date-time")
    elif field.type == ARRAY:
        holds = AddedText(label=_says(label, _("%(label)s holds"))).of(field, "holds")
        found[name] = _described(holds, "string", field)
    elif field.type in (BOOLEAN, CHOICE, POINTER):
        found[name] = _chosen(field)
    return found  # an object is not filtered by


NUMBERS = {"": _("%(label)s"), "gte": _("%(label)s from"), "lte": _("%(label)s up to")}
MOMENTS = {"gte": _("%(label)s from"), "lt": _("%(label)s before")}


def _says(label: str, words: Any) -> str:
    return str(words) % {"label": label}


def _described(made: Any, kind: str, field: CustomField, **more: Any) -> Any:
    """For OpenAPI, which finds no column to look at."""
    set_override(made, "field", {"type": kind, **more})
    made.extra.setdefault("help_text", field.description)
    return made


def _chosen(field: CustomField) -> Any:
    if field.type == BOOLEAN:
        return _described(AddedYesOrNo(label=field.label).of(field), "string", field, enum=["true", "false"])
    if field.type == CHOICE:
        offered = [("", _("Any")), *((one, one) for one in field.choices)]
        made = AddedChoice(label=field.label, widget=Select(choices=offered)).of(field)
        return _described(made, "string", field)
    if field.target == "user":
        return _described(AddedPerson(label=field.label).of(field), "string", field)
    return _described(AddedRecord(field.target_model, label=field.label).of(field), "string", field)
