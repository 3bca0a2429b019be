"""GraphQL: the same questions and changes as by REST, in its own language."""

import json
from random import Random
from typing import Any

from tests.differential.steps import Step
from tests.differential.world import COMPANIES, CONTACTS, STAGES

PATH = "/graphql"
ROW = "id objectId createdAt updatedAt"
ACL = "ACL { users { userId read write } roles { roleName read write } public { read write } }"
PAGE = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
CLASSES = {
    "deal": ("title amount stage expectedCloseDate notes", "title"),
    "contact": ("name email phone notes", "name"),
    "company": ("name website industry address notes", "name"),
    "activity": ("type subject description dueDate completedAt", "subject"),
}
PLURALS = {"deal": "deals", "contact": "contacts", "company": "companies", "activity": "activities"}
PUBLIC = {"public": {"read": True, "write": True}}


def ask(kind: str, label: str, query: str, caller: str = "ada", keep: str = "", **variables: Any) -> Step:
    body = {"query": query, **({"variables": variables} if variables else {})}
    return Step(f"gql {kind}", label, "POST", PATH, body, caller=caller, keep=keep, ordered="order" in query)


def ref(name: str) -> str:
    return f"{{{{{name}}}}}"


# --- reading ----------------------------------------------------------------------------------------------------------


def rows() -> list[Step]:
    steps = []
    for single, (columns, name) in CLASSES.items():
        rows = f"{single}1"
        for who in ("ada", "bob", "", "master"):
            query = f"query($id: ID!) {{ {single}(id: $id) {{ {ROW} {columns} __typename {ACL} }} }}"
            steps.append(ask("rows", f"{single} by {who or 'nobody'}", query, who, id=ref(rows)))
        plural = PLURALS[single]
        edges = f"edges {{ cursor node {{ {ROW} {columns} }} }}"
        every = f"{{ {plural}(order: [{name}_ASC]) {{ count {edges} {PAGE} }} }}"
        all_of_them = f"{{ {plural}(order: [{name}_ASC]) {{ {edges} }} }}"  # the reference only guesses their number
        steps += [ask("rows", f"every {single} by {who or 'nobody'}", every, who) for who in ("ada", "bob", "")]
        steps.append(ask("rows", f"every {single} by the master key", all_of_them, "master"))
    pointers = (
        "contact { objectId name company { name industry } } company { id name } assignedTo { objectId username }"
    )
    deep = f"{{ deals(order: [title_ASC]) {{ edges {{ node {{ title {pointers} }} }} }} }}"
    steps += [ask("rows", f"pointers of deals, by {who}", deep, who) for who in ("ada", "bob", "cyn", "master")]
    for name in ("adas", "bobs", "lent", "shown", "deal1"):
        steps += [
            ask("rows", f"{name} by {who or 'nobody'}", f'{{ deal(id: "{ref(name)}") {{ title {ACL} }} }}', who)
            for who in ("ada", "bob", "cyn", "", "master")
        ]
    return steps


