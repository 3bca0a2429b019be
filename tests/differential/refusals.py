"""What clients get wrong, in every route, as the reference answers it: no request here makes it fail by itself."""

from typing import Any

from tests.differential.steps import PASSWORD, PUBLIC, Step, acl, create, delete, find, get, pointer, update, user

CLASSES = {"Company": "name", "Contact": "name", "Deal": "title", "Activity": "subject"}
ROWS = {"Company": "company1", "Contact": "contact1", "Deal": "deal1", "Activity": "activity1"}
TEXT, NUMBER, YES, LIST, OBJECT = "text", 5, True, ["a"], {"a": 1}


def ask(label: str, method: str, path: str, body: Any = None, caller: str = "ada", **query: Any) -> Step:
    return Step("errors", label, method, path, body, query, caller)


def wrong_types() -> list[Step]:
    """A value of another type in each column, by which the reference tells what it expected."""
    columns: dict[str, dict[str, list[Any]]] = {
        "Company": {"name": [NUMBER, YES, LIST, OBJECT], "website": [NUMBER, OBJECT], "notes": [YES]},
        "Contact": {"name": [NUMBER, LIST], "email": [NUMBER], "company": [TEXT, NUMBER, pointer("Deal", "deal1")]},
        "Deal": {
            "title": [NUMBER, OBJECT],
            "amount": [TEXT, YES, LIST, OBJECT],
            "stage": [NUMBER],
            "contact": [TEXT, pointer("Company", "company1"), OBJECT],
            "company": [pointer("Contact", "contact1")],
            "expectedCloseDate": [TEXT, NUMBER, OBJECT],
            "assignedTo": [TEXT, pointer("Contact", "contact1")],
        },
        "Activity": {
            "type": [NUMBER],
            "dueDate": [TEXT, NUMBER],
            "completedAt": [YES],
            "createdBy": [pointer("Deal", "deal1")],
        },
    }
    steps = []
    for name, wrong in columns.items():
        for column, values in wrong.items():
            for value in values:
                body = {CLASSES[name]: "Wrong", "ACL": PUBLIC} | {column: value}
                steps.append(create("errors", f"create {name} with {column} = {value}", name, body))
                steps.append(
                    update("errors", f"update {name} with {column} = {value}", name, ROWS[name], {column: value})
                )
    return steps


def missing_rows() -> list[Step]:
    steps = []
    for name, column in CLASSES.items():
        at = f"/classes/{name}/aaaaaaaaaa"
        steps += [
            ask(f"get no {name}", "GET", at),
            ask(f"get no {name} with include", "GET", at, include="createdBy"),
            ask(f"change no {name}", "PUT", at, {column: "x"}),
            ask(f"delete no {name}", "DELETE", at),
            ask(f"get no {name} without a token", "GET", at, caller=""),
            ask(f"get no {name} by the master key", "GET", at, caller="master"),
            ask(f"change no {name} by the master key", "PUT", at, {column: "x"}, "master"),
            ask(f"delete no {name} by the master key", "DELETE", at, caller="master"),
        ]
    return steps


def required() -> list[Step]:
    steps = []
    for name, column in CLASSES.items():
        if name == "Activity":
            continue
        for label, body in {"nothing": {}, "null": {column: None}, "nothing but an ACL": {"ACL": PUBLIC}}.items():
            steps.append(create("errors", f"create {name} of {label}", name, body))
        for label, value in {"null": None, "unset": {"__op": "Delete"}}.items():
            steps.append(update("errors", f"{label} what {name} needs", name, ROWS[name], {column: value}))
    return steps


def strangers() -> list[Step]:
    """Without a token, with one that is over, and with what is somebody else's."""
    steps = []
    for name, column in CLASSES.items():
        steps += [
            find("errors", f"find {name} without a token", name, ""),
            find("errors", f"count {name} without a token", name, "", count=1, limit=0),
            create("errors", f"create {name} without a token", name, {column: "x"}, ""),
            update("errors", f"update {name} without a token", name, ROWS[name], {column: "x"}, ""),
            delete("errors", f"delete {name} without a token", name, ROWS[name], ""),
        ]
    return [
        *steps,
        get("errors", "read another's row", "Deal", "adas", "bob"),
        update("errors", "change another's row", "Deal", "adas", {"amount": 1}, "bob"),
        update("errors", "take another's row", "Deal", "adas", {"ACL": acl("bob", "bob")}, "bob"),
        delete("errors", "delete another's row", "Deal", "adas", "bob"),
        update("errors", "change what one may only read", "Deal", "lent", {"amount": 1}, "bob"),
        delete("errors", "delete what one may only read", "Deal", "shown", "cyn"),
        get("errors", "read another's contact", "Contact", "bobs_contact"),
    ]


