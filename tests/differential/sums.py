"""What the master key has worked out, and dates that have a time of day."""

from typing import Any

from tests.differential.steps import Step, date, delete, find, get, made, pointer, update

MORNING = "2031-03-02T08:30:15.250Z"


def aggregate(label: str, *stages: dict, name: str = "Deal", **query: Any) -> Step:
    asked = query or {"pipeline": list(stages)}
    return Step("aggregates", label, "GET", f"/aggregate/{name}", query=asked, caller="master")


def groups() -> list[Step]:
    number = {"n": {"$sum": 1}}
    by_stage = {"$group": {"_id": "$stage", **number}}
    total = {"$group": {"_id": "$stage", "total": {"$sum": "$amount"}}}
    whole = {"sum": {"$sum": "$amount"}, "low": {"$min": "$amount"}, "high": {"$max": "$amount"}, **number}
    return [
        aggregate("group all", {"$group": {"_id": None, **whole}}),
        aggregate("group all by an empty key", {"$group": {"_id": {}, "high": {"$max": "$amount"}}}),
        aggregate("the last text", {"$group": {"_id": None, "last": {"$max": "$title"}}}),
        aggregate("group by a pointer", {"$group": {"_id": "$contact", **number}}),
        aggregate("sum by a pointer", {"$group": {"_id": "$company", "total": {"$sum": "$amount"}}}),
        aggregate("group by a day", {"$group": {"_id": "$expectedCloseDate", **number}}),
        aggregate("the first day", {"$group": {"_id": "$stage", "first": {"$min": "$expectedCloseDate"}}}),
        aggregate("the last day", {"$group": {"_id": "$stage", "last": {"$max": "$expectedCloseDate"}}}),
        aggregate("group by two", {"$group": {"_id": {"stage": "$stage", "at": "$contact"}, **number}}),
        aggregate("group by two names", {"$group": {"_id": {"stage": "$stage", "contact": "$contact"}, **number}}),
        aggregate(
            "group by two, a day", {"$group": {"_id": {"stage": "$stage", "day": "$expectedCloseDate"}, **whole}}
        ),
        aggregate("group by one of several", {"$group": {"_id": {"stage": "$stage"}, "high": {"$max": "$amount"}}}),
        aggregate(
            "means", {"$match": {"stage": "negotiation"}}, {"$group": {"_id": "$stage", "m": {"$avg": "$amount"}}}
        ),
        aggregate("match two", {"$match": {"amount": {"$gt": 5}, "stage": "lead"}}, by_stage),
        aggregate("match between", {"$match": {"amount": {"$gt": 5, "$lt": 1000}}}, by_stage),
        aggregate("match a pointer by id", {"$match": {"contact": "{{contact1}}"}}, by_stage),
        aggregate("match by time", {"$match": {"createdAt": {"$gt": date("2020-01-01T00:00:00.000Z")}}}, by_stage),
        aggregate("the greatest two", total, {"$sort": {"total": -1}}, {"$limit": 2}),
        aggregate("sorted rows", {"$sort": {"title": 1}}, {"$limit": 2}),
        aggregate("rows sorted by two", {"$sort": {"stage": 1, "title": -1}}, {"$limit": 3}),
        aggregate("some rows", {"$match": {"stage": "won"}}),
        aggregate("a group of no column", {"$group": {"_id": {"stage": "$nosuch"}, **number}}),
    ]


def distinct() -> list[Step]:
    return [
        aggregate("distinct days", distinct="expectedCloseDate"),
        aggregate("distinct pointers", distinct="company"),
        aggregate("distinct numbers", distinct="amount"),
        aggregate("distinct texts of some", distinct="title", where={"stage": "won"}),
        aggregate("distinct ACL", distinct="ACL"),
        aggregate("distinct nothing", distinct=""),
        aggregate("distinct of no column", distinct="nosuch"),
        aggregate("distinct of no class", name="NoSuch", distinct="title"),
        aggregate("distinct names", name="Company", distinct="name"),
        aggregate("distinct kinds", name="Activity", distinct="type"),
        aggregate("distinct people", name="_User", distinct="username"),
    ]


def times() -> list[Step]:
    """A close date with a time of day: kept, compared and sorted by."""
    wanted = {"keys": "title,expectedCloseDate", "order": "expectedCloseDate,title", "limit": 200}
    steps = [
        made("Deal", "dates", "In the morning", keep="timed", expectedCloseDate=date(MORNING)),
        get("dates", "a time of day comes back", "Deal", "timed"),
        find("dates", "a time of day in a list", "Deal", where={"title": "In the morning"}),
        aggregate("distinct days, with a time", distinct="expectedCloseDate"),
    ]
    for moment in ("2031-03-02T00:00:00.000Z", MORNING, "2031-03-02T12:00:00.000Z"):
        for operator in ("$lt", "$lte", "$gt", "$gte"):
            where = {"expectedCloseDate": {operator: date(moment)}}
            steps.append(find("dates", f"{operator} {moment}", "Deal", where=where, **wanted))
        steps.append(find("dates", f"at {moment}", "Deal", where={"expectedCloseDate": date(moment)}, **wanted))
    about = made("Activity", "dates", "Timed", keep="about", relatedTo=pointer("Deal", "timed"))
    return [
        *steps,
        find("dates", "the latest first", "Deal", **{**wanted, "order": "-expectedCloseDate,title"}),
        about,
        find(
            "dates", "behind a pointer", "Activity", where={"subject": "Timed"}, include="relatedTo", keys="relatedTo"
        ),
        update("dates", "another time", "Deal", "timed", {"expectedCloseDate": date("2031-03-02T23:59:59.999Z")}),
        get("dates", "the other time", "Deal", "timed"),
        update("dates", "midnight", "Deal", "timed", {"expectedCloseDate": date("2031-03-03T00:00:00.000Z")}),
        get("dates", "midnight comes back", "Deal", "timed"),
        update("dates", "no date", "Deal", "timed", {"expectedCloseDate": None}),
        get("dates", "no date comes back", "Deal", "timed"),
        delete("dates", "delete the activity", "Activity", "about"),
        delete("dates", "delete the deal", "Deal", "timed"),
    ]


def sums() -> list[Step]:
    return [*groups(), *distinct(), *times()]
