"""Keys and headers, the SDK's form of a request, the other routes, and what nobody should send."""

from random import Random
from typing import Any

from tests.differential import world
from tests.differential.steps import PUBLIC, Step, date, dumps, find, made, pointer

KEY = {"X-Parse-Application-Id": "parsley", "X-Parse-REST-API-Key": "parsley-rest"}


def keys() -> list[Step]:
    sets: dict[str, dict[str, str]] = {
        "no keys": {},
        "no application": {"X-Parse-REST-API-Key": "parsley-rest"},
        "no key": {"X-Parse-Application-Id": "parsley"},
        "another application": {**KEY, "X-Parse-Application-Id": "other"},
        "a wrong key": {**KEY, "X-Parse-REST-API-Key": "wrong"},
        "an empty key": {**KEY, "X-Parse-REST-API-Key": ""},
        "the JavaScript key": {"X-Parse-Application-Id": "parsley", "X-Parse-Javascript-Key": "parsley-js"},
        "a wrong JavaScript key": {"X-Parse-Application-Id": "parsley", "X-Parse-Javascript-Key": "wrong"},
        "the master key": {"X-Parse-Application-Id": "parsley", "X-Parse-Master-Key": "parsley-master"},
        "a wrong master key": {"X-Parse-Application-Id": "parsley", "X-Parse-Master-Key": "wrong"},
        "a wrong master key beside a key": {**KEY, "X-Parse-Master-Key": "wrong"},
        "an unknown token": {**KEY, "X-Parse-Session-Token": "r:" + "0" * 32},
        "a strange token": {**KEY, "X-Parse-Session-Token": "token"},
        "an empty token": {**KEY, "X-Parse-Session-Token": ""},
        "an installation": {**KEY, "X-Parse-Installation-Id": "0b5a", "X-Parse-Client-Version": "js8"},
        "names of headers in another case": {
            "x-parse-application-id": "parsley",
            "X-PARSE-REST-API-KEY": "parsley-rest",
        },
        "basic, the master key": {"Authorization": "Basic cGFyc2xleTpwYXJzbGV5LW1hc3Rlcg=="},
        "basic, the JavaScript key": {"Authorization": "Basic cGFyc2xleTpqYXZhc2NyaXB0LWtleT1wYXJzbGV5LWpz"},
        "basic, a wrong key": {"Authorization": "Basic cGFyc2xleTp3cm9uZw=="},
    }
    routes = [("GET", "/classes/Company/{{company1}}"), ("GET", "/users/me"), ("GET", "/config")]
    return [
        Step("keys", f"{label}: {path}", method, path, headers=sent)
        for label, sent in sets.items()
        for method, path in routes
    ]


def sdk(label: str, path: str, body: dict, method: str = "", caller: str = "ada", **control: Any) -> Step:
    """As the JavaScript SDK asks: a POST of plain text that carries everything."""
    form: dict[str, Any] = {"_ApplicationId": "parsley", "_JavaScriptKey": "parsley-js", "_ClientVersion": "js8.6.0"}
    form |= {"_InstallationId": "1c3f5a9e"} | ({"_method": method} if method else {}) | control
    if caller:
        form["_SessionToken"] = f"{{{{{caller}.token}}}}"
    headers = {"Content-Type": "text/plain"}
    return Step("sdk", label, "POST", path, headers=headers, raw=dumps({**body, **form}), ordered="order" in body)


