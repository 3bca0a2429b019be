"""The same hook stops the same change, and the same deletion, whichever face it comes through."""

from typing import Any

import pytest
from django.urls import reverse

from accounts import hooks
from pipeline.models import Deal
from tests.conftest import make_user
from tests.graphql.conftest import GraphClient
from tests.pages.reading import again, at, edited, sent
from tests.parse.conftest import KEYS

NO = "Nobody wins before noon."
STAYS = "Deals stay."


@pytest.fixture(autouse=True)
def _forgotten():
    yield
    hooks.forget()


class Faces:
    """Each method does it through one face, and answers what that said."""

    def __init__(self, browser_of, api_of, client_of, master) -> None:
        self.user = make_user("chief", is_staff=True, is_superuser=True)
        self.browser, self.api, self.parse = browser_of(self.user), api_of(self.user), client_of(self.user)
        self.master = master

    def graph(self, query: str, deal: Deal) -> Any:
        return GraphClient(KEYS, self.parse.token)(query, id=deal.pk)

    def chosen(self, action: str, deal: Deal, **wanted: str) -> Any:
        """Of a list, the row ticked, what would be done looked over, and then done."""
        over = self.browser.post("/deals/selection/", {"action": action, "row": [deal.pk]})
        return self.browser.get("/") if over.status_code != 200 else self._done(over, wanted)

    def in_place(self, deal: Deal) -> Any:
        address, htmx = at(deal, "field/stage"), {"HX-Request": "true"}
        return again(self.browser, address, self.browser.get(address, headers=htmx), stage="won")

    def _done(self, over: Any, wanted: dict[str, str]) -> Any:
        return again(self.browser, "", over, holding="selection", **wanted)


CHANGES = {
    "the edit form": lambda faces, deal: edited(faces.browser, deal, stage="won"),
    "a fact in its place": lambda faces, deal: faces.in_place(deal),
    "the board": lambda faces, deal: faces.browser.post(f"{at(deal)}stage/", {"stage": "won"}),
    "several rows of a list": lambda faces, deal: faces.chosen("move", deal, stage="won"),
    "the administration": lambda faces, deal: sent(
        faces.browser, reverse("admin:pipeline_deal_change", args=[deal.pk]), holding="title", stage="won"
    ),
    "the REST API": lambda faces, deal: faces.api.patch(f"/api/v1/deals/{deal.pk}/", {"stage": "won"}),
    "Parse": lambda faces, deal: faces.parse.put(f"/classes/Deal/{deal.pk}", {"stage": "won"}),
    "a batch": lambda faces, deal: faces.parse.post("/batch", {"requests": [line("PUT", deal, stage="won")]}),
    "the master key": lambda faces, deal: faces.master.put(f"/classes/Deal/{deal.pk}", {"stage": "won"}),
    "GraphQL": lambda faces, deal: faces.graph(
        'mutation($id: ID!) { updateDeal(input: {id: $id, fields: {stage: "won"}}) { deal { objectId } } }', deal
    ),
}
DELETIONS = {
    "its page": lambda faces, deal: sent(faces.browser, at(deal, "delete"), action=""),
    "several rows of a list": lambda faces, deal: faces.chosen("delete", deal),
    "the administration": lambda faces, deal: faces.browser.post(
        reverse("admin:pipeline_deal_delete", args=[deal.pk]), {"post": "yes"}
    ),
    "the REST API": lambda faces, deal: faces.api.delete(f"/api/v1/deals/{deal.pk}/"),
    "Parse": lambda faces, deal: faces.parse.delete(f"/classes/Deal/{deal.pk}"),
    "a batch": lambda faces, deal: faces.parse.post("/batch", {"requests": [line("DELETE", deal)]}),
    "/purge": lambda faces, deal: faces.master.delete("/purge/Deal"),
    "GraphQL": lambda faces, deal: faces.graph(
        "mutation($id: ID!) { deleteDeal(input: {id: $id}) { deal { objectId } } }", deal
    ),
}


def line(method: str, deal: Deal, **body: str) -> dict:
    return {"method": method, "path": f"/parse/classes/Deal/{deal.pk}", "body": body}


@pytest.fixture
def faces(browser_of, api_of, client_of, master):
    return Faces(browser_of, api_of, client_of, master)


def words(answer: Any) -> str:
    return answer.content.decode()


@pytest.mark.parametrize("face", CHANGES)
def test_a_hook_stops_a_change_and_a_change_that_it_allows_is_made(faces, deal, face):
    asked = []

    @hooks.before_save("Deal")
    def refuse(deal: Deal) -> None:
        asked.append(deal.pk)
        if len(asked) == 1:
            raise hooks.Refused(NO)

    answer = CHANGES[face](faces, deal)
    assert (Deal.unrestricted.get().stage_id, asked) == ("lead", [deal.pk])
    assert NO in words(answer) or NO in words(faces.browser.get(at(deal)))
    CHANGES[face](faces, deal)
    assert (Deal.unrestricted.get().stage_id, asked) == ("won", [deal.pk] * 2)


@pytest.mark.parametrize("face", DELETIONS)
def test_a_hook_stops_a_deletion(faces, deal, face):
    asked = []

    @hooks.before_delete("Deal")
    def refuse(deal: Deal) -> None:
        asked.append(deal.pk)
        if len(asked) == 1:
            raise hooks.Refused(STAYS)

    answer = DELETIONS[face](faces, deal)
    assert (Deal.unrestricted.count(), asked) == (1, [deal.pk])
    assert STAYS in words(answer) or STAYS in words(faces.browser.get(at(deal)))
    DELETIONS[face](faces, deal)
    assert (Deal.unrestricted.count(), asked) == (0, [deal.pk] * 2)
