"""Examples of calls: what the template's clients do, and the same through the other faces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from crm.models import Company, Contact
from developers.playground.calls import Call, compact, graphql, pointer
from pipeline.models import Deal

NOBODY = "aaaaaaaaaa"  # where there is no record yet
OPEN = ["lead", "qualified", "proposal", "negotiation"]


class Rows:
    """Records of the user's own world that examples can name: the newest of each class, looked up when needed."""

    def __init__(self, request: HttpRequest) -> None:
        self.user = request.user

    def _newest(self, model: Any) -> str:
        allowed = self.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")  # type: ignore[union-attr]
        rows = model.objects.visible_to(self.user).order_by("-updated_at").values_list("pk", flat=True)
        return (rows.first() if allowed else None) or NOBODY

    @cached_property
    def deal(self) -> str:
        return self._newest(Deal)

    @cached_property
    def contact(self) -> str:
        return self._newest(Contact)

    @cached_property
    def company(self) -> str:
        return self._newest(Company)

    @cached_property
    def activity(self) -> str:
        return self._newest(Activity)

    @property
    def name(self) -> str:
        return self.user.get_username()


@dataclass(frozen=True)
class Sample:
    key: str
    name: Any
    make: Callable[[Rows], Call]


def _parse(method: str, path: str, body: Any = None, **parameters: Any) -> Call:
    told = tuple((name, value if isinstance(value, str) else compact(value)) for name, value in parameters.items())
    return Call("parse", method, path, told, body)


def _rest(method: str, path: str, body: Any = None, **parameters: str) -> Call:
    return Call("rest", method, path, tuple(parameters.items()), body)


def _batch(rows: Rows) -> Call:
    lines = [
        {"method": "POST", "path": "/parse/classes/Contact", "body": {"name": "Ada Adams"}},
        {"method": "PUT", "path": f"/parse/classes/Deal/{rows.deal}", "body": {"stage": "qualified"}},
    ]
    return _parse("POST", "/batch", {"requests": lines})


def _log(rows: Rows) -> Call:
    about = pointer("Deal", rows.deal)
    return _parse("POST", "/classes/Activity", {"type": "call", "subject": "First call", "relatedTo": about})


def _sign_up(rows: Rows) -> Call:
    account = {"username": "newcomer", "email": "newcomer@parsley.example", "password": "correct horse battery"}
    return _parse("POST", "/users", account)


def _stage(word: str, **more: Any) -> Callable[[Rows], Call]:
    return lambda rows: _parse("GET", "/classes/Deal", where={"stage": word}, order="expectedCloseDate", **more)


