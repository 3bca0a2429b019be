"""Asking: every operator on every kind of column, random trees of them, order and pages, projections, sub-queries."""

from random import Random
from typing import Any

from tests.differential import world
from tests.differential.steps import Step, date, day, find, get, pointer, user

DEALS: dict[str, list[Any]] = {
    "title": [f"Deal {number:02} {world.TEXTS[number % 10]}" for number in range(14)] + ["nobody", "deal"],
    "amount": [*world.AMOUNTS, 7.25],
    "stage": [*world.STAGES, "elsewhere"],
    "notes": [*world.TEXTS, ""],
    "expectedCloseDate": [day(number) for number in range(1, 7)] + [date("2031-03-02T00:00:00Z")],
    "contact": [pointer("Contact", name) for name in world.CONTACTS],
    "company": [pointer("Company", name) for name in world.COMPANIES],
    "assignedTo": [user("ada"), user("bob")],
    "objectId": [f"{{{{{name}}}}}" for name in world.OPEN_DEALS] + ["aaaaaaaaaa"],
    "createdAt": [date("2020-01-01T00:00:00.000Z"), date("2099-01-01T00:00:00.000Z")],
}
ACTIVITIES: dict[str, list[Any]] = {
    "type": ["call", "email", "meeting", "note", "Call"],
    "subject": [f"Activity {number}" for number in range(9)],
    "dueDate": [date(f"2031-03-0{number}T08:30:15.{number}50Z") for number in (1, 3, 5, 7)] + [day(4)],
    "relatedTo": [pointer("Deal", name) for name in world.OPEN_DEALS[:6]],
    "createdBy": [user("ada"), user("cyn")],
}
EACH = [*DEALS]
FILLED = ["title", "stage", "objectId", "createdAt"]
POINTERS = {"objectId", "contact", "company", "assignedTo", "relatedTo", "createdBy"}
DATES = {"expectedCloseDate", "createdAt", "dueDate"}
COMPARED = ["$lt", "$lte", "$gt", "$gte"]


def one(column: str, operator: str, values: list[Any], random: Random) -> Any:
    """A condition on one column."""
    if operator == "equal":
        return random.choice(values)
    if operator in ("$in", "$nin"):
        return {operator: random.sample(values, min(len(values), random.randint(1, 3)))}
    if operator == "$exists":
        return {"$exists": random.random() < 0.5}
    return {operator: random.choice(values)}


def operators(column: str) -> list[str]:
    """Those that the reference can answer: a Date in the others is an internal error there (dates_it_cannot)."""
    if column in DATES:
        return ["equal", "$exists", *COMPARED]
    common = ["equal", "$eq", "$ne", "$in", "$nin", "$exists"]
    return common if column in POINTERS else common + COMPARED


def dates_it_cannot() -> list[Step]:
    wheres = [{"$eq": day(2)}, {"$ne": day(2)}, {"$in": [day(2), day(3)]}, {"$nin": [day(2), day(3)]}]
    return [
        find("where", f"a Date in {next(iter(where))}", "Deal", where={"expectedCloseDate": where}) for where in wheres
    ]


def each_operator(random: Random) -> list[Step]:
    steps = []
    for class_name, columns in (("Deal", DEALS), ("Activity", ACTIVITIES)):
        for column, values in columns.items():
            for operator in operators(column):
                for _ in range(3 if column in DATES else 2):
                    where = {column: one(column, operator, values, random)}
                    steps.append(find("where", f"{class_name}.{column} {operator}", class_name, where=where))
            for operator, nothing in (("equal", None), ("$ne", {"$ne": None}), ("$eq", {"$eq": None})):
                steps.append(
                    find("where", f"{class_name}.{column} {operator} null", class_name, where={column: nothing})
                )
        steps.append(find("where", f"{class_name} where empty", class_name, where={}))
    return steps


def tree(random: Random, depth: int, columns: list[str] = EACH) -> dict:
    """$nor only over columns that every row has a value in: about the others the two servers differ on purpose."""
    if depth == 0 or random.random() < 0.3:
        column = random.choice(columns)
        return {column: one(column, random.choice(operators(column)), DEALS[column], random)}
    if "amount" in columns and random.random() < 0.25:
        low, high = sorted(random.sample([0, 10, 100, 250, 1000, 1e6], 2))
        return {"amount": {"$gte": low, "$lt": high}, **tree(random, 0)}
    operator = random.choice(["$or", "$and", "$nor"])
    inner = FILLED if operator == "$nor" else columns
    return {operator: [tree(random, depth - 1, inner) for _ in range(random.randint(1, 3))]}


