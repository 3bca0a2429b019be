"""Creating, changing and deleting rows, one by one, by operations and in batches."""

from typing import Any

from tests.differential import world
from tests.differential.steps import (
    PUBLIC,
    Step,
    acl,
    create,
    date,
    day,
    delete,
    find,
    get,
    made,
    pointer,
    update,
)


def creates() -> list[Step]:
    steps = []
    for number, text in enumerate(world.TEXTS):
        steps += [
            made("Deal", "create", f"Text {number}", keep=f"text{number}", notes=text, amount=number),
            get("create", f"Text {number} comes back", "Deal", f"text{number}"),
        ]
    whole = {"contact": pointer("Contact", "contact1"), "company": pointer("Company", "company1")}
    rows: list[tuple[str, str, dict[str, Any]]] = [
        ("Deal", "a deal of all columns", {**whole, "amount": 3.25, "expectedCloseDate": day(9), "notes": "n"}),
        ("Deal", "a date without milliseconds", {"expectedCloseDate": date("2031-03-09T00:00:00Z")}),
        ("Deal", "a pointer to a missing row", {"contact": pointer("Contact", "missing")}),
        ("Deal", "null where nothing is", {"amount": None, "contact": None, "notes": None}),
        ("Deal", "an amount of nothing", {"amount": 0}),
        ("Deal", "a large amount", {"amount": 123456789012}),
        ("Company", "a company of all columns", {"website": "w", "industry": "i", "address": "a", "notes": "n"}),
        ("Contact", "a contact of all columns", {"email": "a@b.example", "phone": "1", "company": whole["company"]}),
        ("Contact", "an address that is none", {"email": "no address"}),
        (
            "Activity",
            "an activity of all columns",
            {
                "type": "call",
                "description": "d",
                "dueDate": date("2031-01-02T03:04:05.678Z"),
                "relatedTo": pointer("Deal", "deal1"),
            },
        ),
        ("Activity", "an activity of an own type", {"type": "lunch"}),
        ("Deal", "an ACL of its creator", {"ACL": acl("ada", "ada")}),
        ("Deal", "an ACL of two", {"ACL": acl("ada bob", "ada")}),
        ("Deal", "an ACL with entries that are false", {"ACL": {**PUBLIC, "{{bob}}": {"read": False}}}),
        (
            "Deal",
            "times of its own",
            {"createdAt": date("2001-01-01T00:00:00.000Z"), "updatedAt": date("2001-01-01T00:00:00.000Z")},
        ),
        ("Deal", "an empty text", {"notes": ""}),
        ("Deal", "a close date in the middle of a day", {"expectedCloseDate": date("2031-03-09T10:11:12.345Z")}),
        ("Deal", "a stage that there is not", {"stage": "nowhere"}),
    ]
    for number, (class_name, label, columns) in enumerate(rows):
        name = f"created{number}"
        steps += [
            made(class_name, "create", label, keep=name, **columns),
            get("create", f"{label} comes back", class_name, name),
        ]
    return steps + bare_rows()


def bare_rows() -> list[Step]:
    """What Parsley fills in by itself."""
    return [
        create("create", "no ACL", "Deal", {"title": "No ACL", "stage": "lead"}, keep="bare"),
        get("create", "no ACL, read by its creator", "Deal", "bare"),
        get("create", "no ACL, read by another", "Deal", "bare", "bob"),
        create("create", "no stage", "Deal", {"title": "No stage", "ACL": PUBLIC}, keep="stageless"),
        get("create", "no stage, read", "Deal", "stageless"),
        create("create", "no creator", "Company", {"name": "No creator", "ACL": PUBLIC}, keep="ownerless"),
        get("create", "no creator, read", "Company", "ownerless"),
    ]