PARSE = (
    Sample("deals", _("Deals of a stage, by close date"), _stage("qualified")),
    Sample(
        "pipeline",
        _("The pipeline, with contact and company"),
        lambda rows: _parse(
            "GET", "/classes/Deal", where={"stage": {"$in": OPEN}}, order="-updatedAt", include="contact,company",
            count="1", limit="20",
        ),
    ),
    Sample("contacts", _("Contacts"), lambda rows: _parse("GET", "/classes/Contact", order="name", limit="20")),
    Sample("deal", _("One deal"), lambda rows: _parse("GET", f"/classes/Deal/{rows.deal}")),
    Sample(
        "new-deal",
        _("Make a deal"),
        lambda rows: _parse("POST", "/classes/Deal", {"title": "Rollout", "stage": "lead", "amount": 12500.5}),
    ),
    Sample(
        "new-contact",
        _("Make a contact"),
        lambda rows: _parse(
            "POST", "/classes/Contact", {"name": "Ada Adams", "email": "ada@acme.example", "phone": "+1 555 0100"}
        ),
    ),
    Sample("move", _("Move a deal"), lambda rows: _parse("PUT", f"/classes/Deal/{rows.deal}", {"stage": "won"})),
    Sample(
        "raise",
        _("Raise an amount"),
        lambda rows: _parse("PUT", f"/classes/Deal/{rows.deal}", {"amount": {"__op": "Increment", "amount": 500}}),
    ),
    Sample("delete", _("Delete a deal"), lambda rows: _parse("DELETE", f"/classes/Deal/{rows.deal}")),
    Sample("log", _("Log a call"), _log),
    Sample(
        "activities",
        _("Activities about a deal"),
        lambda rows: _parse(
            "GET", "/classes/Activity", where={"relatedTo": pointer("Deal", rows.deal)}, order="-createdAt"
        ),
    ),
    Sample("batch", _("Several at once"), _batch),
    Sample("sign-up", _("Sign up"), _sign_up),
    Sample(
        "log-in",
        _("Sign in"),
        lambda rows: _parse("POST", "/login", {"username": rows.name, "password": "your password"}),
    ),
    Sample("me", _("Who am I"), lambda rows: _parse("GET", "/users/me")),
    Sample("log-out", _("Sign out"), lambda rows: _parse("POST", "/logout", {})),
)  # fmt: skip
REST = (
    Sample(
        "deals",
        _("Deals of a stage, by close date"),
        lambda rows: _rest("GET", "/deals/", stage="qualified", ordering="expected_close_date"),
    ),
    Sample("contacts", _("Contacts"), lambda rows: _rest("GET", "/contacts/", expand="company", count="true")),
    Sample("deal", _("One deal"), lambda rows: _rest("GET", f"/deals/{rows.deal}/")),
    Sample(
        "new-deal",
        _("Make a deal"),
        lambda rows: _rest("POST", "/deals/", {"title": "Rollout", "stage": "lead", "amount": "12500.50"}),
    ),
    Sample(
        "new-contact",
        _("Make a contact"),
        lambda rows: _rest("POST", "/contacts/", {"name": "Ada Adams", "email": "ada@acme.example"}),
    ),
    Sample("move", _("Move a deal"), lambda rows: _rest("PATCH", f"/deals/{rows.deal}/", {"stage": "won"})),
    Sample("delete", _("Delete a deal"), lambda rows: _rest("DELETE", f"/deals/{rows.deal}/")),
    Sample(
        "log",
        _("Log a call"),
        lambda rows: _rest(
            "POST", "/activities/", {"type": "call", "subject": "First call", "related_to": f"deal:{rows.deal}"}
        ),
    ),
    Sample(
        "activities",
        _("Activities about a deal"),
        lambda rows: _rest("GET", "/activities/", related_to=f"deal:{rows.deal}", ordering="-created_at"),
    ),
    Sample("history", _("What happened to a deal"), lambda rows: _rest("GET", f"/deals/{rows.deal}/history/")),
    Sample("stages", _("The stages"), lambda rows: _rest("GET", "/stages/")),
)

FIND = """\
query Pipeline($stage: String!) {
  deals(where: { stage: { equalTo: $stage } }, order: [expectedCloseDate_ASC], first: 20) {
    count
    edges {
      node {
        objectId
        title
        amount
        expectedCloseDate
        contact { name }
        company { name }
      }
    }
  }
}"""
MAKE = """\
mutation Make($fields: CreateDealFieldsInput!) {
  createDeal(input: { fields: $fields }) {
    deal { objectId title stage amount createdAt }
  }
}"""
MOVE = """\
mutation Move($id: ID!, $stage: String!) {
  updateDeal(input: { id: $id, fields: { stage: $stage } }) {
    deal { objectId title stage updatedAt }
  }
}"""
LOG = """\
mutation Log($deal: ID!) {
  createActivity(input: {
    fields: { type: "call", subject: "First call", relatedTo: { link: $deal, class: Deal } }
  }) {
    activity { objectId subject relatedTo { ... on Deal { title stage } } }
  }
}"""
ABOUT = """\
query About($deal: ID!) {
  activities(where: { relatedTo: { have: { objectId: { equalTo: $deal } } } }, order: [createdAt_DESC]) {
    edges { node { type subject dueDate completedAt } }
  }
}"""
GRAPHQL = (
    Sample("deals", _("Deals of a stage, by close date"), lambda rows: graphql(FIND, {"stage": "qualified"})),
    Sample(
        "new-deal",
        _("Make a deal"),
        lambda rows: graphql(MAKE, {"fields": {"title": "Rollout", "stage": "lead", "amount": 12500.5}}),
    ),
    Sample("move", _("Move a deal"), lambda rows: graphql(MOVE, {"id": rows.deal, "stage": "won"})),
    Sample("log", _("Log a call"), lambda rows: graphql(LOG, {"deal": rows.deal})),
    Sample("activities", _("Activities about a deal"), lambda rows: graphql(ABOUT, {"deal": rows.deal})),
    Sample("me", _("Who am I"), lambda rows: graphql("{ viewer { user { objectId username email } } }")),
)
SAMPLES: dict[str, tuple[Sample, ...]] = {"parse": PARSE, "rest": REST, "graphql": GRAPHQL}


def sample_named(face: str, key: str) -> Sample:
    """The first of the face where there is none of that name."""
    return next((one for one in SAMPLES[face] if one.key == key), SAMPLES[face][0])