def nor_without_values() -> list[Step]:
    wheres: list[dict] = [{"amount": {"$gte": 1}}, {"notes": "plain"}, {"contact": pointer("Contact", "contact1")}]
    return [
        find("where", f"$nor of {[*where]}, which not all have", "Deal", where={"$nor": [where]}) for where in wheres
    ]


def trees(random: Random) -> list[Step]:
    return [find("where", f"tree {number}", "Deal", where=tree(random, 3)) for number in range(80)]


def expressions() -> list[Step]:
    patterns = [
        ("title", {"$regex": "^Deal 0"}),
        ("title", {"$regex": "^deal 0", "$options": "i"}),
        ("title", {"$regex": "plain$"}),
        ("title", {"$regex": "PLAIN", "$options": "i"}),
        ("title", {"$regex": "[0-4] "}),
        ("title", {"$regex": "(first|sure)"}),
        ("title", {"$regex": "\\d{2} p"}),
        ("title", {"$regex": "^Deal\\s0[1-3]"}),
        ("title", {"$regex": "d e a l", "$options": "ix"}),
        ("title", {"$regex": "first line.second", "$options": "s"}),
        ("title", {"$regex": "漢字"}),
        ("title", {"$regex": "\\Q100 % sure_\\E"}),
        ("title", {"$regex": "^\\QDeal 04\\E"}),
        ("title", {"$regex": "\\Qslash \\d+ (a|b)*\\E"}),
        ("title", {"$regex": "\\Q] {2}\\E$"}),
        ("notes", {"$regex": "\\Qit's \\E"}),
        ("notes", {"$regex": "."}),
        ("notes", {"$regex": ""}),
        ("stage", {"$regex": "^(won|lost)$"}),
        ("stage", {"$regex": "won", "$ne": "won"}),
        ("title", {"$regex": "nothing at all"}),
    ]
    return [find("regex", f"{column} {condition}", "Deal", where={column: condition}) for column, condition in patterns]


def ordered(random: Random) -> list[Step]:
    steps = []
    for column in DEALS:
        if column == "createdAt" or column in POINTERS:  # times and ids are not the same on both servers
            continue
        for sign in ("", "-"):
            rest = "" if column == "title" else ",title"
            steps.append(find("order", f"order {sign}{column}", "Deal", order=f"{sign}{column}{rest}"))
    for number in range(24):
        order = ",".join(random.choice(["", "-"]) + name for name in random.sample(["stage", "amount", "notes"], 2))
        query = {"order": f"{order},{random.choice(['', '-'])}title", "limit": random.choice([0, 1, 3, 5, 100])}
        if number % 2:
            query["skip"] = random.choice([0, 1, 4, 50])
        if number % 3 == 0:
            query["count"] = 1
        steps.append(find("order", f"page {number}", "Deal", where=tree(random, 1), **query))
    counts = [find("order", f"count {number}", "Deal", count=1, limit=0, where=tree(random, 2)) for number in range(8)]
    dated = find("order", "order dates of activities", "Activity", order="-dueDate,subject")
    unknown = find("order", "order by nothing known", "Deal", order="nosuch,title")
    return [*steps, *counts, dated, unknown, find("order", "order by times", "Company", order="createdAt,name")]


def projected() -> list[Step]:
    selections = ["title", "title,amount", "contact", "contact.name", "nosuch", "title,nosuch", "objectId", "ACL"]
    includes = ["contact", "company", "contact.company", "contact,company", "assignedTo", "nosuch", "title", "*"]
    steps = [find("projection", f"keys {keys}", "Deal", keys=keys) for keys in selections]
    steps += [find("projection", f"excludeKeys {keys}", "Deal", excludeKeys=keys) for keys in ["title", "notes,stage"]]
    steps += [find("projection", f"include {path}", "Deal", include=path) for path in includes]
    steps += [
        find("projection", "keys and include", "Deal", keys="title,contact", include="contact"),
        find("projection", "keys into an include", "Deal", keys="title,contact.name", include="contact"),
        find("projection", "keys two deep", "Deal", keys="contact.company.name", include="contact.company"),
        find("projection", "includeAll", "Deal", includeAll="true"),
        find("projection", "keys with excludeKeys", "Deal", keys="title,notes", excludeKeys="notes"),
        find("projection", "include of an activity", "Activity", include="relatedTo"),
        find("projection", "include two deep of an activity", "Activity", include="relatedTo.company,createdBy"),
        find("projection", "include createdBy of a company", "Company", include="createdBy"),
        find("projection", "exclude a pointer", "Deal", excludeKeys="contact,company"),
        find("projection", "exclude what is always there", "Deal", excludeKeys="objectId,createdAt"),
    ]
    for name in ("deal1", "deal2", "deal3"):
        steps += [
            get("projection", f"get {name} with keys", "Deal", name, keys="title,amount"),
            get("projection", f"get {name} with include", "Deal", name, include="contact.company,company"),
            get("projection", f"get {name} without keys", "Deal", name, excludeKeys="title,stage"),
        ]
    return steps


