"""Who may do what with a row, and roles."""

from typing import Any

from tests.differential.steps import PUBLIC, Step, acl, create, delete, find, get, made, update, user


def permissions() -> list[Step]:
    """Every verb, on rows with every kind of ACL, by everybody."""
    kinds = {
        "private": acl("ada", "ada"),
        "readable by bob": acl("ada bob", "ada"),
        "writable by bob": acl("ada bob", "ada bob"),
        "blind for bob": acl("ada", "ada bob"),
        "readable by all": acl("ada *", "ada"),
        "public": PUBLIC,
    }
    steps = []
    for number, (label, entries) in enumerate(kinds.items()):
        name = f"acl{number}"
        steps.append(made("Deal", "acl", f"ACL {label}", keep=name, ACL=entries))
        for caller in ("ada", "bob", "cyn", "", "master"):
            who = caller or "nobody"
            steps += [
                get("acl", f"{label}, read by {who}", "Deal", name, caller),
                find("acl", f"{label}, found by {who}", "Deal", caller, where={"objectId": f"{{{{{name}}}}}"}, count=1),
                update("acl", f"{label}, changed by {who}", "Deal", name, {"amount": 4}, caller),
            ]
        for caller in ("", "cyn", "bob", "ada"):
            steps.append(delete("acl", f"{label}, deleted by {caller or 'nobody'}", "Deal", name, caller))
    return steps


def given_away() -> list[Step]:
    return [
        made("Deal", "acl", "Given away", keep="given", ACL=acl("ada", "ada")),
        update("acl", "give away", "Deal", "given", {"ACL": acl("bob", "bob")}),
        get("acl", "read what was given away", "Deal", "given"),
        get("acl", "read what was received", "Deal", "given", "bob"),
        update("acl", "lock everybody out", "Deal", "given", {"ACL": {}}, "bob"),
        get("acl", "read what is locked", "Deal", "given", "bob"),
        get("acl", "read what is locked, by the master key", "Deal", "given", "master"),
        create(
            "acl",
            "create for another",
            "Deal",
            {"title": "For bob", "stage": "lead", "ACL": acl("bob", "bob")},
            keep="forbob",
        ),
        get("acl", "read what was made for another", "Deal", "forbob"),
        get("acl", "read what another made for me", "Deal", "forbob", "bob"),
        create(
            "acl", "create for nobody", "Deal", {"title": "For nobody", "stage": "lead", "ACL": {}}, keep="fornobody"
        ),
        get("acl", "read what is for nobody", "Deal", "fornobody"),
        create("acl", "create without a token", "Deal", {"title": "t", "stage": "lead", "ACL": PUBLIC}, ""),
        create(
            "acl",
            "create by the master key",
            "Deal",
            {"title": "By master", "stage": "lead", "ACL": PUBLIC},
            "master",
            keep="mastered",
        ),
        get("acl", "read what the master key made", "Deal", "mastered"),
        find("acl", "everything that bob sees", "Deal", "bob", order="title", keys="title", limit=200, count=1),
        find("acl", "everything that cyn sees", "Deal", "cyn", order="title", keys="title", limit=200, count=1),
        find("acl", "everything that nobody sees", "Deal", "", order="title"),
        find("acl", "contacts that cyn sees", "Contact", "cyn", order="name", keys="name"),
        made(
            "Deal",
            "acl",
            "With a hidden contact",
            keep="hidingdeal",
            contact={"__type": "Pointer", "className": "Contact", "objectId": "{{adas_contact}}"},
        ),
        find(
            "acl",
            "include of a row that is missing",
            "Deal",
            where={"title": "With a hidden contact"},
            include="contact",
        ),
    ]


