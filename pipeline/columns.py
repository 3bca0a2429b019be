"""What the list of deals can show."""

from django.utils.translation import gettext_lazy as _

from crm.columns import KEPT, NEXT_STEP
from records.cells import CloseDay, Long, Moment, Money, Name, Partial, Person, Pointer
from records.columns import Column

COLUMNS = (
    Column("title", _("Title"), Name(), sort="title"),
    Column("company", _("Company"), Pointer()),
    Column("contact", _("Contact"), Pointer(), shown=False),
    Column("stage", _("Stage"), Partial("pipeline/_stage.html", "stage")),
    Column("amount", _("Amount"), Money(), sort="amount"),
    Column("expected_close_date", _("Closing"), CloseDay(), sort="expected_close_date"),
    Column("assigned_to", _("Assigned to"), Person()),
    NEXT_STEP,
    Column("moved_at", _("In its stage since"), Moment(), shown=False),
    Column(
        "lost_reason",
        _("Reason, if lost"),
        Person(),
        shown=False,
        along=lambda rows, user: rows.select_related("lost_reason"),
    ),
    Column("notes", _("Notes"), Long(), shown=False),
    *KEPT,
)
