"""GraphQL: changes of rows, and of who is signed in."""

from typing import Any

from tests.differential.graphs import ACL, PUBLIC, ROW, ask, ref
from tests.differential.steps import PASSWORD, Step


def change(label: str, verb: str, single: str, what: str, caller: str = "ada", keep: str = "", **given: Any) -> Step:
    title = f"{verb}{single[0].upper()}{single[1:]}"
    kind = f"{title[0].upper()}{title[1:]}Input!"
    query = f"mutation($i: {kind}) {{ {title}(input: $i) {{ {what} clientMutationId }} }}"
    return ask("writes", label, query, caller, keep, i=given)


def writes() -> list[Step]:
    deal = f"deal {{ {ROW} title amount stage expectedCloseDate notes contact {{ name }} company {{ name }} {ACL} }}"
    contact = f"contact {{ {ROW} name company {{ name }} {ACL} }}"
    full = {"title": "By GraphQL", "stage": "lead", "amount": 5.5, "expectedCloseDate": "2031-03-04", "ACL": PUBLIC}

    def made(label: str, fields: dict, caller: str = "ada", keep: str = "", **more: Any) -> Step:
        return change(label, "create", "deal", deal, caller, keep, fields=fields, **more)

    def changed(label: str, fields: dict, caller: str = "ada", name: str = "gq1", what: str = deal) -> Step:
        return change(label, "update", "deal", what, caller, id=ref(name), fields=fields)

    linked = {**full, "contact": {"link": ref("contact1")}, "company": {"link": ref("company1")}}
    nested = {"createAndLink": {"name": "Made along", "ACL": PUBLIC}}
    return [
        made("create", full, keep="gq1", clientMutationId="abc"),
        made("create with links", linked, keep="gq2"),
        made("create and link", {**full, "contact": nested}, keep="gq3"),
        made("create without a token", full, ""),
        made("create by the master key", full, "master", keep="gq4"),
        made("create without fields of use", {"title": "", "stage": "lead", "ACL": PUBLIC}),
        made("create without a title", {"stage": "lead"}),
        made("create with an unknown column", {**full, "nosuch": 1}),
        made("create with a bad amount", {**full, "amount": "5"}),
        made("create with a bad date", {**full, "expectedCloseDate": "nonsense"}),
        made("create with a Date of Parse", {**full, "expectedCloseDate": {"__type": "Date", "iso": "2031-03-05"}}),
        made("create with an empty pointer", {**full, "contact": {}}),
        made("create with both", {**full, "contact": {**nested, "link": ref("contact1")}}),
        made("create with nulls", {**full, "amount": None, "contact": None, "notes": None}, keep="gq5"),
        made("create for ada alone", {**full, "ACL": {"users": [{"userId": ref("ada"), "read": True, "write": True}]}},
             keep="gq6"),
        made("create for all to read", {**full, "ACL": {
            "users": [{"userId": ref("ada"), "read": True, "write": True}], "public": {"read": True, "write": False}}},
             keep="gq7"),
        changed("change", {"title": "Changed", "amount": 7}),
        changed("change nothing", {}),
        changed("change to null", {"amount": None, "expectedCloseDate": None, "notes": None}),
        changed("change to an empty title", {"title": ""}),
        changed("link", {"contact": {"link": ref("contact2")}}),
        changed("unlink", {"contact": None}),
        changed("link an empty pointer", {"contact": {}}),
        changed("change by bob", {"notes": "by bob"}, "bob"),
        changed("change by nobody", {"notes": "by nobody"}, ""),
        changed("change what bob may not see", {"notes": "x"}, "bob", "gq6"),
        changed("change what bob may only read", {"notes": "x"}, "bob", "gq7"),
        changed("change a missing row", {"notes": "x"}, name="nosuch"),
        changed("change, and ask for nothing", {"notes": "z"}, what=""),
        changed("change, and ask for the id", {"notes": "z"}, what="deal { id }"),
        changed("change the ACL", {"ACL": {"users": [{"userId": ref("ada"), "read": True, "write": True}]}}),
        changed("change what was given away", {"notes": "y"}, "bob"),
        change("delete what bob may not see", "delete", "deal", "deal { title }", "bob", id=ref("gq6")),
        change("delete, and ask for nothing, by bob", "delete", "deal", "", "bob", id=ref("gq6")),
        change("delete by nobody", "delete", "deal", "deal { id }", "", id=ref("gq2")),
        change("delete", "delete", "deal", deal, id=ref("gq2"), clientMutationId="d"),
        change("delete again", "delete", "deal", "deal { id }", id=ref("gq2")),
        change("delete again, with its title", "delete", "deal", "deal { title }", id=ref("gq2")),
        *[change(f"delete {name}", "delete", "deal", "deal { id objectId }", id=ref(name))
          for name in ("gq1", "gq3", "gq5", "gq6", "gq7")],
        change("contact with a company", "create", "contact", contact, keep="gqc", fields={
            "name": "C", "ACL": PUBLIC, "company": {"createAndLink": {"name": "Co", "ACL": PUBLIC}}}),
        change("contact without a name", "create", "contact", contact, fields={"email": "x@y.example"}),
        change("contact to another company", "update", "contact", contact, id=ref("gqc"), fields={
            "company": {"link": ref("company2")}}),
        change("delete a contact", "delete", "contact", contact, id=ref("gqc")),
        change("activity about a deal", "create", "activity", f"activity {{ {ROW} type subject dueDate }}", keep="gqa",
               fields={"type": "call", "subject": "S", "dueDate": "2031-03-04T08:30:00.000Z", "ACL": PUBLIC,
                       "relatedTo": {"link": ref("deal1")}}),
        change("activity done", "update", "activity", "activity { completedAt subject }", id=ref("gqa"),
               fields={"completedAt": "2031-03-04T09:30:00.000Z"}),
        change("delete an activity", "delete", "activity", "activity { subject completedAt }", id=ref("gqa")),
        change("company", "create", "company", f"company {{ {ROW} name website }}", keep="gqo",
               fields={"name": "Co", "website": "https://x.example", "ACL": PUBLIC}),
        change("delete a company", "delete", "company", "company { name }", id=ref("gqo")),
    ]  # fmt: skip