def names() -> list[Step]:
    """Columns and classes that there are not, and names that none could have."""
    columns = ["nosuch", "title2", "_private", "1st", "a b", "a.b", "a-b", "$a", "é", ""]
    steps = [create("errors", f"create with {name!r}", "Deal", {"title": "x", name: 1}) for name in columns]
    steps += [update("errors", f"update with {name!r}", "Deal", "deal1", {name: 1}) for name in columns]
    for name in ("NoSuch", "deal", "Deals", "_Nothing", "1Deal", "De al", "Deal-"):
        at = f"/classes/{name}"
        steps += [
            ask(f"find {name}", "GET", at),
            ask(f"create {name}", "POST", at, {"title": "x"}),
            ask(f"find {name} without a token", "GET", at, caller=""),
        ]
    return [
        *steps,
        create("errors", "create with an id", "Deal", {"title": "x", "objectId": "abcdefghij"}),
        create("errors", "create with a time as text", "Deal", {"title": "x", "createdAt": "2020-01-01T00:00:00.000Z"}),
        update("errors", "update with a time as text", "Deal", "deal1", {"updatedAt": "2020-01-01T00:00:00.000Z"}),
    ]


def operations() -> list[Step]:
    def op(name: str, **more: Any) -> dict:
        return {"__op": name, **more}

    wrong: list[tuple[str, str, dict]] = [
        ("Deal", "title", op("Increment", amount=1)),
        ("Deal", "contact", op("Increment", amount=1)),
        ("Deal", "expectedCloseDate", op("Increment", amount=1)),
        ("Deal", "stage", op("Add", objects=["a"])),
        ("Deal", "amount", op("Add", objects=[1])),
        ("Deal", "assignedTo", op("AddUnique", objects=["a"])),
        ("Deal", "expectedCloseDate", op("Remove", objects=["a"])),
        ("Deal", "notes", op("AddRelation", objects=[pointer("Contact", "contact1")])),
        ("Deal", "company", op("RemoveRelation", objects=[pointer("Company", "company1")])),
        ("Contact", "name", op("Increment", amount=2)),
        ("Contact", "company", op("Add", objects=["a"])),
        ("Company", "name", op("Delete")),
        ("Company", "website", op("AddUnique", objects=["a"])),
        ("Activity", "subject", op("Increment", amount=1)),
        ("Activity", "dueDate", op("Add", objects=["a"])),
    ]
    return [
        update("errors", f"{name}.{column} {body}", name, ROWS[name], {column: body}) for name, column, body in wrong
    ]


def accounts() -> list[Step]:
    def log_in(label: str, **body: Any) -> Step:
        return ask(f"log-in: {label}", "POST", "/login", body, "")

    def put(label: str, body: dict, caller: str = "ada", who: str = "ada") -> Step:
        return ask(label, "PUT", f"/users/{{{{{who}}}}}", body, caller)

    return [
        log_in("a wrong password", username="ada", password="wrong"),
        log_in("nobody", username="nobody", password=PASSWORD),
        log_in("an empty password", username="ada", password=""),
        log_in("an empty name", username="", password=PASSWORD),
        log_in("a wrong address", email="no@parsley.example", password=PASSWORD),
        log_in("name and address of two", username="ada", email="bob@parsley.example", password=PASSWORD),
        ask("sign-up with a time as text", "POST", "/users", {"username": "t1", "password": "p", "createdAt": "x"}, ""),
        ask("sign-up with a token", "POST", "/users", {"username": "t2", "password": "p", "sessionToken": "x"}, ""),
        ask("sign-up with no identity", "POST", "/users", {"username": "t3", "password": "p", "authData": None}, ""),
        ask(
            "sign-up with a confirmed address",
            "POST",
            "/users",
            {"username": "t4", "password": "p", "emailVerified": True},
            "",
        ),
        ask("sign-up of a list", "POST", "/users", {"username": ["a"], "password": "p"}, ""),
        put("confirm the own address", {"emailVerified": True}),
        put("an unknown column of one's own", {"phone": "1"}),
        put("an address that is none", {"email": "none"}),
        put("a name that is a number", {"username": 5}),
        put("a time as text", {"createdAt": "x"}),
        put("an increment of a name", {"username": {"__op": "Increment", "amount": 1}}),
        put("another's address", {"email": "x@parsley.example"}, "bob"),
        put("another's password", {"password": "another one"}, "bob"),
        put("anybody, without a token", {"email": "x@parsley.example"}, ""),
        ask("change nobody", "PUT", "/users/aaaaaaaaaa", {"email": "x@parsley.example"}),
        ask("change nobody by the master key", "PUT", "/users/aaaaaaaaaa", {"email": "x@parsley.example"}, "master"),
        ask("delete another", "DELETE", "/users/{{ada}}", caller="bob"),
        ask("delete nobody by the master key", "DELETE", "/users/aaaaaaaaaa", caller="master"),
        ask("people by address", "GET", "/users", where={"email": "ada@parsley.example"}),
        ask("people in the order of addresses", "GET", "/users", order="email"),
        ask("people by address, in an or", "GET", "/users", where={"$or": [{"email": "x"}, {"username": "y"}]}),
        ask(
            "deals by an address",
            "GET",
            "/classes/Deal",
            where={"assignedTo": {"$inQuery": {"className": "_User", "where": {"email": "x"}}}},
        ),
        ask("log in as, without the master key", "POST", "/loginAs", {"userId": "{{ada}}"}),
        ask("log in as nobody", "POST", "/loginAs", {"userId": "aaaaaaaaaa"}, "master"),
        ask("log in as nothing", "POST", "/loginAs", {}, "master"),
        ask("a new password for a token", "POST", "/requestPasswordReset", {"token": "x"}, ""),
        ask("a new password for nobody", "POST", "/requestPasswordReset", {}, ""),
        ask("confirm no address", "POST", "/verificationEmailRequest", {}, ""),
        ask("confirm a number", "POST", "/verificationEmailRequest", {"email": 4}, ""),
        ask("the session of nobody", "GET", "/sessions/me", caller=""),
        ask("no session", "GET", "/sessions/aaaaaaaaaa"),
        ask("end no session", "DELETE", "/sessions/aaaaaaaaaa"),
        ask("sessions of nobody", "GET", "/sessions", caller=""),
    ]


