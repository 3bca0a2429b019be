"""The demo data, and some of a rep's day on top of it: what the pictures show."""

import sys

from django.conf import settings
from django.core.management import call_command
from django.db.models import Count
from django.test import Client

from accounts.models import Session, User
from activities.models import Activity
from crm.models import Contact
from desk.models import SavedView
from pipeline.models import Deal
from records.definitions import CustomField


def prepare() -> dict[str, str]:
    """Ids of the records to show, by what ``{name}`` in an address stands for."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("demo", verbosity=0, stderr=sys.stderr)
    rep = User.objects.get(username="rep")
    own = Deal.unrestricted.filter(assigned_to=rep, stage__kind="open", contact__isnull=False, company__isnull=False)
    shown, gone, moved = own.alias(n=Count("activities")).order_by("-n", "pk")[:3]
    work(client_of(rep), shown, gone, moved)
    contact = Contact.unrestricted.get(pk=shown.contact_id)
    task = Activity.objects.visible_to(rep).of(rep).to_do().order_by("due_date", "pk")
    field = CustomField.objects.create(model="deal", name="leadSource", label="Lead source", type="String")
    return {
        "deal": shown.pk,
        "field": field.key,
        "contact": contact.pk,
        "company": shown.company_id,
        "activity": task[0].pk,
        "view": SavedView.objects.get().pk,
    }


def work(browser: Client, shown: Deal, gone: Deal, moved: Deal) -> None:
    """As a rep does it, through the pages, so that history, trash and saved views have something to show."""
    posts = [
        (f"/deals/{shown.pk}/stage/", {"stage": "negotiation"}),
        (f"/deals/{moved.pk}/stage/", {"stage": "proposal"}),
        (f"/deals/{gone.pk}/delete/", {}),
        ("/views/", {"place": "deals", "query": "stage__in=lead,qualified", "name": "Early deals"}),
        ("/activities/feed/", {}),
    ]
    for address, data in posts:
        if (answer := browser.post(address, data)).status_code >= 400:
            raise RuntimeError(f"POST {address} was answered {answer.status_code}.")
    Session.start(User.objects.get(username="rep"), "Nightly export")


def client_of(user: User) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(user, backend="accounts.backends.PasswordBackend")
    return client


def key_of(username: str) -> str:
    return client_of(User.objects.get(username=username)).cookies[settings.SESSION_COOKIE_NAME].value