def sdk_form() -> list[Step]:
    deal = {"title": "Of the SDK", "stage": "lead", "ACL": PUBLIC}
    at = "/classes/Deal/{{sdkdeal}}"
    kept = sdk("create", "/classes/Deal", deal)
    return [
        Step(**{**kept.__dict__, "keep": "sdkdeal"}),
        sdk("get", at, {}, "GET"),
        sdk("get with include", at, {"include": "contact"}, "GET"),
        sdk("find", "/classes/Deal", {"where": {"title": "Of the SDK"}}, "GET"),
        sdk(
            "find with a limit", "/classes/Deal", {"where": {"amount": {"$gt": 1}}, "limit": 2, "order": "title"}, "GET"
        ),
        sdk("find with keys", "/classes/Deal", {"where": {}, "keys": "title", "order": "-title"}, "GET"),
        sdk("count", "/classes/Deal", {"where": {"stage": "won"}, "limit": 0, "count": 1}, "GET"),
        sdk("first", "/classes/Deal", {"where": {"objectId": "{{deal1}}"}, "limit": 1}, "GET"),
        sdk("expression", "/classes/Deal", {"where": {"title": {"$regex": "^\\QDeal 0\\E"}}}, "GET"),
        sdk("update", at, {"amount": 5}, "PUT"),
        sdk("increment", at, {"amount": {"__op": "Increment", "amount": 1}}, "PUT"),
        sdk("unset", at, {"amount": {"__op": "Delete"}}, "PUT"),
        sdk("batch", "/batch", {"requests": [{"method": "PUT", "path": f"/parse{at}", "body": {"amount": 1}}]}),
        sdk("without a token", "/classes/Deal", {"where": {}}, "GET", ""),
        sdk("with a wrong key", "/classes/Deal", {"where": {}}, "GET", _JavaScriptKey="wrong"),
        sdk("with another application", "/classes/Deal", {"where": {}}, "GET", _ApplicationId="other"),
        sdk("with an unknown token", "/classes/Deal", {"where": {}}, "GET", "", _SessionToken="r:" + "1" * 32),
        sdk(
            "with the master key",
            "/classes/Deal",
            {"where": {"title": "Deal of bob alone"}},
            "GET",
            "",
            _MasterKey="parsley-master",
        ),
        sdk("with a wrong master key", "/classes/Deal", {"where": {}}, "GET", "", _MasterKey="wrong"),
        sdk("me", "/users/me", {}, "GET"),
        sdk("log-in", "/login", {"username": "bob", "password": "correct horse battery"}, caller=""),
        sdk("log-in, wrong", "/login", {"username": "bob", "password": "wrong"}, caller=""),
        sdk("a function", "/functions/nothing", {"a": 1}),
        sdk("health", "/health", {}, "GET"),
        sdk("delete", at, {}, "DELETE"),
        sdk("after the delete", at, {}, "GET"),
        sdk("a method that there is not", at, {}, "NONSENSE"),
        Step("sdk", "a method in a plain body", "POST", "/classes/Deal", {"_method": "GET", "where": {"stage": "won"}}),
    ]


def routes() -> list[Step]:
    def call(label: str, method: str, path: str, body: Any = None, caller: str = "ada") -> Step:
        return Step("routes", label, method, path, body, caller=caller)

    return [
        call("health", "GET", "/health"),
        call("health without keys", "GET", "/health", caller="none"),
        call("health by POST", "POST", "/health", {}),
        call("config", "GET", "/config"),
        call("a function", "POST", "/functions/nothing", {}),
        call("a function by GET", "GET", "/functions/nothing"),
        call("a job", "POST", "/jobs/nothing", {}, "master"),
        call("a job without the master key", "POST", "/jobs/nothing", {}),
        call("an event", "POST", "/events/AppOpened", {}),
        call("an unknown route", "GET", "/nothing"),
        call("an unknown route, posted", "POST", "/nothing/at/all", {}),
        call("a verb that a class lacks", "PUT", "/classes/Deal", {}),
        call("a verb that a row lacks", "POST", "/classes/Deal/{{deal1}}", {}),
        call("server info", "GET", "/serverInfo"),
        call("schemas without the master key", "GET", "/schemas"),
        call("a schema without the master key", "GET", "/schemas/Deal"),
        call("aggregate without the master key", "GET", "/aggregate/Deal?distinct=stage"),
        call("purge without the master key", "DELETE", "/purge/Deal"),
        call("another class's list", "GET", "/classes/_Installation"),
        call("a class that there is not", "GET", "/classes/NoSuch"),
        call("a row of no class", "GET", "/classes/NoSuch/abcdefghij"),
        call("change a row of no class", "PUT", "/classes/NoSuch/abcdefghij", {"a": 1}),
        call("delete a row of no class", "DELETE", "/classes/NoSuch/abcdefghij"),
        call("join tables", "GET", "/classes/_Join:users:_Role"),
        call("verify an address", "POST", "/verificationEmailRequest", {"email": "ada@parsley.example"}),
    ]