def roles() -> list[Step]:
    return [
        ask("a role without an ACL", "POST", "/roles", {"name": "bare"}),
        ask("a role without a name", "POST", "/roles", {"ACL": PUBLIC}),
        ask("no role", "GET", "/roles/aaaaaaaaaa"),
        ask("change no role", "PUT", "/roles/aaaaaaaaaa", {"users": {"__op": "AddRelation", "objects": [user("ada")]}}),
        ask("delete no role", "DELETE", "/roles/aaaaaaaaaa"),
    ]


def master_only() -> list[Step]:
    routes = [
        ("GET", "/schemas"),
        ("GET", "/schemas/Deal"),
        ("POST", "/schemas/New"),
        ("PUT", "/schemas/Deal"),
        ("DELETE", "/schemas/Deal"),
        ("DELETE", "/purge/Deal"),
        ("GET", "/aggregate/Deal"),
        ("GET", "/serverInfo"),
        ("PUT", "/config"),
        ("POST", "/push"),
        ("POST", "/jobs/nothing"),
        ("GET", "/cloud_code/jobs"),
        ("GET", "/hooks/functions"),
        ("GET", "/hooks/triggers"),
        ("GET", "/hooks/functions/nothing"),
        ("GET", "/scriptlog"),
        ("GET", "/push_audiences"),
        ("GET", "/graphql-config"),
    ]
    return [
        ask(f"{method} {path} as {caller or 'nobody'}", method, path, {} if method in ("POST", "PUT") else None, caller)
        for method, path in routes
        for caller in ("ada", "")
    ]


def others() -> list[Step]:
    return [
        ask("a function that there is not", "POST", "/functions/nothing", {}),
        ask("a function that there is not, as nobody", "POST", "/functions/nothing", {}, ""),
        ask("a job that there is not", "POST", "/jobs/nothing", {}, "master"),
        ask("a file without a name", "POST", "/files", {}),
        ask("a file that there is not", "GET", "/files/parsley/nothing.txt"),
        ask("delete a file without the master key", "DELETE", "/files/nothing.txt"),
        ask("a route that there is not", "GET", "/nothing"),
        ask("an ACL of text", "POST", "/classes/Deal", {"title": "x", "ACL": "public"}),
        ask("an ACL of a number", "PUT", "/classes/Deal/{{deal1}}", {"ACL": 5}),
        ask("more parameters than there are", "GET", "/classes/Deal", nonsense=1),
        ask("more parameters of one row", "GET", "/classes/Deal/{{deal1}}", where={}),
        ask("where that is no JSON", "GET", "/classes/Deal", where="{"),
        ask("an or that is no list", "GET", "/classes/Deal", where={"$or": 5}),
        ask("a list that is none", "GET", "/classes/Deal", where={"stage": {"$in": "lead"}}),
        ask("a bad order", "GET", "/classes/Deal", order="a b"),
        ask("a query by a bad name", "GET", "/classes/Deal", where={"a b": 1}),
        ask("a bad inQuery", "GET", "/classes/Deal", where={"contact": {"$inQuery": {"where": {}}}}),
        ask("a bad select", "GET", "/classes/Deal", where={"title": {"$select": {"key": "name"}}}),
        ask("a bad text search", "GET", "/classes/Deal", where={"title": {"$text": {"$search": "x"}}}),
        ask("lines that are no list", "POST", "/batch", {"requests": 5}),
        ask("a line outside", "POST", "/batch", {"requests": [{"method": "GET", "path": "/outside", "body": {}}]}),
        ask("a distinct of the storage", "GET", "/aggregate/_User", caller="master", distinct="_hashed_password"),
        ask(
            "a group of no column", "GET", "/aggregate/Deal", caller="master", pipeline=[{"$group": {"_id": "$nosuch"}}]
        ),
    ]


def refusals() -> list[Step]:
    rows = [*wrong_types(), *missing_rows(), *required(), *strangers(), *names(), *operations()]
    return [*rows, *accounts(), *roles(), *master_only(), *others()]
