from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from activities.models import ABOUT, KINDS, Activity
from records.filters import AboutFilter, PersonFilter, RecordFilter, Select, YesOrNoFilter

ORDERINGS = {
    "due_date": "due_date",
    "completed_at": "completed_at",
    "created_at": "created_at",
    "updated_at": "updated_at",
}


class KindFilter(django_filters.CharFilter):
    """Any word: programs make up kinds of their own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs, widget=Select(choices=[("", _("Any")), *KINDS.items()]))

    def words(self, value: str, user: Any) -> list[str]:
        return [str(KINDS.get(value.lower(), value))]


class ActivityFilter(RecordFilter):
    related_to = AboutFilter(ABOUT, label=_("About"))
    type = KindFilter(field_name="type", lookup_expr="iexact", label=_("Kind"))
    created_by = PersonFilter(field_name="created_by", label=_("By"))
    done = YesOrNoFilter(method="by_done", label=_("Done"))
    state = django_filters.ChoiceFilter(
        method="by_state", label=_("State"), choices=[("open", _("To do")), ("done", _("Done"))], empty_label=_("Any")
    )
    due_date__gte = django_filters.IsoDateTimeFilter(field_name="due_date", lookup_expr="gte", label=_("Due from"))
    due_date__lte = django_filters.IsoDateTimeFilter(field_name="due_date", lookup_expr="lte", label=_("Due until"))
    due_date__lt = django_filters.IsoDateTimeFilter(field_name="due_date", lookup_expr="lt", label=_("Due before"))
    updated_at__gte = django_filters.IsoDateTimeFilter(
        field_name="updated_at", lookup_expr="gte", label=_("Changed since")
    )
    updated_at__lte = django_filters.IsoDateTimeFilter(
        field_name="updated_at", lookup_expr="lte", label=_("Changed until")
    )
    searched = ("subject", "description")
    named_by = "subject"
    said = {
        "due_date__gte": _("Due from %(value)s"),
        "due_date__lte": _("Due until %(value)s"),
        "due_date__lt": _("Due before %(value)s"),
        "updated_at__gte": _("Changed since %(value)s"),
        "updated_at__lte": _("Changed until %(value)s"),
    }

    class Meta:
        model = Activity
        fields: list[str] = []

    def by_done(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(completed_at__isnull=not value)

    def by_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """To do is what has a due date and is not done: a note is neither."""
        return queryset.to_do() if value == "open" else queryset.filter(completed_at__isnull=False)  # type: ignore[attr-defined]
