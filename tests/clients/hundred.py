"""A hundred calls to /parse, of the kinds that the template's clients make, about rows that are made for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from developers.playground.calls import Call, compact, pointer

STAGES = ["lead", "qualified", "proposal", "negotiation", "won", "lost"]
FORMS = ("curl", "php", "js", "python", "graphql")


@dataclass(frozen=True)
class World:
    """Keys of rows: three companies, six contacts, twelve deals, six activities; and for each form rows to change."""

    companies: list[str]
    contacts: list[str]
    deals: list[str]
    activities: list[str]
    person: str
    spare: dict[str, list[str]]
    """Deals that only one form changes or deletes, by the key of the form."""


def day(number: int) -> dict[str, str]:
    return {"__type": "Date", "iso": f"2031-0{number % 9 + 1}-1{number % 9}T00:00:00.000Z"}


def _find(name: str, where: Any = None, **parameters: Any) -> Call:
    told = {"where": compact(where)} if where is not None else {}
    told |= {key: str(value) for key, value in parameters.items()}
    return Call("parse", "GET", f"/classes/{name}", tuple(told.items()))


def readings(world: World) -> list[Call]:
    """Calls that only read, so that each form makes the very same."""
    company = pointer("Company", world.companies[0])
    contact = pointer("Contact", world.contacts[0])
    calls = [_find("Deal", {"stage": stage}, order="expectedCloseDate") for stage in STAGES]
    calls += [_find("Deal", {"stage": stage}, order="-updatedAt,title", count=1) for stage in STAGES[:4]]
    calls += [
        _find("Deal", order="title"),
        _find("Deal", {"stage": {"$in": STAGES[:4]}}, order="-amount,title", limit=5),
        _find("Deal", {"stage": {"$nin": ["won", "lost"]}}, order="title", limit=3, skip=2),
        _find("Deal", {"stage": {"$ne": "lead"}}, order="title", keys="title,stage"),
        _find("Deal", {"amount": {"$gte": 300}}, order="amount"),
        _find("Deal", {"amount": {"$gt": 300, "$lt": 900}}, order="-amount"),
        _find("Deal", {"amount": {"$lte": 200.5}}, order="amount"),
        _find("Deal", {"amount": {"$exists": False}}, order="title"),
        _find("Deal", {"notes": {"$exists": True}}, order="title"),
        _find("Deal", {"company": company}, order="title", include="company"),
        _find("Deal", {"contact": contact}, order="title", include="contact,company"),
        _find("Deal", {"contact": contact}, order="title", include="contact.company", keys="title,contact"),
        _find("Deal", {"company": {"$exists": True}, "stage": "won"}, order="-title", limit=4),
        _find("Deal", {"expectedCloseDate": {"$lt": day(5)}}, order="expectedCloseDate,title"),
        _find("Deal", {"expectedCloseDate": day(3)}, order="title"),
        _find("Deal", {"title": "O'Neill & “Söhne” \\ $x"}),
        _find("Deal", {"title": {"$regex": "^Rollout"}}, order="title"),
        _find("Deal", {"title": {"$regex": "rollout 1", "$options": "i"}}, order="title"),
        _find("Deal", {"$or": [{"stage": "won"}, {"amount": {"$gt": 1000}}]}, order="title"),
        _find("Deal", {"$and": [{"stage": "lead"}, {"amount": {"$gt": 100}}]}, order="title"),
        _find("Deal", {"stage": "nothing such"}),
        _find("Deal", {"objectId": world.deals[3]}),
        _find("Deal", {"objectId": {"$in": world.deals[2:5]}}, order="title"),
        _find("Deal", {"assignedTo": pointer("_User", world.person)}, order="title", count=1, limit=2),
    ]
    calls += [
        _find("Contact", order="name"),
        _find("Contact", order="-name", limit=3, count=1),
        _find("Contact", {"company": company}, order="name", include="company"),
        _find("Contact", {"email": {"$exists": True}}, order="name", keys="name,email"),
        _find("Contact", {"name": {"$regex": "a"}}, order="name"),
        _find("Contact", {"name": "Ḥasan al-Baṣrī"}),
        _find("Company", order="name"),
        _find("Company", {"industry": "Tools"}, order="name"),
        _find("Company", {"name": {"$in": ["Acme", "Globex"]}}, order="-name", keys="name"),
    ]
    calls += [_find("Activity", {"relatedTo": pointer("Deal", key)}, order="subject") for key in world.deals[:3]]
    calls += [_find("Activity", {"relatedTo": pointer("Contact", world.contacts[0])}, order="-createdAt")]
    calls += [_find("Activity", {"type": kind}, order="subject") for kind in ("call", "email", "meeting", "note")]
    calls += [
        _find("Activity", {"dueDate": {"$gte": day(1)}, "completedAt": {"$exists": False}}, order="dueDate,subject"),
        _find("Activity", order="subject", limit=2, skip=1, keys="subject,dueDate"),
    ]
    calls += [
        _find("Deal", {"company": {"$exists": True}}, order="title", keys="title,company"),
        _find("Deal", {"company": {"$exists": False}}, order="title"),
        _find("Deal", {"stage": "lead"}, limit=0, count=1),
        _find("Contact", {"$or": [{"name": "Ada Adams"}, {"email": {"$exists": False}}]}, order="name"),
        _find("Contact", {"company": {"$exists": False}}, order="name"),
        _find("Company", {"createdBy": pointer("_User", world.person)}, order="name", limit=2),
        _find("Activity", {"subject": {"$regex": "^First"}}, order="subject", include="relatedTo"),
    ]
    calls.append(Call("parse", "GET", f"/classes/Contact/{world.contacts[0]}", (("include", "company"),)))
    one = {"Deal": world.deals, "Contact": world.contacts, "Company": world.companies, "Activity": world.activities}
    calls += [Call("parse", "GET", f"/classes/{name}/{keys[0]}") for name, keys in one.items()]
    calls.append(Call("parse", "GET", f"/classes/Deal/{world.deals[1]}", (("include", "company,contact"),)))
    return calls


def makings(world: World) -> list[Call]:
    """Calls that make a row; each form makes one of its own."""
    company, contact = pointer("Company", world.companies[1]), pointer("Contact", world.contacts[1])
    deal = pointer("Deal", world.deals[0])
    person = pointer("_User", world.person)
    bodies: list[tuple[str, dict[str, Any]]] = [("Deal", {"title": f"New {stage}", "stage": stage}) for stage in STAGES]
    bodies += [
        ("Deal", {"title": "With all", "amount": 12.25, "stage": "lead", "company": company, "contact": contact,
                  "expectedCloseDate": day(2), "notes": "Line one\nline two", "assignedTo": person}),
        ("Deal", {"title": "O'Neill & “Söhne” \\ $HOME `id` \"x\" %s {y}"}),
        ("Deal", {"title": "Größe 漢字 🌿", "amount": 0}),
        ("Contact", {"name": "New Nora"}),
        ("Contact", {"name": "New Ned", "email": "ned@acme.example", "phone": "+1 555 0100", "company": company}),
        ("Company", {"name": "New Works", "website": "https://new.example", "industry": "Tools", "address": "1 Road"}),
        ("Activity", {"type": "call", "subject": "New call", "relatedTo": deal}),
        ("Activity", {"type": "meeting", "subject": "New meeting", "relatedTo": contact, "dueDate": day(4)}),
        ("Activity", {"type": "note", "subject": "New note", "description": "Tab\t, ' and \"", "relatedTo": company}),
        ("Activity", {"type": "email", "subject": "New mail", "completedAt": day(1), "relatedTo": deal}),
    ]  # fmt: skip
    return [Call("parse", "POST", f"/classes/{name}", body=body) for name, body in bodies]


def changes(world: World, form: str) -> list[Call]:
    """Calls that change a deal which is this form's own."""
    company = pointer("Company", world.companies[2])
    bodies: list[dict[str, Any]] = [{"stage": stage} for stage in STAGES]
    bodies += [
        {"title": "Renamed"},
        {"amount": 999.5},
        {"amount": 10, "stage": "won", "notes": "It's done"},
        {"company": company},
        {"expectedCloseDate": day(6)},
        {"notes": "Quote \" and ' and \\n and $x"},
    ]
    keys = world.spare[form]
    return [Call("parse", "PUT", f"/classes/Deal/{key}", body=body) for key, body in zip(keys, bodies, strict=False)]


def deletions(world: World, form: str) -> list[Call]:
    return [Call("parse", "DELETE", f"/classes/Deal/{key}") for key in world.spare[form][12:]]


SPARE = 12 + 6


def hundred(world: World, form: str) -> list[Call]:
    return [*readings(world), *makings(world), *changes(world, form), *deletions(world, form)]