WHERES: list[tuple[str, dict]] = [
    ("deal", {"stage": {"equalTo": "lead"}}),
    ("deal", {"stage": {"notEqualTo": "lead"}}),
    ("deal", {"stage": {"in": ["won", "lost"]}}),
    ("deal", {"stage": {"notIn": ["won", "lost"]}}),
    ("deal", {"amount": {"greaterThan": 100}}),
    ("deal", {"amount": {"greaterThanOrEqualTo": 250, "lessThan": 1000}}),
    ("deal", {"amount": {"lessThanOrEqualTo": 10.5}}),
    ("deal", {"amount": {"equalTo": 250}}),
    ("deal", {"amount": {"exists": False}}),
    ("deal", {"amount": {"exists": True}}),
    ("deal", {"amount": {"in": [0, 1, 10.5]}}),
    ("deal", {"amount": {"notIn": [0, 1, 10.5]}}),
    ("deal", {"expectedCloseDate": {"lessThan": "2031-03-03T00:00:00.000Z"}}),
    ("deal", {"expectedCloseDate": {"greaterThanOrEqualTo": "2031-03-03"}}),
    ("deal", {"expectedCloseDate": {"exists": False}}),
    ("deal", {"createdAt": {"greaterThan": "2001-01-01T00:00:00.000Z"}}),
    ("deal", {"createdAt": {"lessThan": "2001-01-01T00:00:00.000Z"}}),
    ("deal", {"title": {"matchesRegex": "^Deal 0[1-5]"}}),
    ("deal", {"title": {"matchesRegex": "^deal 0", "options": "i"}}),
    ("deal", {"title": {"matchesRegex": "\\Q100 % sure\\E"}}),
    ("deal", {"title": {"text": {"search": {"term": "plain"}}}}),
    ("deal", {"title": {"lessThan": "Deal 05"}}),
    ("deal", {"notes": {"exists": False}}),
    ("deal", {"objectId": {"equalTo": ref("deal3")}}),
    ("deal", {"objectId": {"in": [ref("deal3"), ref("deal4")]}}),
    ("deal", {"id": {"equalTo": ref("deal3")}}),
    ("deal", {"id": {"in": [ref("deal3"), "nonsense"]}}),
    ("deal", {"id": {"notEqualTo": ref("deal3")}}),
    ("deal", {"contact": {"exists": True}}),
    ("deal", {"contact": {"exists": False}}),
    ("deal", {"contact": {"have": {"phone": {"exists": True}}}}),
    ("deal", {"contact": {"haveNot": {"phone": {"exists": True}}}}),
    ("deal", {"contact": {"have": {"company": {"have": {"industry": {"equalTo": "Tools"}}}}}}),
    ("deal", {"contact": {"have": {"objectId": {"equalTo": ref("contact1")}}}}),
    ("deal", {"contact": {"have": {"id": {"equalTo": ref("contact1")}}}}),
    ("deal", {"company": {"have": {"industry": {"equalTo": "Tools"}}}}),
    ("deal", {"company": {"haveNot": {"industry": {"equalTo": "Tools"}}}}),
    ("deal", {"company": {"have": {"OR": [{"industry": {"equalTo": "Food"}}, {"address": {"exists": True}}]}}}),
    ("deal", {"assignedTo": {"exists": True}}),
    ("deal", {"assignedTo": {"have": {"username": {"equalTo": "ada"}}}}),
    ("deal", {"OR": [{"stage": {"equalTo": "won"}}, {"amount": {"greaterThan": 900}}]}),
    ("deal", {"AND": [{"stage": {"equalTo": "won"}}, {"amount": {"greaterThan": 0}}]}),
    ("deal", {"NOR": [{"stage": {"equalTo": "won"}}, {"stage": {"equalTo": "lead"}}]}),
    ("deal", {"stage": {"notEqualTo": "won"}, "OR": [{"amount": {"exists": False}}, {"amount": {"lessThan": 5}}]}),
    (
        "deal",
        {"OR": [{"AND": [{"stage": {"equalTo": "won"}}, {"notes": {"exists": True}}]}, {"amount": {"equalTo": 1}}]},
    ),
    (
        "deal",
        {
            "title": {
                "inQueryKey": {"query": {"className": "Deal", "where": {"stage": {"equalTo": "won"}}}, "key": "title"}
            }
        },
    ),
    (
        "deal",
        {"stage": {"notInQueryKey": {"query": {"className": "Deal", "where": {"stage": "won"}}, "key": "stage"}}},
    ),
    ("deal", {}),
    ("contact", {"company": {"have": {"name": {"exists": True}}}}),
    ("contact", {"company": {"exists": False}}),
    ("contact", {"email": {"exists": True}}),
    ("contact", {"createdBy": {"have": {"username": {"equalTo": "ada"}}}}),
    ("contact", {"name": {"matchesRegex": "[xyz]"}}),
    ("company", {"industry": {"equalTo": "Tools"}}),
    ("company", {"OR": [{"industry": {"equalTo": "Food"}}, {"notes": {"exists": True}}]}),
    ("company", {"createdBy": {"exists": True}}),
    ("activity", {"type": {"in": ["call", "email"]}}),
    ("activity", {"dueDate": {"greaterThan": "2031-03-03T00:00:00.000Z"}}),
    ("activity", {"dueDate": {"equalTo": "2031-03-03T08:30:15.350Z"}}),
    ("activity", {"completedAt": {"exists": False}}),
    ("activity", {"relatedTo": {"exists": True}}),
    ("activity", {"relatedTo": {"have": {"objectId": {"equalTo": ref("deal2")}}}}),
    ("activity", {"relatedTo": {"have": {"stage": {"in": ["lead", "qualified"]}}}}),
    ("activity", {"attachment": {"exists": False}}),
]


def wheres(random: Random) -> list[Step]:
    steps = []
    for single, where in [*WHERES, *(("deal", _where(random, 2)) for _ in range(60))]:
        _, name = CLASSES[single]
        body = f"count edges {{ node {{ objectId {name} }} }}"
        title = f"{single[0].upper()}{single[1:]}"
        query = f"query($w: {title}WhereInput) {{ {PLURALS[single]}(where: $w, order: [{name}_ASC]) {{ {body} }} }}"
        steps.append(ask("where", f"{single} {json.dumps(where)}", query, w=where))
    return steps


