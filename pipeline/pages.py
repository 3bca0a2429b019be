from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from activities.timeline import TimelinePages
from crm.models import Company, Contact
from pipeline.actions import Assign, Move
from pipeline.board_order import board_order
from pipeline.columns import COLUMNS
from pipeline.filters import ORDERINGS, DealFilter
from pipeline.forms import DealForm
from pipeline.models import Deal, LostReason, Stage
from records.bulk import Delete, Share
from records.neighbours import Order


def reasons_for(deal: Deal) -> QuerySet[LostReason]:
    """What may be chosen, and what was."""
    return LostReason.objects.filter(Q(active=True) | Q(pk=deal.lost_reason_id))


class DealPages(TimelinePages):
    model = Deal
    form_class = DealForm
    filterset_class = DealFilter
    orderings = ORDERINGS
    ordering = "-updated_at"
    asked_for = ("q", "stage__in", "state", "assigned_to")
    more_filters = (
        "expected_close_date__gte",
        "expected_close_date__lte",
        "amount__gte",
        "amount__lte",
        "next_step",
        "created_by",
    )
    columns = COLUMNS
    actions = (Assign, Move, Share, Delete)
    pointers = ("company", "contact")
    opens = ("company", "contact")
    facts = ("amount", "expected_close_date", "company", "contact", "assigned_to", "notes")

    @classmethod
    def order_of(cls, path: str, query: QueryDict, request: HttpRequest) -> Order | None:
        """Deals are walked in the order of the board as well."""
        if path == reverse("pipeline:board"):
            return board_order(request, query)
        return super().order_of(path, query, request)

    @classmethod
    def listed(cls, rows: QuerySet, user: Any) -> QuerySet:
        return rows.with_parties()

    @classmethod
    def context(cls, record: Deal, user: Any) -> dict[str, Any]:
        return {**super().context(record, user), "stages": Stage.objects.all(), "reasons": reasons_for(record)}

    @classmethod
    def initial(cls, request: HttpRequest) -> dict[str, Any]:
        """Assigned to who adds it; contact and company as the page it was added on says."""
        initial: dict[str, Any] = {"assigned_to": request.user.pk}
        contact = Contact.objects.visible_to(request.user).filter(pk=request.GET.get("contact")).first()
        company_id = request.GET.get("company") or (contact.company_id if contact else None)
        company = Company.objects.visible_to(request.user).filter(pk=company_id).first()
        stage = Stage.objects.filter(pk=request.GET.get("stage")).first()
        named = {"contact": contact, "company": company, "stage": stage}
        return initial | {name: value for name, value in named.items() if value}
