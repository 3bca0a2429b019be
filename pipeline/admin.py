from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin_lists import LargeTableAdmin
from pipeline.filters import DealFilter
from pipeline.models import Deal, DealRoleGrant, DealUserGrant, LostReason, Stage
from records.admin import RecordAdmin, grants
from records.templatetags.records import money


@admin.register(Deal)
class DealAdmin(RecordAdmin):
    """Who sees a deal sees its company and contact, so both are named."""

    filterset_class = DealFilter
    list_display = [
        "title",
        "stage",
        "worth",
        "company",
        "contact",
        "assigned_to",
        "expected_close_date",
        "updated_at",
    ]
    list_select_related = ["stage", "company", "contact", "assigned_to"]
    list_filter = ["stage", "expected_close_date"]
    sortable_by = ["worth", "expected_close_date", "updated_at"]
    search_fields = ["title"]
    record_fields = [
        "title",
        "amount",
        "stage",
        "lost_reason",
        "company",
        "contact",
        "expected_close_date",
        "assigned_to",
        "notes",
    ]
    autocomplete_fields = ["company", "contact", "assigned_to"]
    inlines = grants(DealUserGrant, DealRoleGrant)

    @admin.display(description=_("amount"), ordering="amount")
    def worth(self, deal: Deal) -> str:
        return money(deal.amount)


@admin.register(Stage)
class StageAdmin(LargeTableAdmin):
    """The columns of the board. A stage that deals stand in cannot be deleted; its key never changes."""

    list_display = ["label", "slug", "order", "kind", "probability", "reason_required", "rot_days", "colour"]
    list_editable = ["order"]
    ordering = ["order", "slug"]
    search_fields = ["label", "slug"]
    fields = ["slug", "label", "order", "kind", "probability", "reason_required", "rot_days", "colour"]

    def get_readonly_fields(self, request: HttpRequest, obj: Stage | None = None) -> list[str]:
        return ["slug"] if obj else []

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list, dict, set, list]:
        """That deals stand in it, not which: they may be hidden from who asks."""
        used = [stage for stage in objs if Deal.objects.filter(stage=stage).exists()]
        return [str(stage) for stage in objs], {}, set(), [f"deals in the stage {stage}" for stage in used]


@admin.register(LostReason)
class LostReasonAdmin(LargeTableAdmin):
    """Why deals are lost. One that deals have cannot be deleted, but be made inactive; its key never changes."""

    list_display = ["label", "slug", "order", "active"]
    list_editable = ["order", "active"]
    ordering = ["order", "slug"]
    search_fields = ["label", "slug"]
    fields = ["slug", "label", "order", "active"]

    def get_readonly_fields(self, request: HttpRequest, obj: LostReason | None = None) -> list[str]:
        return ["slug"] if obj else []

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list, dict, set, list]:
        """That deals have it, not which: they may be hidden from who asks."""
        used = [reason for reason in objs if Deal.objects.filter(lost_reason=reason).exists()]
        return [str(reason) for reason in objs], {}, set(), [f"deals lost for the reason {reason}" for reason in used]
