"""What each tool does: calls of the REST API as the caller, put together for who reads answers and not pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.utils import timezone

from desk.finding import find_few
from developers.agents.arguments import as_parameters, bounded, refuse_cut
from developers.agents.caller import Agent, Parameters, Refusal, refusal
from developers.playground.running import taken_back, trouble_at_the_end
from live.api import stored
from live.history import entries
from live.logged import records
from records.models import Record

ROWS, MOST_ROWS = 20, 50
ACTIVITIES = 20
SHORT, LONG = 500, 10_000  # characters of a text in a list, and of one record
HIDDEN = "There is no such record, or you may not see it."
Arguments = dict[str, Any]
Answer = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """A class of records. ``expanded``: what is answered whole with one of them."""

    model: type[Record]
    expanded: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return str(self.model._meta.model_name)

    @property
    def plural(self) -> str:
        return self.model.plural

    def path(self, key: str) -> str:
        """Raises Refusal for what is no id at all, which could lead elsewhere."""
        if not (key.isascii() and key.isalnum()):
            raise refusal(404, HIDDEN)
        return f"/{self.plural}/{key}/"

    def page(self, agent: Agent, key: str) -> str:
        model: Any = self.model
        return agent.asking.build_absolute_uri(model(pk=key).get_absolute_url())


EXPANDED = {"contact": ("company",), "deal": ("company", "contact", "assigned_to")}


def kinds() -> dict[str, Kind]:
    return {name: Kind(model, EXPANDED.get(name, ())) for name, model in records().items()}


# --- reading ----------------------------------------------------------------------------------------------------------


def whoami(agent: Agent, given: Arguments) -> Answer:
    user = agent.user
    return {
        "id": user.pk,
        "username": user.username,
        "name": user.name,
        "language": user.language or settings.LANGUAGE_CODE,
        "time_zone": user.time_zone or settings.TIME_ZONE,
        "currency": settings.CURRENCY,
        "now": timezone.now().isoformat(timespec="seconds"),
    }


def search(agent: Agent, given: Arguments) -> Answer:
    """As the palette of the pages finds."""
    agent.asking.user = agent.user
    singular = {kind.plural: kind for kind in kinds().values()}
    found = find_few(agent.asking, given["query"].strip())
    rows = [
        {
            "class": singular[one.kind].name,
            "id": one.pk,
            "name": one.name,
            "detail": one.detail,
            "stage": one.stage or None,
            "url": agent.asking.build_absolute_uri(one.url),
        }
        for one in found
    ]
    return {"results": bounded(rows, SHORT)}


def read(agent: Agent, given: Arguments) -> Answer:
    kind = kinds()[given["class"]]
    expand = [("expand", ",".join(kind.expanded))] if kind.expanded else []
    record = agent.ask("GET", kind.path(given["id"]), expand)
    found = {"record": bounded(record, LONG), "url": kind.page(agent, record["id"])}
    return found | (_activities(agent, f"{kind.name}:{record['id']}") if kind.name != "activity" else {})


def _activities(agent: Agent, about: str) -> Answer:
    asked = [("related_to", about), ("ordering", "-created_at"), ("limit", str(ACTIVITIES))]
    try:
        page = agent.ask("GET", "/activities/", asked)
    except Refusal as refused:
        if refused.status != 403:  # the record may be read by who may read no activities
            raise
        page = {"results": [], "next": None}
    return {"activities": bounded(page["results"], SHORT), "more_activities": page["next"] is not None}


def listed(kind: Kind, agent: Agent, given: Arguments) -> Answer:
    asked = [*as_parameters(given.get("filters", {})), ("limit", str(given.get("limit", ROWS)))]
    asked += [(name, given[name]) for name in ("ordering", "cursor") if name in given]
    asked += [("count", "true")] if given.get("count") else []
    return _page(agent, f"/{kind.plural}/", asked)


def list_people(agent: Agent, given: Arguments) -> Answer:
    asked = [("limit", str(MOST_ROWS)), *((name, given[name]) for name in ("q", "cursor") if name in given)]
    return _page(agent, "/users/", asked)


def _page(agent: Agent, path: str, asked: Parameters) -> Answer:
    page = agent.ask("GET", path, asked)
    rows: Answer = {"results": bounded(page["results"], SHORT), "next": _cursor(page["next"])}
    return rows | ({"count": page["count"]} if "count" in page else {})


def _cursor(address: str | None) -> str | None:
    return parse_qs(urlsplit(address).query)["cursor"][0] if address else None


def list_stages(agent: Agent, given: Arguments) -> Answer:
    most = [("limit", "1000")]
    stages, reasons = (agent.ask("GET", path, most)["results"] for path in ("/stages/", "/lost-reasons/"))
    return {"stages": stages, "lost_reasons": reasons}


# --- writing ----------------------------------------------------------------------------------------------------------


def create(kind: Kind, agent: Agent, given: Arguments) -> Answer:
    refuse_cut(given["fields"])
    record = agent.ask("POST", f"/{kind.plural}/", body=given["fields"])
    return _written(kind, agent, record, [], agent.change_set)


def update(kind: Kind, agent: Agent, given: Arguments) -> Answer:
    refuse_cut(given["fields"])
    return _changed(kind, agent, given["id"], given["fields"])


def move_deal(agent: Agent, given: Arguments) -> Answer:
    fields: Arguments = {name: given[name] for name in ("stage", "lost_reason") if name in given}
    return _changed(kinds()["deal"], agent, given["id"], fields)


def _changed(kind: Kind, agent: Agent, key: str, fields: dict[str, Any]) -> Answer:
    """What was changed is told by the log of changes, also to who does not see the record any more."""
    path = kind.path(key)
    before = kind.model.objects.visible_to(agent.user).filter(pk=key).first()
    record = agent.ask("PATCH", path, body=fields)
    entry = next(iter(entries(before, agent.user, limit=1)), None) if before and agent.change_set else None
    changes = entry.changes if entry and entry.change_set == agent.change_set else []
    told = [{"field": one.name, "before": stored(one.old), "after": stored(one.new)} for one in changes]
    return _written(kind, agent, record, told, agent.change_set if told else None)


def _written(
    kind: Kind, agent: Agent, record: dict[str, Any], changes: list[dict[str, Any]], change_set: str | None
) -> Answer:
    return {
        "record": bounded(record, LONG),
        "url": kind.page(agent, record["id"]),
        "changes": bounded(changes, LONG),
        "change_set": change_set,
    }


def rehearsed(work: Any, agent: Agent, given: Arguments) -> Answer:
    """Everything is done, looked at, and taken back."""
    with taken_back():
        answer = work(agent, given)
        trouble = trouble_at_the_end(200)
    if trouble:
        raise refusal(409, trouble)
    return {**answer, "change_set": None}
