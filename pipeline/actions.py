"""What is done with several deals at once, beside what is done with several records of any class."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from accounts.models import User
from pipeline.forms import StageSelect
from pipeline.models import LostReason, Stage
from records.bulk import Edit, counted


class AssigneeForm(forms.Form):
    assigned_to = forms.ModelChoiceField(
        User.objects.directory(), label=lazy("Assign to"), empty_label=lazy("Nobody"), required=False
    )


class Assign(Edit):
    name = "assign"
    label = lazy("Assign")
    icon = "user"
    form_class = AssigneeForm
    shows = "assigned_to"

    def values(self, wanted: dict[str, Any]) -> dict[str, Any]:
        return {"assigned_to": wanted["assigned_to"]}

    def question(self, model: Any, number: int) -> str:
        return _("Assign %(rows)s to somebody else?") % {"rows": counted(model, number)}

    def done(self, model: Any, number: int, wanted: dict[str, Any]) -> str:
        rows, who = counted(model, number), wanted["assigned_to"]
        if who is None:
            return ngettext("%(rows)s is assigned to nobody now.", "%(rows)s are assigned to nobody now.", number) % {
                "rows": rows
            }
        said = ngettext("%(rows)s is assigned to %(who)s now.", "%(rows)s are assigned to %(who)s now.", number)
        return said % {"rows": rows, "who": who}


class DestinationForm(forms.Form):
    stage = forms.ModelChoiceField(
        Stage.objects.all(), label=lazy("Move to"), empty_label=lazy("Choose a stage"), widget=StageSelect
    )
    lost_reason = forms.ModelChoiceField(
        LostReason.objects.filter(active=True), label=lazy("Reason, if lost"), empty_label=lazy("None"), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        stage, reason = cleaned.get("stage"), cleaned.get("lost_reason")
        if stage and stage.kind != Stage.Kind.LOST:
            cleaned["lost_reason"] = None  # chosen before the stage was changed once more, and not seen any longer
        if stage and stage.kind == Stage.Kind.LOST and stage.reason_required and not reason:
            self.add_error("lost_reason", ValidationError(_("Say why the deals are lost."), code="required"))
        return cleaned


class Move(Edit):
    name = "move"
    label = lazy("Move")
    icon = "arrow-right"
    form_class = DestinationForm
    shows = "stage"

    def values(self, wanted: dict[str, Any]) -> dict[str, Any]:
        reason = {"lost_reason": wanted["lost_reason"]} if wanted["lost_reason"] else {}
        return {"stage": wanted["stage"], **reason}

    def question(self, model: Any, number: int) -> str:
        return _("Move %(rows)s to another stage?") % {"rows": counted(model, number)}

    def done(self, model: Any, number: int, wanted: dict[str, Any]) -> str:
        said = ngettext("%(rows)s is moved to %(stage)s.", "%(rows)s are moved to %(stage)s.", number)
        return said % {"rows": counted(model, number), "stage": wanted["stage"]}
