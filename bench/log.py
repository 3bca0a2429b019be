"""What the change log costs: the same writes with its triggers and without, in turns, in the reference world.

    python -m bench.log

The turns are short and mixed, so that what else the machine does hits both alike. The times of both go through Django
and are committed; so is what they write, which is put back as it was.
"""

import os
import random
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from bench.world import BASE_DIR, environment, running

ROUNDS, REPEATED, BULK = 40, 12, 2_000
SWITCH = "ALTER TABLE {table} {verb} TRIGGER {trigger}"


def switch(verb: str) -> None:
    from django.db import connection

    from live.logged import logged

    with connection.cursor() as cursor:
        for model in logged().values():
            for trigger in ("live_log", "live_log_update"):
                cursor.execute(SWITCH.format(table=model._meta.db_table, verb=verb, trigger=trigger))


def writes() -> dict[str, tuple[int, Callable[[int], Any]]]:
    """How many times a turn, and what. The number differs at each call, so that each changes something."""
    from django.db import transaction

    from accounts.models import User
    from pipeline.models import Deal

    rep = User.objects.get(username="rep")
    deal = Deal.unrestricted.filter(assigned_to=rep, company__isnull=False, contact__isnull=False).order_by("id")[0]
    many = list(Deal.unrestricted.order_by("id").values_list("pk", flat=True)[:BULK])
    people = list(User.objects.order_by("pk")[:2])

    def change(number: int) -> None:
        deal.title = f"Title {number}"
        with transaction.atomic():
            deal.save(update_fields=["title", "updated_at"])

    def move(number: int) -> None:
        with transaction.atomic():
            deal.move_to(("proposal", "negotiation")[number % 2])

    def reassign(number: int) -> None:
        with transaction.atomic():
            deal.assign_to(people[number % 2])

    def create(number: int) -> None:
        with transaction.atomic():
            Deal.objects.create(title="bench.log", created_by=rep, assigned_to=rep, company_id=deal.company_id)

    def change_many(number: int) -> None:
        with transaction.atomic():
            Deal.unrestricted.filter(pk__in=many).update(notes=f"Note {number}")
            transaction.set_rollback(True)

    return {
        "change the title of a deal": (REPEATED, change),
        "move a deal to another stage": (REPEATED, move),
        "reassign a deal": (REPEATED, reassign),
        "create a deal": (REPEATED, create),
        f"change {BULK:,} deals in one statement": (1, change_many),
    }


def measure() -> dict[str, dict[str, list[float]]]:
    times: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    number, works = 0, writes()
    for turn in range(ROUNDS):
        for verb in random.sample(["ENABLE", "DISABLE"], 2):
            switch(verb)
            for label, (repeated, work) in works.items():
                if repeated == 1 and turn % 5:
                    continue
                for again in range(repeated + 1):
                    number += 1
                    start = time.perf_counter()
                    work(number)
                    if again or repeated == 1:
                        times[label][verb].append((time.perf_counter() - start) * 1000)
    switch("ENABLE")
    return times


def main() -> None:
    import django

    django.setup()
    from django.db import connection

    from live.models import Change
    from pipeline.models import Deal

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    try:
        times = measure()
        print(f"{'':42} {'without':>9} {'with':>9}")
        for label, by_verb in times.items():
            off, on = (statistics.median(by_verb[verb]) for verb in ("DISABLE", "ENABLE"))
            print(f"{label:42} {off:6.2f} ms {on:6.2f} ms {on / off - 1:+7.0%}", flush=True)
        print(size(), flush=True)
    finally:
        switch("ENABLE")
        Deal.unrestricted.filter(title="bench.log").delete()
        Change.objects.all().delete()


def size() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('live_change'), count(*) FROM live_change")
        total, number = cursor.fetchone()
    return f"The log takes {total / number:,.0f} bytes an entry, with its indexes ({number:,} entries)."


if __name__ == "__main__":
    if os.environ.get("DJANGO_SETTINGS_MODULE"):
        main()
    else:
        with running() as server:
            settings = {"DJANGO_SETTINGS_MODULE": "config.settings"}
            subprocess.run(
                [sys.executable, "-m", "bench.log"], cwd=BASE_DIR, env=environment(server) | settings, check=True
            )
