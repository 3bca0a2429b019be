import django_filters
from django.db.models import QuerySet

from activities.models import ABOUT, Activity
from records.filters import AboutFilter, RecordFilter, YesOrNoFilter

ORDERINGS = {
    "due_date": "due_date",
    "completed_at": "completed_at",
    "created_at": "created_at",
    "updated_at": "updated_at",
}


class ActivityFilter(RecordFilter):
    related_to = AboutFilter(ABOUT)
    type = django_filters.CharFilter(field_name="type", lookup_expr="iexact")
    created_by = django_filters.CharFilter(field_name="created_by")
    done = YesOrNoFilter(method="by_done", label="Done")
    due_date__gte = django_filters.IsoDateTimeFilter(field_name="due_date", lookup_expr="gte")
    due_date__lte = django_filters.IsoDateTimeFilter(field_name="due_date", lookup_expr="lte")
    updated_at__gte = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")
    updated_at__lte = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="lte")
    searched = ("subject", "description")
    named_by = "subject"

    class Meta:
        model = Activity
        fields: list[str] = []

    def by_done(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(completed_at__isnull=not value)
