from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from activities.filters import ActivityFilter
from activities.models import ABOUT, KINDS, Activity, ActivityRoleGrant, ActivityUserGrant
from records.admin import RecordAdmin, grants
from records.admin_forms import RecordAdminForm
from records.models import Record
from records.serializers import record_named


class KindFilter(admin.SimpleListFilter):
    title = _("type")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return list(KINDS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(type=self.value()) if self.value() else queryset


class AboutChoice(forms.ModelChoiceField):
    """The classes that an activity may be about."""

    def label_from_instance(self, obj: ContentType) -> str:
        return obj.model


class ActivityAdminForm(RecordAdminForm):
    def clean(self) -> dict:
        cleaned = super().clean()
        kind, pk = cleaned.get("related_type"), cleaned.get("related_id")
        moved = {"related_type", "related_id"} & set(self.changed_data)
        if bool(kind) != bool(pk) and "related_type" not in self.errors:
            self.add_error("related_id", _("Name the class and the id of the record."))
        elif kind and pk and moved and not record_named(f"{kind.model}:{pk}", ABOUT, self.viewer):
            self.add_error("related_id", _("There is no such record, or you may not see it."))
        return cleaned

    def _update_errors(self, errors: ValidationError) -> None:
        """The model says once more of ``related_to``, which is no field here, what was said of the class or the id."""
        if "related_to" in getattr(errors, "error_dict", {}):
            named = dict(errors.error_dict)
            again = named.pop("related_to")
            errors = ValidationError(
                named if {"related_type", "related_id"} & set(self.errors) else {"related_id": again}
            )
        super()._update_errors(errors)


@admin.register(Activity)
class ActivityAdmin(RecordAdmin):
    """Who was given the activity alone may not see what it is about: then that is a bare pointer."""

    form = ActivityAdminForm
    filterset_class = ActivityFilter
    list_display = ["__str__", "type", "target", "due_date", "completed_at", "author", "updated_at"]
    list_select_related = ["created_by"]
    list_filter = [KindFilter, "due_date", ("completed_at", admin.EmptyFieldListFilter)]
    sortable_by = ["due_date", "updated_at"]
    search_fields = ["subject", "description"]
    record_fields = [
        "type",
        "subject",
        "description",
        "due_date",
        "completed_at",
        "related_type",
        "related_id",
    ]
    pointer = ("related_type", "related_id")
    inlines = grants(ActivityUserGrant, ActivityRoleGrant)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "related_type":
            kinds = ContentType.objects.filter(app_label__in=["crm", "pipeline"], model__in=ABOUT).order_by("model")
            return AboutChoice(kinds, label=_("About a"), required=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "related_id" and field:
            field.label, field.help_text = _("With the id"), _("As in the address of its page.")
        return field

    def target_of(self, row: Activity) -> tuple[type[Record], str] | None:
        if not row.related_id:
            return None
        return ContentType.objects.get_for_id(row.related_type_id).model_class(), row.related_id

    @admin.display(description=_("about"))
    def target(self, row: Any) -> str:
        return super().target(row)