# --- people -----------------------------------------------------------------------------------------------------------


def people() -> list[Step]:
    viewer = "viewer { sessionToken user { id objectId username email createdAt } }"
    sign_up = f"mutation($f: CreateUserFieldsInput) {{ signUp(input: {{fields: $f}}) {{ {viewer} clientMutationId }} }}"
    log_in = f"mutation($u: String!, $p: String!) {{ logIn(input: {{username: $u, password: $p}}) {{ {viewer} }} }}"
    mine = f"{{ {viewer} }}"
    account = {"username": "gia", "password": PASSWORD, "email": "gia@parsley.example"}

    def up(label: str, **fields: Any) -> Step:
        return ask("people", f"signUp {label}", sign_up, "", keep="gia" if label == "right" else "", f=fields)

    def user(label: str, verb: str, caller: str = "gia", **given: Any) -> Step:
        title = f"{verb}User"
        kind = f"{title[0].upper()}{title[1:]}Input!"
        query = f"mutation($i: {kind}) {{ {title}(input: $i) {{ user {{ username email }} }} }}"
        return ask("people", label, query, caller, i=given)

    return [
        up("right", **account),
        up("again", **account),
        up("without a password", username="gia2"),
        up("without a name", password=PASSWORD),
        up("a bad address", username="gia2", password=PASSWORD, email="none"),
        up("a taken address", username="gia2", password=PASSWORD, email="gia@parsley.example"),
        up("a number", username=5, password=PASSWORD),
        ask("people", "signUp nothing", "mutation { signUp(input: {}) { viewer { sessionToken } } }", ""),
        ask("people", "logIn", log_in, "", keep="gia", u="gia", p=PASSWORD),
        ask("people", "logIn wrong", log_in, "", u="gia", p="wrong"),
        ask("people", "logIn nobody", log_in, "", u="nobody", p=PASSWORD),
        ask("people", "logIn nothing", log_in, "", u="", p=""),
        ask("people", "logIn a number", log_in, "", u=5, p=PASSWORD),
        ask("people", "viewer", mine, "gia"),
        ask("people", "viewer by nobody", mine, ""),
        ask("people", "viewer by the master key", mine, "master"),
        ask("people", "users", "{ users { count edges { node { username email } } } }", "gia"),
        ask("people", "users by nobody", "{ users { count edges { node { username } } } }", ""),
        ask("people", "own user", f'{{ user(id: "{ref("gia")}") {{ username email {ACL} }} }}', "gia"),
        ask("people", "another user", f'{{ user(id: "{ref("ada")}") {{ username }} }}', "gia"),
        user("own address", "update", id=ref("gia"), fields={"email": "gia2@parsley.example"}),
        user("a bad address of one's own", "update", id=ref("gia"), fields={"email": "none"}),
        user("another's name", "update", id=ref("ada"), fields={"username": "x"}),
        user("a name anonymously", "update", "", id=ref("gia"), fields={"username": "x"}),
        user("delete another", "delete", id=ref("ada")),
        user("delete anonymously", "delete", "", id=ref("gia")),
        user("createUser by nobody", "create", "", fields={"username": "gib", "password": PASSWORD}),
        user("createUser taken", "create", "", fields={"username": "gia", "password": PASSWORD}),
        ask("people", "sessions", "{ sessions { count edges { node { createdWith user { username } } } } }", "gia"),
        ask("people", "sessions by nobody", "{ sessions { count } }", ""),
        ask("people", "resetPassword", 'mutation { resetPassword(input: {email: "gia@parsley.example"}) { ok } }', ""),
        ask(
            "people", "resetPassword of nobody", 'mutation { resetPassword(input: {email: "no@x.example"}) { ok } }', ""
        ),
        ask("people", "challenge nothing", "mutation { challenge(input: {}) { challengeData } }", ""),
        ask("people", "challenge", 'mutation { challenge(input: {username: "gia"}) { challengeData } }', ""),
        ask("people", "logOut", "mutation { logOut(input: {}) { ok clientMutationId } }", "gia"),
        ask("people", "viewer after logOut", mine, "gia"),
        ask("people", "logOut by nobody", "mutation { logOut(input: {}) { ok } }", ""),
        ask("people", "class by the master key", '{ class(name: "Nosuch") { name } }', "master"),
        ask("people", "createClass by a user", 'mutation { createClass(input: {name: "X"}) { class { name } } }'),
        ask("people", "cloudConfig by the master key", '{ cloudConfig(paramName: "x") { value } }', "master"),
        ask("people", "roles by nobody", "{ roles { count } }", ""),
    ]


