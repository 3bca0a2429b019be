"""The stages and reasons that Parsley starts with, in the reader's language. Those that people named stay as named."""

from django.utils.translation import pgettext_lazy

SEEDED = {
    "Lead": pgettext_lazy("stage", "Lead"),
    "Qualified": pgettext_lazy("stage", "Qualified"),
    "Proposal": pgettext_lazy("stage", "Proposal"),
    "Negotiation": pgettext_lazy("stage", "Negotiation"),
    "Won": pgettext_lazy("stage", "Won"),
    "Lost": pgettext_lazy("stage", "Lost"),
    "Price": pgettext_lazy("reason", "Price"),
    "Timing": pgettext_lazy("reason", "Timing"),
    "Competitor": pgettext_lazy("reason", "Competitor"),
    "No budget": pgettext_lazy("reason", "No budget"),
    "No decision": pgettext_lazy("reason", "No decision"),
}


def in_words(label: str) -> str:
    return str(SEEDED.get(label, label))
