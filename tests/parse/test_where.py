"""``where``: each operator, and random trees compared with a naive evaluation over the visible rows."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from activities.models import Activity
from crm.models import Contact
from pipeline.models import Deal
from records.sharing import share
from tests.conftest import make_user
from tests.parse.conftest import pointer, when
from tests.parse.naive import matches
from tests.thorough import examples

DEALS = "/classes/Deal"
WORDS = ["alpha", "beta", "gamma", "delta", "a.b", "50% off", "x_y"]
BASE = datetime(2026, 3, 1, tzinfo=UTC)
MORNING = timedelta(hours=8, minutes=30)


def closing(moment: datetime | None) -> dict[str, Any]:
    """As a Parse client's Date is kept: a day, and the instant where it was not midnight."""
    at = moment if moment and moment.hour else None
    return {"expected_close_date": moment.date() if moment else None, "expected_close_at": at}


@pytest.fixture
def world(rep, outsider, company, contact):
    """Thirty deals of two people, about half of which the rep sees; some columns have no value."""
    choose = random.Random(7)
    other = Contact.objects.create(name="Bob", created_by=rep)
    hidden = Contact.objects.create(name="Hidden", created_by=outsider)
    deals = []
    for number in range(30):
        owner = choose.choice([rep, outsider])
        deals.append(
            Deal.objects.create(
                title=choose.choice(WORDS),
                amount=choose.choice([None, 0, 10, 10.5, 200]),
                stage_id=choose.choice(["lead", "won", "lost"]),
                contact=choose.choice([None, contact, other, hidden]) if owner == rep else hidden,
                company=choose.choice([None, company]),
                **closing(choose.choice([None, BASE, BASE + MORNING, BASE + timedelta(days=3)])),
                notes=choose.choice([None, *WORDS]),
                created_by=owner,
                assigned_to=choose.choice([None, owner]),
            )
        )
        moment = BASE + timedelta(hours=number, microseconds=choose.randrange(1_000_000))
        Deal.unrestricted.filter(pk=deals[-1].pk).update(created_at=moment)
    share(hidden, make_user("third"), "read")
    return deals


def test_outsider_matches_nothing_however_he_asks(as_outsider, rep, deal, contact):
    for where in (
        {"objectId": deal.pk},
        {"title": {"$regex": "."}},
        {"$nor": [{"title": "x"}]},
        {"stage": {"$ne": "x"}},
    ):
        assert as_outsider.get(DEALS, where=where, count=1).body == {"results": [], "count": 0}


VALUES = {
    "title": st.sampled_from(WORDS),
    "notes": st.sampled_from([*WORDS, None]),
    "stage": st.sampled_from(["lead", "won", "lost", "none"]),
    "amount": st.sampled_from([0, 10, 10.5, 11, 200, None]),
    "expectedCloseDate": st.sampled_from(
        [when(f"2026-03-{moment}:00.000Z") for moment in ("01T00:00", "01T08:30", "01T12:00", "02T12:00")] + [None]
    ),
}
ORDERED = ["title", "amount", "expectedCloseDate", "createdAt"]


