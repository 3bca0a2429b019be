"""The worst queries beside what one would write first: EXPLAIN of both, as rep, lead and admin.

``python -m bench run sql L1M``. Execution time, and what does not depend on who else uses the machine: buffers read.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from bench import results
from bench.reference import WORLDS
from bench.world import BASE_DIR, cluster, database_of, environment

USERS = ("rep", "lead", "admin")
ROUNDS = 3
FIRST, HALF = 50, 0.5


def naive_deals(user: Any) -> Any:
    """Assigned to me, or shared with me or my role, or owned by a team that I lead: each an EXISTS or an IN."""
    from django.db.models import Exists, OuterRef, Q

    from pipeline.models import Deal, DealRoleGrant, DealUserGrant

    rows = Deal.unrestricted.all()
    if user.rights.may("records.read_all"):
        return rows
    teams = [int(name.partition(":")[2]) for name in user.rights.principals if name.startswith("team:")]
    by_user = DealUserGrant.objects.filter(content_object=OuterRef("pk"))
    seen = Q(assigned_to=user) | Q(Exists(by_user.filter(user=user)))
    seen |= Q(Exists(DealRoleGrant.objects.filter(content_object=OuterRef("pk"), group__in=user.groups.all())))
    if teams:
        seen |= Q(assigned_to__membership__team__in=teams) | Q(Exists(by_user.filter(user__membership__team__in=teams)))
    return rows.filter(seen).distinct() if teams else rows.filter(seen)


def naive_board(user: Any) -> None:
    """All that one sees, ranked and counted by windows."""
    from django.db.models import Count, F, Sum, Window
    from django.db.models.functions import RowNumber

    by = {"partition_by": "stage_id"}
    rows = naive_deals(user).values("pk", "stage_id").order_by()
    rows = rows.annotate(
        rank=Window(RowNumber(), order_by=[F("expected_close_date").asc(), F("id").asc()], **by),
        number=Window(Count("*"), **by),
        total=Window(Sum("amount"), **by),
    )
    list(rows.filter(rank__lte=25))


def naive_search(user: Any, words: str) -> None:
    from django.db.models import Q

    from crm.models import Contact

    rows = Contact.unrestricted.all() if user.rights.may("records.read_all") else Contact.objects.visible_to(user)
    for word in words.split():
        found = Q(name__icontains=word) | Q(email__icontains=word) | Q(phone__icontains=word)
        rows = rows.filter(found | Q(company__name__icontains=word))
    list(rows.order_by("name", "pk")[:FIRST])


def pairs(user: Any) -> dict[str, tuple[Callable[[], Any], Callable[[], Any]]]:
    """What, then how one would write it first, then how it is written."""
    from crm.filters import CONTACT_ORDERINGS, ContactFilter
    from crm.models import Contact
    from pipeline.board import Board
    from pipeline.filters import ORDERINGS
    from pipeline.models import Deal
    from records import keyset

    asked = SimpleNamespace(user=user, GET={})
    visible = Deal.objects.visible_to(user)
    dated = visible.filter(expected_close_date__isnull=False)
    at = int(dated.order_by().count() * HALF)
    key, pk = dated.order_by("expected_close_date", "pk").values_list("expected_close_date", "pk")[at]
    cursor = keyset.Position("expected_close_date", False, keyset.FILLED, key, pk).encode()

    def contacts(words: str) -> Any:
        found = ContactFilter({"q": words}, Contact.objects.visible_to(user), request=asked).qs
        return keyset.page(found, "name", CONTACT_ORDERINGS, FIRST)

    return {
        "first page of deals by close date": (
            lambda: list(naive_deals(user).order_by("expected_close_date", "pk")[:FIRST]),
            lambda: keyset.page(visible, "expected_close_date", ORDERINGS, FIRST),
        ),
        "the page half-way, by OFFSET and by keyset": (
            lambda: list(dated.order_by("expected_close_date", "pk")[at : at + FIRST]),
            lambda: keyset.page(visible, "expected_close_date", ORDERINGS, FIRST, cursor),
        ),
        "board with counts and sums": (lambda: naive_board(user), lambda: Board(asked).columns()),
        "contacts, one person": (
            lambda: naive_search(user, "odette wrenfield"),
            lambda: contacts("odette wrenfield"),
        ),
        "contacts, first name": (lambda: naive_search(user, "odette"), lambda: contacts("odette")),
    }


def explained(work: Callable[[], Any]) -> dict[str, float]:
    """Of all statements that it runs, the quickest of some rounds."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        work()
    found = {"ms": 0.0, "buffers": 0, "statements": len(captured)}
    for query in captured.captured_queries:
        best = min((_explain(query["sql"]) for _ in range(ROUNDS)), key=lambda one: one[0])
        found["ms"] += best[0]
        found["buffers"] += best[1]
    return found


def _explain(sql: str) -> tuple[float, int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) " + sql.replace("%", "%%"))
        (plan,) = cursor.fetchone()[0]
    top = plan["Plan"]
    return plan["Execution Time"], top["Shared Hit Blocks"] + top["Shared Read Blocks"]


def measure() -> list[dict[str, Any]]:
    import django

    django.setup()
    from django.db import connection

    from accounts.models import User

    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    rows = []
    for name in USERS:
        for what, (first, ours) in pairs(User.objects.get(username=name)).items():
            was, now = explained(first), explained(ours)
            rows.append(
                {
                    "what": what, "user": name, "naive ms": round(was["ms"], 1), "ms": round(now["ms"], 1),
                    "times": round(was["ms"] / max(now["ms"], 0.01), 1), "naive buffers": int(was["buffers"]),
                    "buffers": int(now["buffers"]), "statements": int(now["statements"]),
                }
            )  # fmt: skip
            print(rows[-1], file=sys.stderr, flush=True)
    return rows


def run(arguments: Any) -> None:
    load, world = os.getloadavg(), arguments.world
    with cluster().running() as server:
        settings = environment(server, database_of(world)) | {"DJANGO_SETTINGS_MODULE": "config.settings"}
        command = [sys.executable, "-m", "bench.controls"]
        done = subprocess.run(command, cwd=BASE_DIR, env=settings, check=True, stdout=subprocess.PIPE)
    said = {
        "rows of the world": WORLDS[world].words,
        "measured": f"EXPLAIN ANALYZE, the quickest of {ROUNDS}, warm; buffers are pages of 8 kB that were looked at",
    }
    print(results.table(results.keep("sql", world, json.loads(done.stdout), said, load)))


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
