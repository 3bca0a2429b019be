"""What the style guide shows the components with: made-up things that no database holds."""

from typing import Any

from django import forms

LONG = "A name so long that it will not fit on one line of any card, table or button, whatever the screen"
STAGES = ["lead", "qualified", "proposal", "negotiation", "won", "lost"]
PEOPLE = ["Ada Adams", "Björn Åkesson", "Chen Wei", "Dolores Ibárruri", "Ḥasan al-Baṣrī", "Zoë"]


class SampleForm(forms.Form):
    """Every kind of field. Bound, as here, it shows the errors too."""

    name = forms.CharField(help_text="As it is written on the door.")
    email = forms.EmailField(label="E-mail", required=False)
    website = forms.CharField(required=False, disabled=True, initial="https://acme.example")
    industry = forms.ChoiceField(choices=[("", "None"), ("tools", "Tools"), ("media", "Media")], required=False)
    kind = forms.ChoiceField(
        choices=[("call", "Call"), ("email", "E-mail"), ("meeting", "Meeting")], widget=forms.RadioSelect
    )
    closing = forms.DateField(label="Expected close", required=False, widget=forms.DateInput({"type": "date"}))
    notes = forms.CharField(required=False, widget=forms.Textarea)
    mail = forms.BooleanField(label="Send me a mail", required=False)


def pieces() -> dict[str, Any]:
    filled = {"name": "Acme", "email": "info@acme.example", "kind": "call", "notes": LONG}
    wrong = {"name": "", "email": "info@", "kind": "call", "closing": "2026-02-31"}
    return {
        "long": LONG,
        "stages": STAGES,
        "people": PEOPLE,
        "states": ["", "is-hovered", "is-focused", "disabled"],
        "kinds": ["", "primary", "danger", "quiet"],
        "empty_form": SampleForm(auto_id="empty_%s", initial={"kind": "call"}),
        "filled_form": SampleForm(filled, auto_id="filled_%s"),
        "wrong_form": SampleForm(wrong, auto_id="wrong_%s"),
        "tabs": [
            {"url": "#tabs", "name": "Open", "count": 12, "current": True},
            {"url": "#tabs", "name": "Won", "count": 3},
            {"url": "#tabs", "name": "Lost", "count": 0},
            {"url": "#tabs", "name": "Everything"},
        ],
    }