def schemas() -> list[Step]:
    def call(label: str, method: str, path: str, body: Any = None, **query: Any) -> Step:
        return Step("schemas", label, method, path, body, query, "master")

    aggregate = "/aggregate/Deal"
    grouped = {"$group": {"_id": "$stage", "total": {"$sum": "$amount"}}}
    return [
        *[
            call(f"schema of {name}", "GET", f"/schemas/{name}")
            for name in ("Company", "Contact", "Deal", "_Role", "_Session", "_User")
        ],
        call("schema of no class", "GET", "/schemas/NoSuch"),
        call("a schema that is there", "POST", "/schemas/Deal", {"className": "Deal", "fields": {}}),
        call("a schema of no name", "POST", "/schemas/1Bad", {"className": "1Bad", "fields": {}}),
        call("another name in the body", "POST", "/schemas/Deal", {"className": "Contact", "fields": {}}),
        call("change no class", "PUT", "/schemas/NoSuch", {"className": "NoSuch", "fields": {}}),
        call(
            "change the type of a column",
            "PUT",
            "/schemas/Deal",
            {"className": "Deal", "fields": {"title": {"type": "Number"}}},
        ),
        call(
            "remove a column that is not there",
            "PUT",
            "/schemas/Deal",
            {"className": "Deal", "fields": {"nosuch": {"__op": "Delete"}}},
        ),
        call(
            "add a system column",
            "PUT",
            "/schemas/Deal",
            {"className": "Deal", "fields": {"objectId": {"type": "String"}}},
        ),
        call(
            "add a pointer to nothing",
            "PUT",
            "/schemas/Deal",
            {"className": "Deal", "fields": {"p": {"type": "Pointer"}}},
        ),
        call("add an unknown type", "PUT", "/schemas/Deal", {"className": "Deal", "fields": {"p": {"type": "Colour"}}}),
        call("delete a class with rows", "DELETE", "/schemas/Deal"),
        call("distinct stages", "GET", aggregate, distinct="stage"),
        call("distinct with a where", "GET", aggregate, distinct="stage", where={"amount": {"$gt": 100}}),
        call("group and sum", "GET", aggregate, pipeline=[grouped]),
        call("group and sort", "GET", aggregate, pipeline=[grouped, {"$sort": {"objectId": 1}}, {"$limit": 2}]),
        call("group and count", "GET", aggregate, pipeline=[{"$group": {"_id": "$stage", "count": {"$sum": 1}}}]),
        call(
            "group by average", "GET", aggregate, pipeline=[{"$group": {"_id": "$stage", "mean": {"$avg": "$amount"}}}]
        ),
        call("group by min", "GET", aggregate, pipeline=[{"$group": {"_id": "$stage", "low": {"$min": "$amount"}}}]),
        call("match by number", "GET", aggregate, pipeline=[{"$match": {"amount": {"$gt": 100}}}, grouped]),
        call("project", "GET", aggregate, pipeline=[{"$match": {"stage": "won"}}, {"$project": {"title": 1}}]),
        call("distinct contacts", "GET", "/aggregate/Contact", distinct="name"),
        call("group after a match", "GET", aggregate, pipeline=[{"$match": {"stage": "won"}}, grouped]),
        call("group by max", "GET", aggregate, pipeline=[{"$group": {"_id": "$stage", "top": {"$max": "$amount"}}}]),
        call("an unknown stage", "GET", aggregate, pipeline=[{"$nonsense": {}}]),
    ]


def bad_queries() -> list[Step]:
    wheres: list[Any] = [
        {"title": {"$nonsense": 1}},
        {"title": {"$in": "text"}},
        {"title": {"$nin": "text"}},
        {"title": {"$in": []}},
        {"title": {"$nin": []}},
        {"title": {"$in": [None]}},
        {"$or": "text"},
        {"$or": {}},
        {"$or": []},
        {"$and": []},
        {"$nor": []},
        {"$and": 5},
        {"$or": [5]},
        {"$nonsense": []},
        {"no such": 1},
        {"1st": 1},
        {"nosuch": 1},
        {"nosuch": {"$gt": 1}},
        {"nosuch": {"$exists": True}},
        {"nosuch": {"$exists": False}},
        {"nosuch": {"$ne": 1}},
        {"_rperm": {"$in": ["*"]}},
        {"_hashed_password": "x"},
        {"ACL": PUBLIC},
        {"title": {"$regex": "("}},
        {"title": {"$regex": 5}},
        {"title": {"$regex": "a", "$options": "q"}},
        {"title": {"$options": "i"}},
        {"amount": {"$gt": "text"}},
        {"amount": "text"},
        {"amount": {"$in": ["text"]}},
        {"amount": True},
        {"title": 5},
        {"title": ["a"]},
        {"title": {"a": 1}},
        {"title": {"$gt": 5}},
        {"expectedCloseDate": "2031-01-01"},
        {"expectedCloseDate": {"$gt": date("nonsense")}},
        {"expectedCloseDate": {"$gt": 5}},
        {"contact": "{{contact1}}"},
        {"contact": pointer("Company", "company1")},
        {"contact": {"__type": "Pointer"}},
        {"contact": {"$inQuery": "text"}},
        {"contact": {"$inQuery": {"where": {}}}},
        {"contact": {"$inQuery": {"className": "NoSuch", "where": {}}}},
        {"title": {"$inQuery": {"className": "Contact", "where": {}}}},
        {"title": {"$select": {"key": "name"}}},
        {"title": {"$select": "text"}},
        {"title": {"$all": ["a"]}},
        {"title": {"$all": "text"}},
        {"title": {"$containedBy": ["a"]}},
        {"title": {"$exists": "text"}},
        {"title": {"$text": {"$search": {}}}},
        {"title": {"$text": "text"}},
        {"title": {"$nearSphere": {"__type": "GeoPoint", "latitude": 1, "longitude": 1}}},
        {"$relatedTo": {"object": pointer("Deal", "deal1"), "key": "nosuch"}},
        {"contact.name": "x"},
        {"title": {"$eq": {"$gt": 1}}},
        {"title": {"$not": {"$eq": "a"}}},
        {"createdAt": "2020-01-01T00:00:00.000Z"},
        {"createdAt": {"$gt": "2020-01-01T00:00:00.000Z"}},
        {"objectId": 5},
        {"objectId": {"$in": []}},
        {"": 1},
        5,
        "text",
        [],
        None,
    ]
    return [find("errors", f"where {where}", "Deal", where=dumps(where)) for where in wheres]


