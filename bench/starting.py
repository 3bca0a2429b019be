"""A cold start: from the command to the first answer, and what the processes hold then.

``python -m bench run start L1M``
"""

from __future__ import annotations

import os
import statistics
import time
from typing import Any

from bench import faces, processor, results
from bench.browser import Browser
from bench.reference import WORLDS
from bench.world import cluster

ROUNDS = 5


def run(arguments: Any) -> None:
    load, world, rows = os.getloadavg(), arguments.world, []
    with cluster().running() as server:
        for workers in (1, 2):
            found: dict[str, list[float]] = {"healthy": [], "page": [], "again": [], "idle": [], "warm": []}
            for _ in range(ROUNDS):
                start = time.monotonic()
                with faces.served(server, world, WEB_CONCURRENCY=str(workers)) as (port, app):
                    found["healthy"].append(time.monotonic() - start)
                    found["idle"].append(processor.memory(app, *processor.children(app)))
                    browser = Browser(port)
                    browser.sign_in("rep", faces.PASSWORD)
                    found["page"].append(browser.get("/")[2])
                    found["again"].append(browser.get("/")[2])
                    for path in ("/pipeline/", "/deals/", "/contacts/", "/search/?q=odette") * 10:
                        browser.get(path)
                    found["warm"].append(processor.memory(app, *processor.children(app)))
            middle = {name: statistics.median(times) for name, times in found.items()}
            rows.append(
                {
                    "processes": workers, "s until healthy": round(middle["healthy"], 2),
                    "ms of the first page": round(middle["page"]), "ms of the second": round(middle["again"]),
                    "MB idle": round(middle["idle"]), "MB after 40 pages": round(middle["warm"]),
                }
            )  # fmt: skip
    said = {"rows of the world": WORLDS[world].words, "measured": f"median of {ROUNDS}; memory is Pss of all processes"}
    print(results.table(results.keep("start", world, rows, said, load)))