def _where(random: Random, depth: int) -> dict:
    """A condition as anybody might put one together."""
    choice = random.randrange(8 if depth else 5)
    if choice == 0:
        return {"stage": {random.choice(["equalTo", "notEqualTo"]): random.choice(STAGES)}}
    if choice == 1:
        operator = random.choice(["lessThan", "lessThanOrEqualTo", "greaterThan", "greaterThanOrEqualTo", "equalTo"])
        return {"amount": {operator: random.choice([0, 1, 10.5, 100, 250, 1e6])}}
    if choice == 2:
        return {random.choice(["notes", "contact", "company", "amount"]): {"exists": random.choice([True, False])}}
    if choice == 3:
        return {"contact": {"have": {"objectId": {"equalTo": ref(random.choice(CONTACTS))}}}}
    if choice == 4:
        return {"company": {"have": {"objectId": {"in": [ref(one) for one in random.sample(COMPANIES, 2)]}}}}
    return {random.choice(["OR", "AND", "NOR"]): [_where(random, depth - 1) for _ in range(random.randint(1, 3))]}


PAGES = [
    "first: 3", "first: 0", "first: 100", "skip: 2", "skip: 2, first: 3", "skip: 500", "last: 2", "last: 0",
    "last: 500",
    "last: 2, first: 5", "last: 5, first: 2", "last: 2, skip: 3", 'after: "YXJyYXljb25uZWN0aW9uOjI="',
    'after: "YXJyYXljb25uZWN0aW9uOjI=", first: 2', 'after: "YXJyYXljb25uZWN0aW9uOjI=", skip: 2',
    'before: "YXJyYXljb25uZWN0aW9uOjM="', 'before: "YXJyYXljb25uZWN0aW9uOjM=", first: 1',
    'before: "YXJyYXljb25uZWN0aW9uOjM=", last: 1', 'before: "YXJyYXljb25uZWN0aW9uOjM=", skip: 5', 'after: ""',
    "first: -1", "skip: -1", "last: -1", 'after: "nonsense"', 'before: "nonsense"',
    "options: {readPreference: PRIMARY}",
]  # fmt: skip
ORDERS = ["[title_DESC]", "[stage_ASC, title_DESC]", "[amount_DESC, title_ASC]", "title_ASC", "[createdAt_ASC]",
          "[expectedCloseDate_ASC, title_ASC]", "[createdAt_DESC]", "[stage_DESC, amount_ASC, title_ASC]"]  # fmt: skip


def pages() -> list[Step]:
    body = f"{{ count edges {{ cursor node {{ title }} }} {PAGE} }}"
    steps = [ask("pages", one, f"{{ deals(order: [title_ASC], {one}) {body} }}") for one in PAGES]
    orders = [f"{{ deals(order: {one}, first: 8) {{ edges {{ node {{ title stage }} }} }} }}" for one in ORDERS]
    steps += [ask("pages", query, query) for query in orders]
    parts = ["count", "edges { cursor }", PAGE, "pageInfo { endCursor }", "__typename", "edges { node { __typename } }"]
    return steps + [ask("pages", part, f"{{ deals(order: [title_ASC]) {{ {part} }} }}") for part in parts]


# --- the language -----------------------------------------------------------------------------------------------------

