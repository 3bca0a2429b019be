from typing import Any

import django_filters
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from crm.filters import CalledLikeCompany
from crm.models import Company, Contact
from pipeline.models import Deal, Stage
from records.filters import DayFilter, PersonFilter, RecordFilter, RecordsFilter, WordsFilter

ORDERINGS = {
    "expected_close_date": "expected_close_date",
    "updated_at": "updated_at",
    "created_at": "created_at",
    "amount": "amount",
    "title": Lower("title"),
}


def stages() -> list[tuple[str, Any]]:
    return [(stage.pk, str(stage)) for stage in Stage.objects.all()]


class StageFilter(django_filters.CharFilter):
    def words(self, value: str, user: Any) -> list[str]:
        return [str(dict(stages()).get(value, value))]


class DealFilter(CalledLikeCompany, RecordFilter):
    stage = StageFilter(field_name="stage", label=_("Stage"))
    stage__in = WordsFilter(field_name="stage", lookup_expr="in", label=_("Stage"), choices=stages)
    state = django_filters.ChoiceFilter(
        method="by_state", label=_("State"), choices=Stage.Kind.choices, empty_label=_("Any")
    )
    assigned_to = PersonFilter(field_name="assigned_to", label=_("Assigned to"))
    created_by = PersonFilter(field_name="created_by", label=_("Added by"))
    company = RecordsFilter(Company, field_name="company", label=_("Company"))
    contact = RecordsFilter(Contact, field_name="contact", label=_("Contact"))
    amount__gte = django_filters.NumberFilter(
        field_name="amount", lookup_expr="gte", max_digits=20, decimal_places=4, label=_("Amount from")
    )
    amount__lte = django_filters.NumberFilter(
        field_name="amount", lookup_expr="lte", max_digits=20, decimal_places=4, label=_("Amount up to")
    )
    expected_close_date__gte = DayFilter(field_name="expected_close_date", lookup_expr="gte", label=_("Closing from"))
    expected_close_date__lte = DayFilter(field_name="expected_close_date", lookup_expr="lte", label=_("Closing until"))
    next_step = django_filters.ChoiceFilter(
        method="by_next_step",
        label=_("Next step"),
        choices=[("none", _("none planned")), ("some", _("planned"))],
        empty_label=_("Any"),
    )
    moved_at__gte = django_filters.IsoDateTimeFilter(
        field_name="moved_at", lookup_expr="gte", label=_("In its stage since")
    )
    moved_at__lt = django_filters.IsoDateTimeFilter(
        field_name="moved_at", lookup_expr="lt", label=_("In its stage since before")
    )
    updated_at__gte = django_filters.IsoDateTimeFilter(
        field_name="updated_at", lookup_expr="gte", label=_("Changed since")
    )
    updated_at__lte = django_filters.IsoDateTimeFilter(
        field_name="updated_at", lookup_expr="lte", label=_("Changed until")
    )
    in_one = True
    named_by = "title"
    said = {
        "amount__gte": _("%(value)s or more"),
        "amount__lte": _("%(value)s or less"),
        "expected_close_date__gte": _("Closing from %(value)s"),
        "expected_close_date__lte": _("Closing until %(value)s"),
        "moved_at__gte": _("In its stage since %(value)s or later"),
        "moved_at__lt": _("In its stage since before %(value)s"),
        "updated_at__gte": _("Changed since %(value)s"),
        "updated_at__lte": _("Changed until %(value)s"),
    }

    class Meta:
        model = Deal
        fields: list[str] = []

    def by_state(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.in_state(value)

    def by_next_step(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Open deals with (or without) an open task that the caller sees. A task has a due date; won needs none."""
        about = {"related_type": ContentType.objects.get_for_model(Deal), "related_id": OuterRef("pk")}
        planned = Exists(Activity.objects.visible_to(self.user).to_do().filter(**about))
        return queryset.filter(planned if value == "some" else ~planned, stage__kind=Stage.Kind.OPEN)