def _leaf(draw) -> dict:
    name = draw(st.sampled_from([*VALUES, "createdAt", "contact", "nosuch"]))
    if name == "createdAt":
        hours, thousandths = draw(st.integers(0, 30)), draw(st.integers(0, 999))
        moment = BASE + timedelta(hours=hours, milliseconds=thousandths)
        values = st.just(when(moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")))
    elif name in ("contact", "nosuch"):
        values = st.sampled_from(["contact", "other"]) if name == "contact" else st.just("x")
    else:
        values = VALUES[name]
    operator = draw(
        st.sampled_from(["", "$eq", "$ne", "$in", "$nin", "$exists", "$lt", "$lte", "$gt", "$gte", "$regex"])
    )
    if operator == "$exists":
        return {name: {"$exists": draw(st.booleans())}}
    if operator in ("$in", "$nin"):
        return {name: {operator: draw(st.lists(values.filter(lambda value: value is not None), max_size=3))}}
    if operator == "$regex" and name in ("title", "notes", "stage"):
        word = draw(st.sampled_from(["a", "alpha", "%", "_", ".", "l"]))
        before, after = draw(st.sampled_from([("^", ""), ("", "$"), ("", ""), ("^", "$")]))
        return {name: {"$regex": rf"{before}\Q{word}\E{after}", **draw(st.sampled_from([{}, {"$options": "i"}]))}}
    value = draw(values)
    if operator in ("$lt", "$lte", "$gt", "$gte"):
        return {name: {operator: value}} if name in ORDERED and value is not None else {name: value}
    return {name: {operator: value}} if operator in ("$eq", "$ne") else {name: value}


@st.composite
def trees(draw, depth: int = 3) -> dict:
    kind = draw(st.sampled_from(["leaf", "leaf", "both", "$or", "$and", "$nor"])) if depth else "leaf"
    if kind == "leaf":
        return _leaf(draw)
    if kind == "both":
        return {**draw(trees(depth=depth - 1)), **_leaf(draw)}
    least = 1 if kind == "$nor" else 0
    return {kind: draw(st.lists(trees(depth=depth - 1), min_size=least, max_size=3))}


def with_pointers(where: Any, named: dict[str, Any]) -> Any:
    """Puts pointers where the tree names a contact."""
    if isinstance(where, dict):
        return {
            key: _pointed(value, named) if key == "contact" else with_pointers(value, named)
            for key, value in where.items()
        }
    return [with_pointers(one, named) for one in where] if isinstance(where, list) else where


def _pointed(value: Any, named: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _pointed(inner, named) for key, inner in value.items()}
    if isinstance(value, list):
        return [_pointed(one, named) for one in value]
    return pointer(named[value]) if value in named else value


@settings(
    max_examples=examples(75),
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tree=trees())
def test_a_random_tree_gives_the_rows_of_a_naive_evaluation(world, as_rep, contact, tree):
    named = {"contact": contact, "other": Contact.unrestricted.get(name="Bob")}
    where = with_pointers(tree, named)
    rows = as_rep.get(DEALS, limit=1000).body["results"]
    answer = as_rep.get(DEALS, where=where, limit=1000, count=1)
    assert answer.status == 200, answer.body
    assert answer.ids == {row["objectId"] for row in rows if matches(row, where)}
    assert answer.body["count"] == len(answer.ids)


# --- one at a time ----------------------------------------------------------------------------------------------------


def test_a_time_is_compared_as_the_client_sees_it(as_rep, rep):
    made = [as_rep.post(DEALS, {"title": str(number)}).body for number in range(3)]
    moment = BASE + timedelta(microseconds=123_456)
    Deal.unrestricted.filter(pk=made[1]["objectId"]).update(created_at=moment)
    seen = as_rep.get(f"{DEALS}/{made[1]['objectId']}").body["createdAt"]
    assert seen == "2026-03-01T00:00:00.123Z"
    for where in ({"createdAt": when(seen)}, {"createdAt": {"$lte": when(seen)}}, {"createdAt": {"$in": [when(seen)]}}):
        assert as_rep.get(DEALS, where=where).ids == {made[1]["objectId"]}
    assert as_rep.get(DEALS, where={"createdAt": {"$gt": when(seen)}}).ids == {made[0]["objectId"], made[2]["objectId"]}
    assert as_rep.get(DEALS, where={"createdAt": {"$lt": when(seen)}}).ids == set()


def test_subqueries_follow_pointers(as_rep, rep, deal, contact, company):
    other = Deal.objects.create(title="Other", created_by=rep)
    inner = {"where": {"name": "Ada Adams"}, "className": "Contact"}
    assert as_rep.get(DEALS, where={"contact": {"$inQuery": inner}}).ids == {deal.pk}
    assert as_rep.get(DEALS, where={"contact": {"$notInQuery": inner}}).ids == set()  # who has none is in neither
    nobody = {"where": {"name": "Nobody"}, "className": "Contact"}
    assert as_rep.get(DEALS, where={"contact": {"$notInQuery": nobody}}).ids == {deal.pk, other.pk}
    nested = {
        "where": {"company": {"$inQuery": {"where": {"name": "Acme"}, "className": "Company"}}},
        "className": "Contact",
    }
    assert as_rep.get(DEALS, where={"contact": {"$inQuery": nested}}).ids == {deal.pk}


def test_subqueries_of_activities_choose_the_class(as_rep, rep, deal, contact, call):
    about = {"where": {"title": "Rollout"}, "className": "Deal"}
    assert as_rep.get("/classes/Activity", where={"relatedTo": {"$inQuery": about}}).ids == {call.pk}
    other = {"where": {}, "className": "Contact"}
    assert as_rep.get("/classes/Activity", where={"relatedTo": {"$inQuery": other}}).ids == set()


def test_select_takes_values_of_another_query(as_rep, rep, deal, company):
    Contact.objects.create(name="Rollout", created_by=rep)
    key = {"query": {"className": "Contact", "where": {}}, "key": "name"}
    assert as_rep.get(DEALS, where={"title": {"$select": key}}).ids == {deal.pk}
    assert as_rep.get(DEALS, where={"title": {"$dontSelect": key}}).ids == set()


def test_a_hidden_row_answers_no_subquery(as_rep, rep, outsider, deal):
    secret = Contact.objects.create(name="Secret", created_by=outsider)
    Deal.unrestricted.filter(pk=deal.pk).update(title="Secret")
    Activity.objects.create(subject="x", related_to=secret, created_by=rep)
    inner = {"where": {"name": "Secret"}, "className": "Contact"}
    assert as_rep.get("/classes/Activity", where={"relatedTo": {"$inQuery": inner}}).ids == set()
    key = {"query": {"className": "Contact", "where": {}}, "key": "name"}
    assert as_rep.get(DEALS, where={"title": {"$select": key}}).ids == set()


def test_text_is_searched_by_words(as_rep, rep):
    made = as_rep.post("/classes/Activity", {"subject": "x", "description": "Talked about the budgets"}).body[
        "objectId"
    ]
    where = {"description": {"$text": {"$search": {"$term": "budget"}}}}
    assert as_rep.get("/classes/Activity", where=where).ids == {made}
    where["description"]["$text"]["$search"]["$term"] = "price"
    assert as_rep.get("/classes/Activity", where=where).ids == set()


@pytest.mark.parametrize(
    ("pattern", "options", "matched"),
    [
        ("^Roll", None, True),
        ("^roll", None, False),
        ("^roll", "i", True),
        ("o.t$", None, True),
        (r"\Qoll\E.*\Qut\E", None, True),
        (r"\Q.\E", None, False),
        ("roll out", "xi", True),
    ],
)
def test_patterns_are_run_with_their_options(as_rep, deal, pattern, options, matched):
    constraint = {"$regex": pattern, **({"$options": options} if options else {})}
    assert as_rep.get(DEALS, where={"title": constraint}, count=1).ids == ({deal.pk} if matched else set())


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("not json", 107),
        ([1], 107),
        ({"$or": {}}, 102),
        ({"$and": "x"}, 102),
        ({"$nor": []}, 102),
        ({"stage": {"$in": "lead"}}, 107),
        ({"stage": {"$nope": 1}}, 119),
        ({"stage": {"$regex": "("}}, 102),
        ({"stage": {"$regex": 5}}, 102),
        ({"stage": {"$regex": "x" * 201}}, 102),
        ({"stage": {"$regex": "x", "$options": "q"}}, 102),
        ({"amount": {"$regex": "x"}}, 102),
        ({"amount": "many"}, 102),
        ({"amount": {"$gt": "many"}}, 102),
        ({"expectedCloseDate": when("someday")}, 102),
        ({"contact": {"$gt": "x"}}, 102),
        ({"ACL": {}}, 102),
        ({"_rperm": "x"}, 105),
        ({"a b": 1}, 105),
        ({"contact": {"$inQuery": {"where": {}}}}, 102),
        ({"contact": {"$inQuery": {"className": "Nope", "where": {}}}}, 119),
        ({"location": {"$nearSphere": {}}}, None),
        ({"stage": {"$nearSphere": {}}}, 102),
    ],
)
def test_a_where_that_means_nothing_is_refused(as_rep, deal, where, code):
    answer = as_rep.get(DEALS, where=where)
    assert (answer.status, answer.code) == ((400, code) if code else (200, None))