def refused_creates() -> list[Step]:
    """A pointer without an id is not among them: it ends the reference's process."""
    rows: list[tuple[str, Any]] = [
        ("Deal", {}),
        ("Deal", {"amount": 1}),
        ("Deal", {"title": None}),
        ("Deal", {"title": ""}),
        ("Company", {"website": "w"}),
        ("Contact", {"name": None, "ACL": PUBLIC}),
        ("Deal", {"title": "t", "objectId": "abcdefghij"}),
        ("Deal", {"title": 5}),
        ("Deal", {"title": ["t"]}),
        ("Deal", {"title": {"a": 1}}),
        ("Deal", {"title": True}),
        ("Deal", {"title": "t", "amount": "1"}),
        ("Deal", {"title": "t", "amount": True}),
        ("Deal", {"title": "t", "amount": [1]}),
        ("Deal", {"title": "t", "expectedCloseDate": "2031-01-01T00:00:00.000Z"}),
        ("Deal", {"title": "t", "expectedCloseDate": 5}),
        ("Deal", {"title": "t", "contact": "text"}),
        ("Deal", {"title": "t", "contact": pointer("Company", "company1")}),
        ("Deal", {"title": "t", "contact": {"className": "Contact", "objectId": "{{contact1}}"}}),
        ("Deal", {"title": "t", "contact": {**pointer("Contact", "contact1"), "__type": "Object"}}),
        ("Deal", {"title": "t", "ACL": "public"}),
        ("Deal", {"title": "t", "ACL": []}),
        ("Deal", {"title": "t", "createdAt": "2001-01-01T00:00:00.000Z"}),
        ("Deal", {"title": "t", "nosuch": "column"}),
        ("Deal", {"title": "t", "no such": "column"}),
        ("Deal", {"title": "t", "1st": "column"}),
        ("Deal", {"title": "t", "_secret": "column"}),
        ("Deal", {"title": "t", "$where": "column"}),
        ("Activity", {"relatedTo": pointer("_User", "ada")}),
        ("Activity", {"relatedTo": "text"}),
        ("Activity", {"dueDate": "soon"}),
        ("Activity", {"type": 1}),
        ("NoSuchClass", {"a": 1}),
        ("1Class", {"a": 1}),
    ]
    return [create("errors", f"create {name} {body}", name, body) for name, body in rows]


def updates() -> list[Step]:
    steps = [
        made("Deal", "update", f"To change {number}", keep=f"changed{number}", amount=5, notes="n")
        for number in range(4)
    ]
    changes: list[dict[str, Any]] = [
        {"stage": "won"},
        {"amount": 6.5},
        {"amount": None},
        {"notes": None},
        {"notes": "new\nlines"},
        {"title": "Changed", "stage": "lost", "amount": 1},
        {"expectedCloseDate": day(3)},
        {"expectedCloseDate": None},
        {"contact": pointer("Contact", "contact2")},
        {"contact": pointer("Contact", "contact3"), "company": pointer("Company", "company3")},
        {"contact": None},
        {"assignedTo": None},
        {},
        {"ACL": acl("ada bob", "ada bob")},
        {"ACL": PUBLIC},
        {"createdAt": date("2001-01-01T00:00:00.000Z")},
        {"updatedAt": date("2001-01-01T00:00:00.000Z")},
    ]
    for number, body in enumerate(changes):
        name = f"changed{number % 4}"
        steps += [update("update", f"update {body}", "Deal", name, body), get("update", f"after {body}", "Deal", name)]
    bad: list[dict[str, Any]] = [
        {"title": None},
        {"title": {"__op": "Delete"}},
        {"title": 5},
        {"amount": "much"},
        {"contact": pointer("Company", "company1")},
        {"expectedCloseDate": "tomorrow"},
        {"nosuch": 1},
        {"no such": 1},
        {"createdAt": "2001-01-01T00:00:00.000Z"},
    ]
    steps += [update("errors", f"update {body}", "Deal", "changed0", body) for body in bad]
    steps += [  # on a row of its own: the reference refuses it, and hides the row all the same
        made("Deal", "update", "To break", keep="broken"),
        update("errors", "update to a stage that there is not", "Deal", "broken", {"stage": "nowhere"}),
        update("errors", "update ACL 5", "Deal", "broken", {"ACL": 5}),
    ]
    steps.append(get("update", "nothing of what was refused is there", "Deal", "changed0"))
    steps.append(Step("update", "a row that there is not", "PUT", "/classes/Deal/aaaaaaaaaa", {"amount": 1}))
    return [*steps, update("update", "objectId in an update", "Deal", "changed3", {"objectId": "abcdefghij"})]


