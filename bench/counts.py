"""The addresses to measure for each user, and how many statements each page runs: printed as JSON.

In the process of its own that ``bench.pages`` starts, with Django's test client: the server that is timed ships no
counter. Each page is asked for twice and counted the second time, as the first fills the caches of content types.
"""

import json
import sys
from typing import Any

SEARCHED = "odette"


def paths(user: Any) -> dict[str, str]:
    """The deal, contact and company are those with the most about them among what the user sees."""
    from django.db.models import Count

    from pipeline.models import Deal

    deals = Deal.objects.visible_to(user)

    def busiest(column: str) -> str:
        rows = deals.exclude(**{column: None}).order_by().values(column).annotate(number=Count("*"))
        return rows.order_by("-number", column)[0][column]

    return {
        "my day": "/",
        "deals": "/deals/",
        "contacts": "/contacts/",
        "board": "/pipeline/",
        "deal": f"/deals/{_deal(user)}/",
        "contact": f"/contacts/{busiest('contact_id')}/",
        "company": f"/companies/{busiest('company_id')}/",
        "search": f"/search/?q={SEARCHED}",
        "API deals": "/api/v1/deals/",
    }


def _deal(user: Any) -> str:
    from django.contrib.contenttypes.models import ContentType
    from django.db.models import Count

    from activities.models import Activity
    from pipeline.models import Deal

    about = Activity.objects.visible_to(user).filter(related_type=ContentType.objects.get_for_model(Deal))
    rows = about.order_by().values("related_id").annotate(number=Count("*"))
    return rows.order_by("-number", "related_id")[0]["related_id"]


def count(user: Any, pages: dict[str, str]) -> dict[str, Any]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="localhost", raise_request_exception=False)
    client.force_login(user, backend="accounts.backends.PasswordBackend")
    counted = {}
    for label, path in pages.items():
        status = client.get(path).status_code
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        counted[label] = {"path": path, "status": status, "queries": len(captured)}
    return counted


def main() -> None:
    import django

    django.setup()
    from accounts.models import User
    from bench.world import USERS

    users = [User.objects.get(username=name) for name in USERS]
    json.dump({user.username: count(user, paths(user)) for user in users}, sys.stdout)


if __name__ == "__main__":
    main()