@pytest.mark.parametrize(
    ("text", "found"),
    [("1 day ago", True), ("1 week 2 days ago", True), ("in 3 hrs", False), ("2 Years Ago", True), ("now", None)],
)
def test_times_are_told_from_now(as_rep, deal, text, found):
    ids = as_rep.get(DEALS, where={"createdAt": {"$gt": {"$relativeTime": text}}}).ids
    assert ids == ({deal.pk} if found else set())


@pytest.mark.parametrize(
    "where",
    [
        {"createdAt": {"$gt": {"$relativeTime": text}}}
        for text in (
            "yesterday",
            "in 3 days ago",
            "3 ago",
            "days ago",
            "x days ago",
            "1 eon ago",
            5,
            "in " + "9" * 9 + " yrs",
        )
    ]
    + [{"title": {"$gt": {"$relativeTime": "now"}}}, {"createdAt": {"$relativeTime": "now"}}],
)
def test_a_time_that_is_none_is_102(as_rep, deal, where):
    assert as_rep.get(DEALS, where=where).code == 102


def test_nesting_is_bounded(as_rep, deal):
    where: dict = {"stage": "lead"}
    for _ in range(11):
        where = {"$or": [where]}
    assert as_rep.get(DEALS, where=where).code == 102
    assert "10" in as_rep.get(DEALS, where=where).body["error"]
    inner: dict = {"name": "x"}
    for _ in range(11):
        inner = {"objectId": {"$select": {"query": {"className": "Contact", "where": inner}, "key": "objectId"}}}
    assert as_rep.get(DEALS, where=inner).code == 102


def test_a_costly_pattern_is_broken_off(as_rep, rep, monkeypatch):
    monkeypatch.setattr("parse.reading.REGEX_TIMEOUT_MS", 1)
    Deal.objects.bulk_create(Deal(title="a" * 299 + "b", created_by=rep) for _ in range(200))
    answer = as_rep.get(DEALS, where={"title": {"$regex": r"^(.+)(.+)\1\2b$"}})
    assert (answer.status, answer.code) == (400, 124)
    assert as_rep.get(DEALS, limit=1).status == 200