def op(name: str, **more: Any) -> dict:
    return {"__op": name, **more}


def operations() -> list[Step]:
    columns = {"amount": 10, "notes": "n", "contact": pointer("Contact", "contact1")}
    steps = [made("Deal", "operations", "Operated", keep="operated", **columns)]
    rows: list[dict[str, Any]] = [
        {"amount": op("Increment", amount=1)},
        {"amount": op("Increment", amount=-2.5)},
        {"amount": op("Increment", amount=0.25), "stage": "won"},
        {"amount": op("Increment", amount=0)},
        {"amount": op("Delete")},
        {"amount": op("Increment", amount=4)},
        {"notes": op("Delete")},
        {"notes": op("Delete")},
        {"contact": op("Delete")},
        {"contact": pointer("Contact", "contact2"), "notes": op("Delete"), "amount": op("Increment", amount=1)},
        {"expectedCloseDate": op("Delete")},
        {"title": "Operated on", "amount": op("Increment", amount=1)},
    ]
    for body in rows:
        steps += [
            update("operations", f"{body}", "Deal", "operated", body),
            get("operations", f"after {body}", "Deal", "operated"),
        ]
    for number, made_with in enumerate([{"amount": op("Increment", amount=3)}, {"notes": op("Delete")}]):
        steps += [
            made("Deal", "operations", f"Made with {made_with}", keep=f"made{number}", **made_with),
            get("operations", f"Made with {made_with}, read", "Deal", f"made{number}"),
        ]
    return [*steps, *misused_operations()]


def misused_operations() -> list[Step]:
    """On a row that is not read again: the reference answers some of them with 500 and a changed row."""
    rows: list[dict[str, Any]] = [
        {"title": op("Delete")},
        {"title": op("Increment", amount=1)},
        {"stage": op("Increment", amount=1)},
        {"contact": op("Increment", amount=1)},
        {"expectedCloseDate": op("Increment", amount=1)},
        {"amount": op("Increment", amount="1")},
        {"amount": op("Increment")},
        {"title": op("Add", objects=["a"])},
        {"contact": op("Add", objects=["a"])},
        {"notes": op("AddUnique", objects=["a"])},
        {"amount": op("AddUnique", objects=[1])},
        {"amount": op("Remove", objects=[1])},
        {"title": op("AddRelation", objects=[pointer("Contact", "contact1")])},
        {"contact": op("RemoveRelation", objects=[pointer("Contact", "contact1")])},
        {"amount": op("Nonsense")},
        {"amount": op("Batch", ops=[op("Increment", amount=1)])},
        {"nosuch": op("Increment", amount=1)},
        {"nosuch": op("Add", objects=["a"])},
        {"nosuch": op("Delete")},
        {"objectId": op("Delete")},
        {"ACL": op("Delete")},
    ]
    steps = [made("Deal", "operations", "Misused", keep="misused", amount=1)]
    steps += [update("operations", f"{body}", "Deal", "misused", body) for body in rows]
    return [*steps, made("Deal", "operations", "Made without a title", title=op("Delete"))]


