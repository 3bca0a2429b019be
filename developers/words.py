"""What each built-in class and field is for, in words, and a value that it could hold, as Parse clients see it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

CLASSES: dict[str, Any] = {
    "_User": _("Somebody who signs in. Others see of a colleague only that there is one."),
    "Company": _("An organisation that you deal with."),
    "Contact": _("A person at a company, or by themselves."),
    "Deal": _("Something that may be sold, in one stage of the pipeline."),
    "Activity": _("A call, e-mail, meeting or note about a contact, a deal or a company; with a due date, a task."),
}

_PERSON = {"__type": "Pointer", "className": "_User", "objectId": "m3Xk0PqRsT"}
_COMPANY = {"__type": "Pointer", "className": "Company", "objectId": "c0MpAnYaB1"}
_CONTACT = {"__type": "Pointer", "className": "Contact", "objectId": "c0NtAcTaB1"}
_DEAL = {"__type": "Pointer", "className": "Deal", "objectId": "d3AlD3aLaB"}
_FILE = {"__type": "File", "name": "f1LeF1LeF1_offer.pdf", "url": "https://crm.example/parse/files/app/offer.pdf"}
_NOTES = _("Anything worth remembering, as free text.")
_CREATOR = _("Who made it. The server writes the caller; administrators may name somebody else.")

# Of every class.
SYSTEM: dict[str, tuple[Any, Any]] = {
    "objectId": (_("The key: ten letters and digits, made by the server, never used twice."), "d3AlD3aLaB"),
    "createdAt": (_("When it was made, in UTC."), "2026-02-11T09:30:00.000Z"),
    "updatedAt": (_("When it was last changed, in UTC."), "2026-02-12T08:00:00.000Z"),
    "ACL": (
        _("Who may read and write this row beside those whom its class and its owners let: people, roles, or all."),
        {"m3Xk0PqRsT": {"read": True, "write": True}, "role:Sales lead": {"read": True}},
    ),
}

FIELDS: dict[str, dict[str, tuple[Any, Any]]] = {
    "_User": {
        "username": (_("The name to sign in with: letters, digits and @ . + - _"), "rosa"),
        "email": (_("E-mail address. The pages ask for it; a program that signs somebody up may leave it out."),
                  "rosa@parsley.example"),
        "emailVerified": (_("Whether the address was confirmed by the link that was sent to it."), True),
        "password": (_("Sent when signing up or changing it. It is never answered."), "correct horse battery"),
    },
    "Company": {
        "name": (_("Its name."), "Acme"),
        "website": (_("Its address on the web."), "https://acme.example"),
        "industry": (_("What it works in."), "Tools"),
        "address": (_("Where it is, as one would write it on a letter."), "1 Anvil Road, Tucson"),
        "notes": (_NOTES, "Buys twice a year."),
        "createdBy": (_CREATOR, _PERSON),
    },
    "Contact": {
        "name": (_("First and last name, as the person writes it."), "Ada Adams"),
        "email": (_("E-mail address."), "ada@acme.example"),
        "phone": (_("Telephone number, in any form."), "+1 555 0100"),
        "company": (_("The company where this person works."), _COMPANY),
        "notes": (_NOTES, "Prefers to be called in the morning."),
        "createdBy": (_CREATOR, _PERSON),
    },
    "Deal": {
        "title": (_("What it is about, in a few words."), "Rollout in three plants"),
        "amount": (_("What it is worth, in the currency of this Parsley."), 12500.5),
        "stage": (_("Where it stands in the pipeline: the word of one of its stages."), "proposal"),
        "contact": (_("The person one talks to."), _CONTACT),
        "company": (_("The company that would buy."), _COMPANY),
        "expectedCloseDate": (_("The day on which it should be decided; the time of day is always midnight."),
                              {"__type": "Date", "iso": "2026-06-30T00:00:00.000Z"}),
        "notes": (_NOTES, "Waits for their budget round."),
        "assignedTo": (_("Who looks after it, and so sees it."), _PERSON),
    },
    "Activity": {
        "type": (_("Of what kind it is: call, email, meeting or note."), "call"),
        "subject": (_("What it is about, in a few words."), "First call"),
        "description": (_("What was said, or is to be done."), "Asked for an offer by Friday."),
        "dueDate": (_("Until when it is to be done. With one it is a task."),
                    {"__type": "Date", "iso": "2026-03-01T15:00:00.000Z"}),
        "completedAt": (_("When it was done; empty while it is open."),
                        {"__type": "Date", "iso": "2026-03-01T14:10:00.000Z"}),
        "relatedTo": (_("The contact, deal or company that it is about."), _DEAL),
        "createdBy": (_CREATOR, _PERSON),
        "attachment": (_("A file that belongs to it."), _FILE),
    },
}  # fmt: skip

# A value of each type, for fields that an administrator added.
EXAMPLES: dict[str, Any] = {
    "String": "text",
    "Number": 42,
    "Boolean": True,
    "Date": {"__type": "Date", "iso": "2026-03-01T15:00:00.000Z"},
    "Array": ["one", "two"],
    "Object": {"key": "value"},
    "File": _FILE,
}


def words_of(class_name: str, field: str) -> tuple[Any, Any]:
    """Description and example of a built-in field; empty for one that nobody described yet, which fails a test."""
    return FIELDS.get(class_name, {}).get(field) or SYSTEM.get(field) or ("", None)


def example_pointer(target: str) -> dict[str, str]:
    known = {"_User": _PERSON, "Company": _COMPANY, "Contact": _CONTACT, "Deal": _DEAL}
    return known.get(target) or {"__type": "Pointer", "className": target, "objectId": "aCt1vItY01"}
