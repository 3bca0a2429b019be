"""Custom fields in Django's administration: the same form and rules as on the settings page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.admin_lists import LargeTableAdmin
from records.definitions import CustomField
from records.field_forms import CustomFieldForm
from records.field_jobs import start_jobs


@admin.register(CustomField)
class CustomFieldAdmin(LargeTableAdmin):
    form = CustomFieldForm
    list_display = ["__str__", "model", "name", "type", "required", "hidden", "order", "index_state"]
    list_filter = ["model", "type", "required", "hidden"]
    search_fields = ["name", "label"]
    ordering = ["model", "order", "created_at"]
    actions = ["delete_selected"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).living()  # type: ignore[attr-defined]

    def save_model(self, request: HttpRequest, obj: CustomField, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user  # type: ignore[assignment]
        obj.save()
        start_jobs()

    def has_delete_permission(self, request: HttpRequest, obj: CustomField | None = None) -> bool:
        return super().has_delete_permission(request, obj)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        field = self.get_object(request, object_id)
        if field is not None and (reasons := field.used_by()):
            for reason in [*reasons, _("Change or delete that first, or hide the field instead.")]:
                self.message_user(request, reason, messages.ERROR)
            return self.response_post_save_change(request, field)
        return super().delete_view(request, object_id, extra_context)

    def delete_model(self, request: HttpRequest, obj: CustomField) -> None:
        obj.delete()
        start_jobs()

    @admin.action(permissions=["delete"], description=_("Delete selected %(verbose_name_plural)s"))
    def delete_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Those that nothing is built upon."""
        used = [field.pk for field in queryset if field.used_by()]
        if used:
            self.message_user(request, _("Left out: fields that are in use."), messages.WARNING)
        return delete_selected(self, request, queryset.exclude(pk__in=used))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        try:
            queryset.delete()
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        start_jobs()