def deletes() -> list[Step]:
    steps = []
    for class_name in ("Deal", "Contact", "Company", "Activity"):
        name = f"gone{class_name}"
        steps += [
            made(class_name, "delete", f"To delete: {class_name}", keep=name),
            delete("delete", f"delete a {class_name} without a token", class_name, name, ""),
            delete("delete", f"delete a {class_name}", class_name, name),
            get("delete", f"read a deleted {class_name}", class_name, name),
            delete("delete", f"delete a {class_name} again", class_name, name),
            update("delete", f"update a deleted {class_name}", class_name, name, {"notes": "n"}),
        ]
    return [
        *steps,
        made("Contact", "delete", "Pointed to", keep="pointed"),
        made("Deal", "delete", "Pointing", keep="pointing", contact=pointer("Contact", "pointed")),
        delete("delete", "delete what is pointed to", "Contact", "pointed"),
        get("delete", "what pointed to it", "Deal", "pointing", include="contact"),
        get("delete", "what pointed to it, bare", "Deal", "pointing"),
        delete("delete", "delete another's row", "Deal", "bobs"),
        delete("delete", "delete a row to read", "Deal", "shown", "bob"),
        Step("delete", "delete without an id", "DELETE", "/classes/Deal"),
    ]


def batches() -> list[Step]:
    def batch(label: str, *requests: dict, caller: str = "ada", **more: Any) -> Step:
        return Step("batch", label, "POST", "/batch", {"requests": list(requests), **more}, caller=caller)

    def one(method: str, path: str, body: Any = None) -> dict:
        return {"method": method, "path": f"/parse{path}", "body": {} if body is None else body}

    deal = {"title": "Of a batch", "stage": "lead", "ACL": PUBLIC}
    at = "/classes/Deal/{{batched}}"
    return [
        made("Deal", "batch", "Batched", keep="batched", amount=1),
        batch("two creates", one("POST", "/classes/Deal", deal), one("POST", "/classes/Deal", deal)),
        batch("an update", one("PUT", at, {"amount": 2})),
        batch("an increment", one("PUT", at, {"amount": {"__op": "Increment", "amount": 2}})),
        batch("a get", one("GET", at)),
        batch("a find", one("GET", "/classes/Deal", {"where": {"title": "Batched"}})),
        batch("one good, one bad", one("PUT", at, {"amount": 3}), one("POST", "/classes/Deal", {"amount": 3})),
        batch("a row that there is not", one("DELETE", "/classes/Deal/aaaaaaaaaa")),
        batch("a class that there is not", one("POST", "/classes/NoSuch", {"a": 1})),
        batch("another's row", one("PUT", "/classes/Deal/{{bobs}}", {"amount": 1})),
        batch("nothing"),
        batch("without a token", one("POST", "/classes/Deal", deal), caller=""),
        batch("all or nothing, good", one("POST", "/classes/Deal", {**deal, "title": "Whole"}), transaction=True),
        batch(
            "all or nothing, bad",
            one("POST", "/classes/Deal", {**deal, "title": "Half"}),
            one("POST", "/classes/Deal", {"amount": 1}),
            transaction=True,
        ),
        find("batch", "what all or nothing left", "Deal", where={"title": {"$in": ["Whole", "Half"]}}, keys="title"),
        batch("a path outside the mount", {"method": "GET", "path": "/classes/Deal/{{batched}}", "body": {}}),
        batch("a path elsewhere", {"method": "GET", "path": "/elsewhere", "body": {}}),
        batch("no method", {"path": "/parse/classes/Deal", "body": deal}),
        batch("no path", {"method": "POST", "body": deal}),
        batch("a method that there is not", one("PATCH", at)),
        batch("a batch in a batch", one("POST", "/batch", {"requests": []})),
        Step("batch", "no list", "POST", "/batch", {"requests": "text"}),
        Step("batch", "no requests", "POST", "/batch", {}),
        Step("batch", "a list of texts", "POST", "/batch", {"requests": ["text"]}),
        Step("batch", "a list of nothing", "POST", "/batch", {"requests": [None]}),
        batch("a delete", one("DELETE", at)),
        get("batch", "after the delete", "Deal", "batched"),
        batch("a log-in", one("POST", "/login", {"username": "ada", "password": "wrong"})),
    ]


def writes() -> list[Step]:
    return [*creates(), *refused_creates(), *updates(), *operations(), *deletes(), *batches()]