def roles() -> list[Step]:
    own = {"users": [{"userId": ref("ada"), "read": True, "write": True}], "public": {"read": True, "write": False}}
    body = f"role {{ objectId name {ACL} users {{ count }} roles {{ count }} }}"
    kind = "people"

    def role(label: str, verb: str, caller: str = "master", keep: str = "", **given: Any) -> Step:
        step = change(label, verb, "role", body, caller, keep, **given)
        return ask(kind, step.label, step.body["query"], caller, keep, **step.body["variables"])

    def asked(label: str, query: str, caller: str = "master", **variables: Any) -> Step:
        return ask(kind, label, query, caller, **variables)

    where = "query($w: RoleWhereInput) { roles(where: $w) { count edges { node { name } } } }"
    members = '{ role(id: "{{gqr}}") { users(order: [username_ASC], first: 1) { count edges { node { username } } } } }'
    return [
        role("a role", "create", keep="gqr", fields={"name": "graphs", "ACL": own, "users": {"add": [ref("ada")]}}),
        role("a role again", "create", fields={"name": "graphs", "ACL": own}),
        role("a role without a name", "create", fields={"ACL": own}),
        role("a role below", "create", keep="gqs", fields={"name": "under", "ACL": own}),
        role("add two", "update", id=ref("gqr"), fields={"users": {"add": [ref("bob"), ref("cyn")]}}),
        role("remove one", "update", id=ref("gqr"), fields={"users": {"remove": [ref("cyn")]}}),
        role("add a role", "update", id=ref("gqr"), fields={"roles": {"add": [ref("gqs")]}}),
        role("an empty relation", "update", id=ref("gqr"), fields={"roles": {}}),
        role("by no writer", "update", "bob", id=ref("gqr"), fields={"users": {"add": [ref("cyn")]}}),
        asked("members", members),
        asked("members, by one of them", members, "bob"),
        asked("roles by name", where, w={"name": {"equalTo": "graphs"}}),
        asked("roles of a user", where, w={"users": {"have": {"objectId": {"equalTo": ref("bob")}}}}),
        asked("roles of a user's name", where, w={"users": {"have": {"username": {"equalTo": "ada"}}}}),
        asked("roles above", where, w={"roles": {"have": {"name": {"equalTo": "under"}}}}),
        role("delete a role by no writer", "delete", "bob", id=ref("gqr")),
        role("delete a role", "delete", id=ref("gqr")),
        role("delete the other", "delete", id=ref("gqs")),
    ]


def writing() -> list[Step]:
    return [*writes(), *people(), *roles()]
