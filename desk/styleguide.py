"""What the style guide shows the components with: made-up things that no database holds."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LONG = _("A name so long that it will not fit on one line of any card, table or button, whatever the screen")
STAGES = [
    ("lead", _("Lead")),
    ("qualified", _("Qualified")),
    ("proposal", _("Proposal")),
    ("negotiation", _("Negotiation")),
    ("won", _("Won")),
    ("lost", _("Lost")),
]
KINDS = [("", _("Plain")), ("primary", _("Primary")), ("danger", _("Dangerous")), ("quiet", _("Quiet"))]
ACTIVITIES = [("call", _("Call")), ("email", _("E-mail")), ("meeting", _("Meeting")), ("note", _("Note"))]
PEOPLE = ["Ada Adams", "Björn Åkesson", "Chen Wei", "Dolores Ibárruri", "Ḥasan al-Baṣrī", "Zoë"]

COMPANY, DEAL = "Acme Tools", "Rollout"
ARABIC = {  # beside any language, to see both ways at once
    "new": "صفقة جديدة",
    "cancel": "إلغاء",
    "name": "الاسم",
    "company": "شركة البقدونس",
    "won": "مكسوبة",
    "person": "نورة",
    "warning": "لا توجد خطوة تالية لهذه الصفقة.",
}


class SampleForm(forms.Form):
    """Every kind of field. Bound, as here, it shows the errors too."""

    name = forms.CharField(label=_("Name"), help_text=_("As it is written on the door."))
    email = forms.EmailField(label=_("E-mail"), required=False)
    website = forms.CharField(label=_("Website"), required=False, disabled=True, initial="https://acme.example")
    industry = forms.ChoiceField(
        label=_("Industry"), choices=[("", _("None")), ("tools", _("Tools")), ("media", _("Media"))], required=False
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=ACTIVITIES[:3], widget=forms.RadioSelect)
    closing = forms.DateField(label=_("Expected close"), required=False, widget=forms.DateInput({"type": "date"}))
    notes = forms.CharField(label=_("Notes"), required=False, widget=forms.Textarea)
    mail = forms.BooleanField(label=_("Send me a mail"), required=False)


def pieces() -> dict[str, Any]:
    filled = {"name": "Acme", "email": "info@acme.example", "kind": "call", "notes": LONG}
    wrong = {"name": "", "email": "info@", "kind": "call", "closing": "2026-02-31"}
    return {
        "long": LONG,
        "stages": STAGES,
        "people": PEOPLE,
        "company": COMPANY,
        "deal": DEAL,
        "arabic": ARABIC,
        "states": ["", "is-hovered", "is-focused", "disabled"],
        "kinds": KINDS,
        "activities": ACTIVITIES,
        "empty_form": SampleForm(auto_id="empty_%s", initial={"kind": "call"}),
        "filled_form": SampleForm(filled, auto_id="filled_%s"),
        "wrong_form": SampleForm(wrong, auto_id="wrong_%s"),
        "tabs": [
            {"url": "#tabs", "name": _("Open"), "count": 12, "current": True},
            {"url": "#tabs", "name": _("Won"), "count": 3},
            {"url": "#tabs", "name": _("Lost"), "count": 0},
            {"url": "#tabs", "name": _("Everything")},
        ],
    }
