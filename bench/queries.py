"""What the access rule costs in the database, without pages: times of the querysets, their plans, and of writes.

    python -m bench.queries           # times
    python -m bench.queries --plans   # and EXPLAIN (ANALYZE, BUFFERS) of each

Writes are rolled back, so what a commit costs is not in their times.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from bench.world import BASE_DIR, USERS, environment, running

ROUNDS = 7


def median(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """Milliseconds, after one run to warm up."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def reads(user: Any) -> dict[str, Callable[[], Any]]:
    from activities.models import Activity
    from crm.filters import CONTACT_ORDERINGS, ContactFilter
    from crm.models import Contact
    from pipeline.filters import ORDERINGS
    from pipeline.models import Deal
    from records import keyset

    asked = SimpleNamespace(user=user)

    def contacts(words: str) -> Callable[[], Any]:
        def page() -> Any:
            found = ContactFilter({"q": words}, Contact.objects.visible_to(user).with_company(), request=asked).qs
            return keyset.page(found, "name", CONTACT_ORDERINGS, 50).rows

        return page

    def deals() -> Any:
        visible = Deal.objects.visible_to(user)
        return keyset.page(visible, "expected_close_date", ORDERINGS, 50).rows

    def activities() -> Any:
        return keyset.page(Activity.objects.visible_to(user), "-created_at", {"created_at": "created_at"}, 50).rows

    return {
        "deals, first page by close date": deals,
        "deals, count": lambda: Deal.objects.visible_to(user).count(),
        "deals, totals by stage": lambda: Deal.objects.visible_to(user).totals(),
        "activities, first page by creation": activities,
        "activities, count": lambda: Activity.objects.visible_to(user).count(),
        "contacts, q = rare name": contacts("odette wrenfield"),
        "contacts, q = part of many": contacts("an"),
        "contacts, q = nobody": contacts("zzzqqq"),
    }


def undone(work: Callable[[], Any]) -> float:
    """Milliseconds of a write that is rolled back, each in a transaction of its own."""
    from django.db import transaction

    times = []
    for _ in range(ROUNDS + 1):
        with transaction.atomic():
            start = time.perf_counter()
            work()
            times.append((time.perf_counter() - start) * 1000)
            transaction.set_rollback(True)
    return statistics.median(times[1:])


def writes() -> dict[str, Callable[[], Any]]:
    from guardian.shortcuts import assign_perm

    from accounts.models import Membership, Team, User
    from pipeline.models import Deal

    rep, lead = (User.objects.get(username=name) for name in ("rep", "lead"))
    deal = Deal.unrestricted.filter(assigned_to=rep, company__isnull=False, contact__isnull=False).order_by("id")[0]
    of_rep = list(Deal.unrestricted.filter(assigned_to=rep).values_list("pk", flat=True))
    team = Team.objects.exclude(members=rep).order_by("pk")[0]
    outsider = User.objects.exclude(pk__in=[rep.pk, lead.pk]).order_by("pk")[0]
    parties = {"company_id": deal.company_id, "contact_id": deal.contact_id}
    return {
        "create a deal": lambda: Deal.objects.create(title="New", created_by=rep, assigned_to=rep, **parties),
        "move a deal to another stage": lambda: deal.move_to("won"),
        "reassign a deal": lambda: deal.assign_to(lead),
        "share a deal": lambda: assign_perm("view_deal", outsider, deal),
        f"reassign {len(of_rep):,} deals at once": lambda: Deal.unrestricted.filter(pk__in=of_rep).update(
            assigned_to=lead
        ),
        f"a user with {len(of_rep):,} deals joins a team": lambda: Membership.objects.create(team=team, user=rep),
    }


def plans(work: Callable[[], Any]) -> str:
    """EXPLAIN of every SELECT it runs."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        work()
    with connection.cursor() as cursor:
        lines = []
        for query in captured.captured_queries:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + query["sql"].replace("%", "%%"))
            lines += [row[0] for row in cursor.fetchall()]
    return "\n".join(lines)


def main() -> None:
    import django

    django.setup()
    from django.db import connection

    from accounts.models import User

    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    for name in USERS:
        user = User.objects.get(username=name)
        for label, work in reads(user).items():
            print(f"{name:6} {label:45} {median(work):10.2f} ms", flush=True)
            if "--plans" in sys.argv:
                print(plans(work))
    for label, work in writes().items():
        print(f"{label:52} {undone(work):10.2f} ms", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")  # what was rolled back would slow the reads of the next run


if __name__ == "__main__":
    if os.environ.get("DJANGO_SETTINGS_MODULE"):
        main()
    else:
        with running() as server:
            settings = {"DJANGO_SETTINGS_MODULE": "config.settings"}
            command = [sys.executable, "-m", "bench.queries", *sys.argv[1:]]
            subprocess.run(command, cwd=BASE_DIR, env=environment(server) | settings, check=True)