def bad_parameters() -> list[Step]:
    queries: list[dict[str, Any]] = [
        {"nonsense": 1},
        {"where": "{"},
        {"where": ""},
        {"limit": "text"},
        {"limit": -1, "order": "title"},
        {"limit": 1.5, "order": "title"},
        {"limit": 100000, "order": "title"},
        {"skip": -1, "order": "title"},
        {"skip": "text"},
        {"order": ""},
        {"order": "-"},
        {"order": "title,,stage"},
        {"order": "no such"},
        {"order": "$title"},
        {"keys": ""},
        {"include": ""},
        {"include": "contact.nosuch"},
        {"include": "contact..company"},
        {"count": "text"},
        {"count": 0},
        {"count": 1, "limit": 0},
        {"explain": "text", "limit": 0},
        {"hint": "text", "limit": 0},
        {"comment": "text", "limit": 0},
        {"readPreference": "PRIMARY", "limit": 0},
        {"redirectClassNameForKey": "nosuch", "limit": 0},
    ]
    return [find("errors", f"parameters {query}", "Deal", **query) for query in queries]


def bad_bodies() -> list[Step]:
    texts = [
        "{",
        "",
        "5",
        "[]",
        "null",
        '"text"',
        "{}x",
        "\x00",
        '{"title":"a","title":"b"}',
        "title=a",
        '{"title":"\\u0000"}',
    ]
    steps = [Step("hostile", f"body {text!r}", "POST", "/classes/Deal", raw=text) for text in texts]
    steps += [Step("hostile", f"log-in body {text!r}", "POST", "/login", raw=text, caller="") for text in texts[:6]]
    return steps + [Step("hostile", f"batch body {text!r}", "POST", "/batch", raw=text) for text in texts[:6]]


def hostile(random: Random) -> list[Step]:
    """Values of every kind where another kind belongs."""
    values: list[Any] = [5, -1.5, True, "text", "", [], ["a"], {}, {"a": 1}, {"__type": "Nonsense"}, {"__type": "Date"}]
    values += [
        date("nonsense"),
        {"__type": "Bytes", "base64": "YQ=="},
        {"__type": "GeoPoint", "latitude": 1, "longitude": 2},
    ]
    values += [{"__type": "File", "name": "a.txt"}, {"__type": "Relation", "className": "Deal"}, [None], {"$gt": ""}]
    columns = ["title", "amount", "stage", "notes", "contact", "expectedCloseDate", "assignedTo"]
    steps = [made("Deal", "hostile", "Target", keep="target", amount=1)]
    for value in values:
        for column in random.sample(columns, 3):
            steps.append(Step("hostile", f"{column} = {value}", "PUT", "/classes/Deal/{{target}}", {column: value}))
    steps.append(
        find("hostile", "what the target became", "Deal", where={"objectId": "{{target}}"}, keys="title,amount")
    )
    return [*steps, *bad_bodies()]


def shapes(random: Random) -> list[Step]:
    """Whole rows, in all five classes, in pages that a client would walk."""
    steps = []
    for class_name, column in (("Company", "name"), ("Contact", "name"), ("Deal", "title"), ("Activity", "subject")):
        for skip in (0, 3):
            page = {"order": column, "limit": 3, "skip": skip, "count": 1}
            steps.append(find("order", f"{class_name} from {skip}", class_name, random.choice(world.PEOPLE), **page))
    return steps


def protocol(random: Random) -> list[Step]:
    asked = [*keys(), *sdk_form(), *routes(), *schemas(), *shapes(random)]
    return [*asked, *bad_queries(), *bad_parameters(), *hostile(random)]
