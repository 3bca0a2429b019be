"""What the list of activities can show, and what can be done with several of them."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from activities.models import KINDS
from records.bulk import Edit, counted
from records.cells import Cell, Long, Moment, Pointer
from records.columns import Column, kept_by_the_server
from records.templatetags.records import moment


class Subject(Cell):
    """The activity itself, as a link; struck where it is done."""

    def html(self, value: Any, row: Any) -> str:
        link = format_html('<a href="{}">{}</a>', row.get_absolute_url(), row)
        return format_html("<s>{}</s>", link) if row.is_done and row.due_date else link


class Kind(Cell):
    css = "unbroken"

    def html(self, value: Any, row: Any) -> str:
        return conditional_escape(row.get_type())

    def text(self, value: str | None) -> str:
        return super().text(str(KINDS.get(value or "", value or "")))


class Due(Moment):
    """Late in words too, not by its colour alone."""

    css = ""

    def html(self, value: datetime | None, row: Any) -> str:
        late = format_html(' <span class="hidden">({})</span>', _("late")) if row.is_overdue else ""
        return format_html("{}{}", moment(value), late)

    def css_for(self, row: Any) -> str:
        return "late" if row.is_overdue else ""


class Done(Moment):
    def html(self, value: datetime | None, row: Any) -> str:
        return conditional_escape(moment(value))


COLUMNS = (
    Column("subject", lazy("Subject"), Subject()),
    Column("type", lazy("Kind"), Kind()),
    Column("about", lazy("About"), Pointer(), of="target", along=lambda rows, user: rows.with_targets(user)),
    Column("due_date", lazy("Due"), Due(), sort="due_date"),
    Column("completed_at", lazy("Done"), Done(), sort="completed_at"),
    Column("description", lazy("Text"), Long(), shown=False),
    *kept_by_the_server(lazy("By"), lazy("Logged"), lazy("Changed")),
)


class Complete(Edit):
    name = "complete"
    label = lazy("Complete")
    icon = "check"
    shows = "completed_at"

    def values(self, wanted: dict[str, Any]) -> dict[str, Any]:
        return {"completed_at": timezone.now()}

    def apply(self, rows: list, wanted: dict[str, Any], user: Any) -> int:
        """What is done already keeps the moment it was done at."""
        return super().apply([row for row in rows if not row.is_done], wanted, user)

    def question(self, model: Any, number: int) -> str:
        return _("Complete %(rows)s?") % {"rows": counted(model, number)}

    def done(self, model: Any, number: int, wanted: dict[str, Any]) -> str:
        return ngettext("%(rows)s is done now.", "%(rows)s are done now.", number) % {"rows": counted(model, number)}
