"""What the lists of companies and contacts can show."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from records.cells import Due, Email, Long, Name, Phone, Pointer, Web
from records.columns import Column, kept_by_the_server


def with_next_step(rows: QuerySet, user: Any) -> QuerySet:
    """``next_step``: when the first open task about each is due, of those that the user sees."""
    about = {"related_type": ContentType.objects.get_for_model(rows.model), "related_id": OuterRef("pk")}
    tasks = Activity.objects.visible_to(user).to_do().filter(**about).order_by("due_date")
    return rows.annotate(next_step=Subquery(tasks.values("due_date")[:1]))


NEXT_STEP = Column("next_step", _("Next step"), Due(), shown=False, along=with_next_step)
KEPT = kept_by_the_server(_("Added by"), _("Added"), _("Changed"))

COMPANY_COLUMNS = (
    Column("name", _("Name"), Name(square=True), sort="name"),
    Column("industry", _("Industry"), sort="industry"),
    Column("website", _("Website"), Web()),
    Column("address", _("Address"), shown=False),
    Column("notes", _("Notes"), Long(), shown=False),
    NEXT_STEP,
    *KEPT,
)
CONTACT_COLUMNS = (
    Column("name", _("Name"), Name(square=False), sort="name"),
    # Only as far as the user may see it: a contact can be shared without its company.
    Column("company", _("Company"), Pointer(), of="visible_company"),
    Column("email", _("E-mail"), Email()),
    Column("phone", _("Phone"), Phone()),
    Column("notes", _("Notes"), Long(), shown=False),
    NEXT_STEP,
    *KEPT,
)
