from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from accounts.models import User
from activities.timeline import TimelinePages
from crm.models import Company, Contact
from pipeline.actions import Assign, Move
from pipeline.board import Board
from pipeline.columns import COLUMNS
from pipeline.filters import ORDERINGS, DealFilter
from pipeline.forms import DealForm, StageForm
from pipeline.models import Deal, Stage
from records import keyset
from records.bulk import Delete, Share
from records.door import RecordView
from records.transactions import atomically


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
    def listed(cls, rows: QuerySet, user: Any) -> QuerySet:
        return rows.with_parties()

    @classmethod
    def context(cls, record: Deal, user: Any) -> dict[str, Any]:
        return {**super().context(record, user), "stages": Stage.objects.all()}

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


class BoardView(RecordView):
    pages = DealPages

    def get(self, request: HttpRequest) -> HttpResponse:
        board = Board(request)
        context = {
            "board": board,
            "columns": board.columns(),
            "people": User.objects.directory(),
            "may_add": request.user.has_perm("pipeline.add_deal"),
        }
        return render(request, "pipeline/board.html", context, status=200 if board.is_valid else 400)


class ColumnView(RecordView):
    """The next cards of one column, for the button under it."""

    pages = DealPages

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        board = Board(request)
        try:
            page = board.more(slug, request.GET.get("cursor", ""))
        except keyset.BadCursor:
            return HttpResponse("Reload the board to see more.", status=400, content_type="text/plain")
        return render(
            request, "pipeline/_cards.html", {"cards": page.rows, "next": page.next, "slug": slug, "board": board}
        )


class StageView(RecordView):
    """Moves a deal. The board is answered both column heads; a page without JavaScript goes back to where it was."""

    pages = DealPages
    action = "change"

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        form = StageForm(request.POST)
        if not form.is_valid():
            return self._refuse(" ".join(form.errors.get("stage", ["Which stage?"])), 422)
        try:
            moved, stage = atomically(self._move, form.cleaned_data)
        except PermissionDenied as error:
            return self._refuse(str(error), 403)
        refusal = "" if moved else f"Somebody moved it to {stage} meanwhile."
        if self._from_board:
            context = {"columns": Board(request).heads(), "refusal": refusal, "stage": stage}
            return render(request, "pipeline/_heads.html", context, status=200 if moved else 409)
        if refusal:
            return self._refuse(refusal, 409)
        messages.success(request, "The deal is moved.")
        return self.go(reverse("pipeline:deal-detail", args=[pk]))

    @property
    def _from_board(self) -> bool:
        return self.request.headers.get("HX-Request") == "true"

    def _move(self, wanted: dict[str, str]) -> tuple[bool, Stage]:
        """Whether it stands where it was wanted, and the stage it had. Sent twice, a move is made once."""
        deal = self.editable_record()
        was = deal.stage
        if deal.stage_id == wanted["stage"]:
            return True, was
        if wanted["was"] and wanted["was"] != deal.stage_id:
            return False, was
        deal.move_to(wanted["stage"])
        return True, was

    def _refuse(self, reason: str, status: int) -> HttpResponse:
        if self._from_board:
            return HttpResponse(reason, status=status, content_type="text/plain")
        messages.error(self.request, reason)
        return self.go(reverse("pipeline:deal-detail", args=[self.kwargs["pk"]]))


urls = [
    path("pipeline/", BoardView.as_view(), name="board"),
    path("pipeline/<slug:slug>/", ColumnView.as_view(), name="column"),
    path("deals/<str:pk>/stage/", StageView.as_view(), name="deal-stage"),
    *DealPages.urls(),
]