def roles() -> list[Step]:
    def role(
        label: str, method: str, path: str = "", body: Any = None, caller: str = "ada", keep: str = "", **query: Any
    ) -> Step:
        return Step("roles", label, method, f"/roles{path}", body, query, caller, keep=keep)

    def relation(op: str, *members: dict) -> dict:
        return {"__op": op, "objects": list(members)}

    def child(name: str) -> dict:
        return {"__type": "Pointer", "className": "_Role", "objectId": f"{{{{{name}}}}}"}

    open_to_ada = acl("ada *", "ada")
    by_role = {**acl("role:sellers", "ada role:sellers"), **acl("ada", "ada")}
    return [
        role("create", "POST", body={"name": "sellers", "ACL": open_to_ada}, caller="master", keep="sellers"),
        role("create by a user", "POST", body={"name": "own", "ACL": open_to_ada}, keep="own"),
        role("delete by its user", "DELETE", "/{{own}}"),
        role("create again", "POST", body={"name": "sellers", "ACL": open_to_ada}, caller="master"),
        role("create without an ACL", "POST", body={"name": "bare"}, caller="master"),
        role("create without a name", "POST", body={"ACL": open_to_ada}, caller="master"),
        role("create with a strange name", "POST", body={"name": "a/b:c", "ACL": open_to_ada}, caller="master"),
        role("create without a token", "POST", body={"name": "anonymous", "ACL": PUBLIC}, caller=""),
        role(
            "create another",
            "POST",
            body={"name": "juniors", "ACL": open_to_ada, "users": relation("AddRelation", user("cyn"))},
            caller="master",
            keep="juniors",
        ),
        role("read", "GET", "/{{sellers}}"),
        role("read by another", "GET", "/{{sellers}}", caller="bob"),
        role("list", "GET", order="name"),
        role("find by name", "GET", where={"name": "sellers"}),
        made("Deal", "roles", "For sellers", keep="sold", ACL={**by_role, "{{ada}}": {"read": True, "write": True}}),
        get("roles", "read by no member", "Deal", "sold", "bob"),
        role("add a member", "PUT", "/{{sellers}}", {"users": relation("AddRelation", user("bob"))}),
        get("roles", "read by a member", "Deal", "sold", "bob"),
        update("roles", "change by a member", "Deal", "sold", {"amount": 5}, "bob"),
        get("roles", "read by a child's member, not yet", "Deal", "sold", "cyn"),
        role("add a child", "PUT", "/{{sellers}}", {"roles": relation("AddRelation", child("juniors"))}),
        get("roles", "read by a child's member", "Deal", "sold", "cyn"),
        find("roles", "found by a child's member", "Deal", "cyn", where={"title": "For sellers"}),
        Step(
            "roles",
            "members",
            "GET",
            "/users",
            query={"where": {"$relatedTo": {"object": child("sellers"), "key": "users"}}},
            caller="bob",
        ),
        Step(
            "roles",
            "members by the master key",
            "GET",
            "/users",
            query={"where": {"$relatedTo": {"object": child("sellers"), "key": "users"}}, "keys": "username"},
            caller="master",
        ),
        role("roles of a member", "GET", where={"users": user("bob")}),
        role("children", "GET", where={"$relatedTo": {"object": child("sellers"), "key": "roles"}}),
        role("change by no writer", "PUT", "/{{sellers}}", {"users": relation("AddRelation", user("cyn"))}, "cyn"),
        role("rename", "PUT", "/{{sellers}}", {"name": "renamed"}),
        role("remove a child", "PUT", "/{{sellers}}", {"roles": relation("RemoveRelation", child("juniors"))}),
        get("roles", "read by who was a child's member", "Deal", "sold", "cyn"),
        role("remove a member", "PUT", "/{{sellers}}", {"users": relation("RemoveRelation", user("bob"))}),
        get("roles", "read by who was a member", "Deal", "sold", "bob"),
        role("delete by no writer", "DELETE", "/{{sellers}}", caller="bob"),
        role("delete", "DELETE", "/{{sellers}}"),
        role("read what is deleted", "GET", "/{{sellers}}"),
        role("delete the other", "DELETE", "/{{juniors}}"),
        role("a role that there is not", "GET", "/aaaaaaaaaa"),
        role("list without a token", "GET", caller=""),
    ]


def rights() -> list[Step]:
    return [*permissions(), *given_away(), *roles()]
