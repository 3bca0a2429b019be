"""Two browsers before the same board: from the key that moves a card in one until it stands there in the other.

python -m bench.moves [--moves 50] [--processes 1] [--write]

Rep and administrator take turns. Both pages note the time by the clock of the system, the first when the key is
pressed, the other when its document has the card in the column.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

from bench import machine
from bench.parse import PASSWORD, Target
from bench.peer import KEYS
from bench.world import BASE_DIR, VAR, environment, manage, running
from peer.server import free_port, served
from tests.chromium import executable

STAGES = ("qualified", "proposal")
WARM = 4  # moves that are not counted: the script for what others change is fetched with the first
PATIENCE = 10_000  # milliseconds; a move that did not arrive by then is missed
NOTE_KEY = """
() => document.addEventListener("keydown", () => (window.pressed = performance.timeOrigin + performance.now()), true)
"""
NOTE_CARD = """
([id, stage, patience]) => {
  window.arrival = new Promise((done) => {
    const look = () => {
      if (document.querySelector(`[data-column="${stage}"] #${id}`)) done(performance.timeOrigin + performance.now());
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    setTimeout(() => done(null), patience);
  });
}
"""


def board(browser: Browser, origin: str, username: str, title: str) -> Page:
    """Signed in through the form, with a socket that hears."""
    page = browser.new_context(base_url=origin, viewport={"width": 1600, "height": 900}).new_page()
    page.goto("/accounts/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "login" not in url)
    page.goto(f"/pipeline/?{urlencode({'q': title})}")
    page.wait_for_selector("[data-live][data-on]", state="attached")
    page.evaluate(NOTE_KEY)
    return page


def moved(mine: Page, theirs: Page, card: str, stage: str) -> float | None:
    """Milliseconds until the other has it; None where it never came."""
    theirs.evaluate(NOTE_CARD, [card, stage, PATIENCE])
    mine.focus(f"#{card}")
    number = 1 + mine.locator("[data-column]").evaluate_all(
        "(all, stage) => all.findIndex((one) => one.dataset.column === stage)", stage
    )
    mine.keyboard.press(str(number))
    arrived = theirs.evaluate("() => window.arrival")
    mine.wait_for_selector(f'[data-column="{stage}"] #{card}:not(.waiting)')
    return arrived and arrived - mine.evaluate("window.pressed")


def measure(browser: Browser, origin: str, card: str, title: str, moves: int) -> list[float | None]:
    pages = [board(browser, origin, username, title) for username in ("rep", "admin")]
    found = []
    for number in range(moves + WARM):
        mine, theirs = pages[number % 2], pages[1 - number % 2]
        found.append(moved(mine, theirs, card, STAGES[number % 2]))
        time.sleep(0.2)  # as nobody moves cards in the same breath
    return found[WARM:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=50)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="keep the table under bench/results/")
    arguments = parser.parse_args()
    head = ["# Two browsers see each other's moves", "", f"- commit: {machine.commit()}, {datetime.now(UTC):%Y-%m-%d}"]
    head += machine.description()
    with running() as server, ExitStack() as held:
        port = free_port()
        own = environment(server) | KEYS | {"PORT": str(port), "WEB_CONCURRENCY": str(arguments.processes)}
        origin = f"http://127.0.0.1:{port}"
        manage(server, "parsley", "collectstatic", "--noinput", "--verbosity=0", "-i", "redoc")
        held.enter_context(served([sys.executable, "-m", "config.serve"], f"{origin}/parse", VAR / "ours.log", own))
        target, title = Target("parsley", port), f"Moved by the bench {time.time_ns()}"
        token = target.call("POST", "/login", {"username": "rep", "password": PASSWORD})["sessionToken"]
        key = target.call("POST", "/classes/Deal", {"title": title, "stage": "lead"}, token)["objectId"]
        browser = held.enter_context(sync_playwright()).chromium.launch(
            executable_path=executable(), args=["--no-sandbox"]
        )
        found = measure(browser, origin, f"deal-{key}", title, arguments.moves)
        browser.close()
        target.call("DELETE", f"/classes/Deal/{key}", token=token)
    times = sorted(one for one in found if one is not None)
    twentieths = statistics.quantiles(times, n=20)
    line = f"p50 {statistics.median(times):.0f} ms, p95 {twentieths[18]:.0f} ms, longest {times[-1]:.0f} ms"
    line += f", missed {len(found) - len(times)}"
    lines = ["", "| moves | from the key to the card in its column |", "| --- | --- |", f"| {len(found)} | {line} |"]
    print(*lines, f"load after the run: {os.getloadavg()[0]:.1f}", sep="\n")
    if arguments.write:
        name = f"{datetime.now(UTC):%Y-%m-%d}-moves.md"
        (BASE_DIR / "bench" / "results" / name).write_text("\n".join([*head, *lines]) + "\n")


if __name__ == "__main__":
    os.chdir(BASE_DIR)
    main()
