"""What is asked for, by scenario and user, as JSON: runs in a process of its own, with the settings of one world.

How many statements each runs is counted here, with Django's test client: the server that is timed holds no counter.
Each address is asked for twice and counted the second time, as the first fills caches.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

USERS = ("rep", "lead", "admin")
RARE, FIRST, PART, NOBODY = "odette wrenfield", "odette", "an", "zzqq"


def pages(user: Any, place: Any) -> dict[str, str]:
    deal, contact, company = busiest(user)
    return {
        "my day": "/",
        "my day, numbers of all": "/?scope=all",
        "deals": "/deals/",
        "deals by close date": "/deals/?ordering=expected_close_date",
        "deals by close date, at half": place("/deals/", "expected_close_date", 0.5),
        "deals by close date, at 99 %": place("/deals/", "expected_close_date", 0.99),
        "deals, open": "/deals/?state=open&ordering=expected_close_date",
        "contacts": "/contacts/",
        "contacts, at half": place("/contacts/", "name", 0.5),
        "companies": "/companies/",
        "activities": "/activities/",
        "activities, at half": place("/activities/", "-created_at", 0.5),
        "calendar, month": "/activities/?view=month&whose=all",
        "board": "/pipeline/",
        "board, changed last": "/pipeline/?sort=updated",
        "deal": f"/deals/{deal}/",
        "contact": f"/contacts/{contact}/",
        "company": f"/companies/{company}/",
    }


def search(user: Any, place: Any) -> dict[str, str]:
    return {
        "search, one person": f"/search/?q={RARE.replace(' ', '+')}",
        "search, first name": f"/search/?q={FIRST}",
        "search, two letters": f"/search/?q={PART}",
        "search, trade": "/search/?q=software",
        "search, e-mail": "/search/?q=odette.wrenfield-",
        "search, phone": "/search/?q=555+0142",
        "search, digits": "/search/?q=2125550142",
        "search, company": "/search/?q=kestrel+freight",
        "search, nobody": f"/search/?q={NOBODY}",
        "palette, first name": f"/palette/?q={FIRST}",
        "palette, two letters": f"/palette/?q={PART}",
        "palette, nothing typed": "/palette/?q=",
        "contacts holding": f"/contacts/?q={FIRST}",
        "contacts holding two letters": f"/contacts/?q={PART}",
        "deals holding": "/deals/?q=kestrel+freight",
        "picker of companies": "/companies/options/?q=kestrel",
    }


def api(user: Any, place: Any) -> dict[str, str]:
    deal, contact, _ = busiest(user)
    return {
        "API deals": "/api/v1/deals/",
        "API deals by close date": "/api/v1/deals/?ordering=expected_close_date",
        "API deals by close date, at half": place("/api/v1/deals/", "expected_close_date", 0.5),
        "API deals by amount, at 99 %": place("/api/v1/deals/", "-amount", 0.99),
        "API deals of a stage": "/api/v1/deals/?stage=proposal&ordering=expected_close_date",
        "API deals with company and contact": "/api/v1/deals/?expand=company,contact",
        "API contacts": "/api/v1/contacts/?ordering=name",
        "API contacts, at half": place("/api/v1/contacts/", "name", 0.5),
        "API companies": "/api/v1/companies/?ordering=name",
        "API activities": "/api/v1/activities/",
        "API activities of a deal": f"/api/v1/activities/?related_to=deal:{deal}&ordering=-created_at",
        "API activities of a contact": f"/api/v1/activities/?related_to=contact:{contact}&ordering=-created_at",
        "API one deal": f"/api/v1/deals/{deal}/",
        "API deals, counted": "/api/v1/deals/?count=true&limit=1",
    }


SCENARIOS = {"pages": pages, "search": search, "api": api}


def busiest(user: Any) -> tuple[str, str, str]:
    """The deal and the contact that have the most activities about them, and the contact's company, of what the user
    sees."""
    from django.contrib.contenttypes.models import ContentType
    from django.db.models import Count

    from activities.models import Activity
    from crm.models import Contact
    from pipeline.models import Deal

    found = []
    for model in (Deal, Contact):
        rows = Activity.objects.visible_to(user).filter(related_type=ContentType.objects.get_for_model(model))
        rows = rows.order_by().values("related_id").annotate(number=Count("*"))
        found.append(rows.order_by("-number", "related_id")[0]["related_id"])
    return found[0], found[1], Contact.objects.visible_to(user).get(pk=found[1]).company_id


def placer(user: Any) -> Any:
    """Gives the address of a page so far down the list, with the cursor that the page before it would have."""
    from urllib.parse import urlencode

    from activities.filters import ORDERINGS as ACTIVITY_ORDERINGS
    from activities.models import Activity
    from crm.filters import COMPANY_ORDERINGS, CONTACT_ORDERINGS
    from crm.models import Company, Contact
    from pipeline.filters import ORDERINGS
    from pipeline.models import Deal
    from records import keyset

    lists: Mapping[str, tuple[Any, Mapping]] = {
        "deals": (Deal, ORDERINGS),
        "contacts": (Contact, CONTACT_ORDERINGS),
        "companies": (Company, COMPANY_ORDERINGS),
        "activities": (Activity, ACTIVITY_ORDERINGS),
    }

    def place(path: str, ordering: str, part: float) -> str:
        model, keys = lists[path.strip("/").split("/")[-1]]
        rows = keyset.with_sort_key(model.objects.visible_to(user), ordering, keys).filter(sort_key__isnull=False)
        sign = "-" if ordering.startswith("-") else ""
        at = int(rows.order_by().count() * part)
        key, pk = rows.order_by(f"{sign}sort_key", f"{sign}pk").values_list("sort_key", "pk")[at]
        cursor = keyset.Position(ordering, False, keyset.FILLED, key, pk).encode()
        return f"{path}?{urlencode({'ordering': ordering, 'cursor': cursor})}"

    return place


def count(user: Any, asked: dict[str, str]) -> dict[str, Any]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="localhost", raise_request_exception=False)
    client.force_login(user, backend="accounts.backends.PasswordBackend")
    counted = {}
    for label, path in asked.items():
        status = client.get(path).status_code
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        counted[label] = {"path": path, "status": status, "queries": len(captured)}
    return counted


def main() -> None:
    import django

    django.setup()
    from django.db import connection

    from accounts.models import User

    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    found = {}
    for user in User.objects.filter(username__in=USERS):
        place = placer(user)
        found[user.username] = {name: count(user, ask(user, place)) for name, ask in SCENARIOS.items()}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
