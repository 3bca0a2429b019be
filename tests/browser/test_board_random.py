"""Drags at random, one in twenty refused in some way: after each the screen stands as the database does.

The suite makes 100; ``BOARD_DRAGS=1000`` makes as many as that.
"""

import os
from random import Random

import pytest

from pipeline.models import Deal
from records.sharing import share, unshare
from tests.browser.board import cut_off

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DRAGS = int(os.environ.get("BOARD_DRAGS", "100"))
STAGES = ["lead", "qualified", "proposal", "negotiation", "won", "lost"]
REFUSALS = ["overtaken", "taken away", "read only", "cancelled", "offline"]
DRAG = """([id, stage]) => {
    const [card, column] = [`#deal-${id}`, `[data-column="${stage}"]`].map((one) => document.querySelector(one));
    const dataTransfer = new DataTransfer();
    const fire = (on, name) => on.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer }));
    fire(card, "dragstart");
    fire(column, "dragover");
    fire(column, "drop");
    fire(card, "dragend");
}"""
SCREEN = """() => {
    const all = (selector, where) => [...where.querySelectorAll(selector)];
    const cards = (column) => all("[data-card]", column).map((card) => card.dataset.card).sort();
    const shown = (column) => [column.querySelector("[data-count]").textContent, ...cards(column)];
    return Object.fromEntries(all("[data-column]", document).map((column) => [column.dataset.column, shown(column)]));
}"""
DONE = "() => !document.querySelector('.deal-card.waiting, dialog[open]')"


class Play:
    """One window, and somebody else who gets in the way."""

    def __init__(self, page, rep, outsider, seed: int) -> None:
        self.page, self.rep, self.random = page, rep, Random(seed)
        stages = [STAGES[n % 4] for n in range(16)]
        self.mine = [
            Deal.objects.create(title=f"D{n}", amount=n, stage_id=stage, created_by=rep)
            for n, stage in enumerate(stages)
        ]
        self.lent = [Deal.objects.create(title=f"L{n}", amount=n, created_by=outsider) for n in range(4)]
        for deal in self.lent:
            share(deal, rep, "write")
        cut_off(page)  # who gets in the way is met, not seen coming
        page.goto("/pipeline/")
        page.locator("[data-board]").evaluate("board => (board.dataset.patience = 0)")

    def drag(self, refusal: str = "") -> None:
        """With ``refusal`` to where it does not stand already: then it is refused for certain."""
        deal = self.random.choice(self.lent if refusal in ("taken away", "read only") else self.mine + self.lent)
        stands = Deal.unrestricted.get(pk=deal.pk).stage_id
        stage = self.random.choice([one for one in STAGES if not refusal or one not in (stands, "lost")])
        if refusal == "cancelled":
            stage = "lost"
        getattr(self, f"_{(refusal or 'plainly').replace(' ', '_')}")(deal, stage, stands)

    def _plainly(self, deal, stage, stands) -> None:
        self.page.evaluate(DRAG, [deal.pk, stage])
        if stage == "lost" and stands != "lost":
            self.page.locator(f"#lost button[value='{self.random.choice(['price', 'timing', '-'])}']").click()
        self.page.wait_for_function(DONE)

    def _cancelled(self, deal, stage, stands) -> None:
        self.page.evaluate(DRAG, [deal.pk, stage])
        if stands != "lost":
            self.page.keyboard.press("Escape")
        self.page.wait_for_function(DONE)

    def _overtaken(self, deal, stage, stands) -> None:
        other = self.random.choice([one for one in STAGES if one not in (stage, stands)])
        Deal.unrestricted.get(pk=deal.pk).move_to(other)
        self._plainly(deal, stage, stands)

    def _taken_away(self, deal, stage, stands) -> None:
        unshare(deal, self.rep)
        self._plainly(deal, stage, stands)
        share(deal, self.rep, "write")

    def _read_only(self, deal, stage, stands) -> None:
        share(deal, self.rep, "read")
        self._plainly(deal, stage, stands)
        share(deal, self.rep, "write")

    def _offline(self, deal, stage, stands) -> None:
        self.page.route("**/stage/**", lambda route: route.abort())
        self._plainly(deal, stage, stands)
        self.page.unroute("**/stage/**")

    def screen(self) -> dict:
        return self.page.evaluate(SCREEN)


def stored() -> dict:
    found: dict[str, list[str]] = {stage: [] for stage in STAGES}
    for pk, stage in Deal.unrestricted.values_list("pk", "stage_id"):
        found[stage].append(pk)
    return {stage: [str(len(rows)), *sorted(rows)] for stage, rows in found.items()}


def test_after_random_drags_and_refusals_the_screen_is_the_database_each_time(window, rep, outsider, complaints):
    play = Play(window(rep), rep, outsider, seed=20261121)
    refused = 0
    for turn in range(DRAGS):
        refusal = REFUSALS[refused % len(REFUSALS)] if turn % 20 == 10 else ""
        refused += bool(refusal)
        play.drag(refusal)
        # Where a right was taken away meanwhile, the heads tell what was visible then: the next answer tells the rest.
        screen, database = play.screen(), stored()
        if refusal:
            screen, database = ({stage: cards[1:] for stage, cards in one.items()} for one in (screen, database))
        assert screen == database, (turn, refusal)
    assert refused == (DRAGS + 9) // 20
    complaints[:] = [text for text in complaints if "Failed to load resource" not in text]