QUERIES = [
    "{ health }", "{ __typename }", "{ a: health b: health }", "query Q { health }",
    "query A { health } query B { health }",
    "{ deals { edges { node { title } } } nosuch }", "{ deals { nosuch } }", "{ deals }", "{ health { a } }", "{", "",
    "nonsense", "{ deal { title } }", "{ deal(id: 5) { title } }", "{ deal(id: null) { title } }",
    "{ deals(nosuch: 1) { count } }", "{ deals(order: [nosuch_ASC]) { count } }", "{ deals(first: \"1\") { count } }",
    "{ deals(where: {nosuch: {equalTo: 1}}) { count } }", "{ deals(where: {amount: {equalTo: \"1\"}}) { count } }",
    "{ deals(where: {amount: {nosuch: 1}}) { count } }", "{ deals(where: {stage: {}}) { count } }",
    "{ deals(where: {expectedCloseDate: {lessThan: \"nonsense\"}}) { count } }",
    "{ deals(where: {title: {matchesRegex: \"a\", options: \"q\"}}) { count } }",
    "fragment F on Deal { title } { deals(first: 1, order: [title_ASC]) { edges { node { ...F ...F stage } } } }",
    "{ deals { edges { node { ...F } } } }", "fragment F on Deal { title } { health }",
    "{ deals(first: 1, order: [title_ASC]) { edges { node { ... on Deal { title } ... on Node { id } } } } }",
    "{ deals(first: 1, order: [title_ASC]) { edges { node { ... on ParseObject { objectId } t: title } } } }",
    "{ deals(first: 1, order: [title_ASC]) { edges { node { title @skip(if: true) stage @include(if: true) } } } }",
    "query($x: Int!) { deals(first: $x) { count } }", "query($x: Nosuch) { health }", "query($x: Int = 2) { health }",
    "subscription { deals { id } }", "mutation { nosuch }", "mutation { health }",
    "{ viewer { user { username email } } }",
    "{ __schema { queryType { name } } }", "{ node(id: \"nonsense\") { id } }", "{ node(id: \"RGVhbDpub3Bl\") { id } }",
    "{ deal(id: \"nope\") { title } }", "{ deal(id: \"\") { title } }", "{ deal(id: \"RGVhbDpub3Bl\") { title } }",
    "{ user(id: \"nope\") { username } }", "{ session(id: \"nope\") { expiresAt } }", "{ role(id: \"nope\") { name } }",
    "{ deals @nosuch { count } }", "{ a: deals(first: 1) { count } b: deal(id: \"x\") { id } }",
    "{ classes { name } }", "{ class(name: \"Deal\") { name } }", "{ cloudConfig(paramName: \"x\") { value } }",
]  # fmt: skip


def language() -> list[Step]:
    steps = [ask("language", f"{query} by {who or 'nobody'}", query, who) for query in QUERIES for who in ("ada", "")]
    node = "query($id: ID!) { node(id: $id) { id __typename ... on Deal { title stage contact { name } } } }"
    steps.append(ask("language", "a variable too many", "{ health }", x=5))
    steps += [
        ask(
            "language",
            f"variable {value!r}",
            "query($x: Int) { deals(first: $x, order: [title_ASC]) { count } }",
            x=value,
        )
        for value in (1, 1.5, "1", None, True, [1], {"a": 1}, -1, 2**40)
    ]
    bodies: list[Any] = [
        {}, [], [{"query": "{ health }"}], {"query": 5}, {"query": None}, {"query": "{ health }", "variables": "x"},
        {"query": "{ health }", "variables": None},
        {"query": "query A { health } query B { health }", "operationName": "B"},
        {"query": "{ health }", "operationName": "nosuch"}, {"query": "{ health }", "variables": []},
        {"query": "{ health }", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0"}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0"}}}, {"query": "{ health }", "nosuch": 1},
    ]  # fmt: skip
    steps += [Step("gql language", f"body {json.dumps(body)}", "POST", PATH, body) for body in bodies]
    keys: list[tuple[str, dict]] = [
        ("no keys", {}),
        ("no client key", {"X-Parse-Application-Id": "parsley"}),
        ("another application", {"X-Parse-Application-Id": "other", "X-Parse-REST-API-Key": "parsley-rest"}),
        ("a wrong key", {"X-Parse-Application-Id": "parsley", "X-Parse-REST-API-Key": "wrong"}),
        ("a wrong master key", {"X-Parse-Application-Id": "parsley", "X-Parse-Master-Key": "wrong"}),
        ("the key of JavaScript", {"X-Parse-Application-Id": "parsley", "X-Parse-Javascript-Key": "parsley-js"}),
        (
            "an unknown token",
            {
                "X-Parse-Application-Id": "parsley",
                "X-Parse-REST-API-Key": "parsley-rest",
                "X-Parse-Session-Token": "r:0",
            },
        ),
    ]
    steps += [
        Step("gql language", label, "POST", PATH, {"query": "{ health }"}, headers=headers) for label, headers in keys
    ]
    steps += [
        Step("gql language", "by GET", "GET", PATH, query={"query": "{ health }"}),
        Step(
            "gql language", "a mutation by GET", "GET", PATH, query={"query": "mutation { logOut(input: {}) { ok } }"}
        ),
        Step("gql language", "nothing by GET", "GET", PATH),
        Step("gql language", "by PUT", "PUT", PATH, {"query": "{ health }"}),
    ]
    return [*steps, ask("language", "a node by its objectId", node, id=ref("deal1"))]


def reading() -> list[Step]:
    return [*rows(), *wheres(Random(7)), *pages(), *language()]