def subqueries() -> list[Step]:
    def deals(label: str, **where: Any) -> Step:
        return find("subquery", label, "Deal", where=where)

    def contacts(**where: Any) -> dict:
        return {"where": where, "className": "Contact"}

    def companies(**where: Any) -> dict:
        return {"where": where, "className": "Company"}

    plain = {"$regex": "sure"}
    nested = {"$inQuery": companies(industry="Tools")}
    named = {"query": {"className": "Company", "where": {}}, "key": "name"}
    return [
        deals("inQuery by name", contact={"$inQuery": contacts(name=plain)}),
        deals("inQuery of all", contact={"$inQuery": contacts()}),
        deals("inQuery by company", company={"$inQuery": companies(industry="Tools")}),
        deals("inQuery nested", contact={"$inQuery": contacts(company=nested)}),
        deals("inQuery beside another", contact={"$inQuery": contacts()}, stage="won"),
        deals("inQuery in or", **{"$or": [{"contact": {"$inQuery": contacts(name=plain)}}, {"stage": "won"}]}),
        deals("inQuery without a match", contact={"$inQuery": contacts(name="nobody")}),
        deals("notInQuery by name", contact={"$notInQuery": contacts(name=plain)}),
        deals("notInQuery and a pointer", contact={"$notInQuery": contacts(name=plain), "$exists": True}),
        deals("notInQuery without a match", contact={"$notInQuery": contacts(name="nobody")}),
        deals("inQuery with limit", contact={"$inQuery": {**contacts(), "limit": 1, "order": "name"}}),
        deals("select by title", title={"$select": {"query": {"className": "Company", "where": {}}, "key": "name"}}),
        deals("dontSelect by title", title={"$dontSelect": named}),
        deals(
            "select of stages",
            stage={"$select": {"query": {"className": "Deal", "where": {"amount": 100}}, "key": "stage"}},
        ),
        find(
            "subquery",
            "activities of open deals",
            "Activity",
            where={"relatedTo": {"$inQuery": {"className": "Deal", "where": {"stage": "won"}}}},
        ),
        find(
            "subquery",
            "activities not of deals",
            "Activity",
            where={"relatedTo": {"$notInQuery": {"className": "Deal", "where": {"stage": "won"}}}},
        ),
        find("subquery", "contacts by company", "Contact", where={"company": {"$inQuery": companies(industry="Food")}}),
        find("subquery", "rows of others stay hidden", "Deal", "bob", where={"contact": {"$inQuery": contacts()}}),
        find(
            "subquery",
            "select with a hidden row",
            "Deal",
            "cyn",
            where={"title": {"$select": {"query": {"className": "Deal", "where": {}}, "key": "title"}}},
        ),
        deals("text search", title={"$text": {"$search": {"$term": "sure"}}}),
        deals("text search without a match", title={"$text": {"$search": {"$term": "zebra"}}}),
        deals("text search with its case", title={"$text": {"$search": {"$term": "DROP"}}}),
    ]


def single() -> list[Step]:
    steps = [get("get", f"get {name}", "Deal", name) for name in world.OPEN_DEALS]
    steps += [get("get", f"get {name}", "Company", name) for name in world.COMPANIES]
    steps += [get("get", f"get {name}", "Contact", name) for name in world.CONTACTS]
    steps += [get("get", f"get {name}", "Activity", name) for name in world.ACTIVITIES]
    for caller in ("bob", "cyn", "", "master"):
        for name in ("adas", "bobs", "lent", "shown", "deal1"):
            steps.append(get("get", f"get {name} by {caller or 'nobody'}", "Deal", name, caller))
    missing = [("no such id", "aaaaaaaaaa"), ("a long id", "a" * 40), ("a strange id", "%27%22"), ("a dot", "a.b")]
    steps += [Step("get", f"get {label}", "GET", f"/classes/Deal/{name}") for label, name in missing]
    return [*steps, get("get", "get a deal as a contact", "Contact", "deal1")]


def reads(random: Random) -> list[Step]:
    asked = [
        *each_operator(random),
        *dates_it_cannot(),
        *nor_without_values(),
        *trees(random),
        *expressions(),
        *ordered(random),
    ]
    return [*single(), *asked, *projected(), *subqueries()]
