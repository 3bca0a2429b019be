"""What people type is shown as they typed it, and never becomes part of the page."""

import pytest
from django.contrib.auth.models import Group

from accounts.models import Team
from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal, Stage
from tests.conftest import make_user
from tests.pages.conftest import CLASSES
from tests.pages.reading import Page, adding, at, listing

SCRIPT = "<script>alert(1)</script>"
QUOTES = "\"'><img src=x onerror=alert(1)>{{ 7|add:1 }}"
LINK = "javascript:alert(1)//https://x"
ANYWHERE = ["/", "/pipeline/", "/pipeline/lead/", "/accounts/profile/", "/accounts/password/"]


def plant(owner, text: str) -> dict:
    """Every text field of every class, and the names of people, roles, teams and stages."""
    owner.name = text
    owner.save()
    make_user("other", name=text)
    Team.objects.create(name=text[:100]).members.add(owner)
    Group.objects.create(name=text)
    Stage.objects.filter(pk="lead").update(label=text[:50])
    company = Company.objects.create(
        name=text, website=text, industry=text[:100], address=text, notes=text, created_by=owner
    )
    contact = Contact.objects.create(
        name=text, email=text, phone=text[:64], notes=text, company=company, created_by=owner
    )
    deal = Deal.objects.create(
        title=text, notes=text, company=company, contact=contact, assigned_to=owner, created_by=owner
    )
    call = Activity.objects.create(
        type=text, subject=text, description=text, related_to=deal, created_by=owner, due_date="2026-03-01T00:00Z"
    )
    return {Company: company, Contact: contact, Deal: deal, Activity: call}


def pages_of(rows: dict, text: str) -> list[str]:
    own = [at(row, page) for row in rows.values() for page in ("", "edit", "delete", "sharing")]
    classes = [address for model in rows for address in (listing(model), adding(model), f"/{model.plural}/options/")]
    return [*own, *classes, *ANYWHERE]


@pytest.mark.parametrize("text", [SCRIPT, QUOTES, LINK])
def test_stored_text_never_becomes_part_of_a_page(rep, rep_page, text):
    rows = plant(rep, text)
    for address in pages_of(rows, text):
        response = rep_page.get(address)
        assert (response.status_code, live(response)) == (200, []), address


@pytest.mark.parametrize("text", [SCRIPT, QUOTES, LINK])
def test_text_in_the_address_never_becomes_part_of_a_page(rep_page, deal, text):
    names = [
        "q",
        "stage",
        "next",
        "ordering",
        "cursor",
        "sort",
        "assigned_to",
        "expected_close_date__gte",
        "type",
        text,
    ]
    addresses = [*ANYWHERE, "/search/", "/accounts/login/", "/accounts/signup/", at(deal), at(deal, "edit")]
    for address in [*addresses, *(listing(model) for model in CLASSES), *(adding(model) for model in CLASSES)]:
        response = rep_page.get(address, dict.fromkeys(names, text), follow=True)
        assert live(response) == [], address


@pytest.mark.parametrize("text", [SCRIPT, QUOTES, LINK])
def test_text_that_a_form_refuses_never_becomes_part_of_the_page(rep_page, deal, text):
    for model in CLASSES:
        names = ["company", "contact", "related_to", "amount", "stage", "type", "due_date", "email", "next", "version"]
        response = rep_page.post(adding(model), dict.fromkeys(names, text))
        assert (response.status_code, live(response)) == (422, []), model
    assert live(rep_page.post(at(deal, "stage"), {"stage": text}, headers={"HX-Request": "true"})) == []


@pytest.mark.parametrize("text", [SCRIPT, QUOTES, LINK])
def test_messages_about_a_record_are_text(rep, rep_page, text):
    rows = plant(rep, text)
    assert live(rep_page.post(at(rows[Activity], "completion"), follow=True)) == []
    for row in (rows[Deal], rows[Contact], rows[Company]):
        assert live(rep_page.post(at(row, "delete"), follow=True)) == []


@pytest.mark.parametrize(
    "website", ["javascript:alert(1)", "JavaScript:alert(1)", " javascript:x.y", "data:text/html,x.y", "vbscript:x.y"]
)
def test_a_website_that_is_no_address_of_the_web_is_no_link(rep, rep_page, website):
    company = Company.objects.create(name="N", website=website, created_by=rep)
    for address in (at(company), "/companies/"):
        response = rep_page.get(address)
        assert (live(response), website.strip() in response.content.decode()) == ([], True)


@pytest.mark.parametrize(
    ("website", "link"), [("x.example/a?b=1&c", "https://x.example/a?b=1&c"), ("http://x", "http://x")]
)
def test_a_website_is_a_link_of_the_web(rep, rep_page, website, link):
    company = Company.objects.create(name="N", website=website, created_by=rep)
    assert link in Page(rep_page.get(at(company))).links


@pytest.mark.parametrize(
    "address", [*ANYWHERE, "/deals/", "/search/?q=a", "/accounts/login/", "/accounts/signup/", "/nothing/"]
)
def test_every_page_forbids_inline_scripts_and_other_hosts(rep_page, address):
    policy = rep_page.get(address).headers["Content-Security-Policy"]
    assert ("unsafe" in policy, "default-src 'self'" in policy, "frame-ancestors 'none'" in policy) == (
        False,
        True,
        True,
    )


def live(response) -> list:
    """What would run, or lead out of the page by script: elements and attributes that we never write."""
    elements = Page(response).elements
    scripts = [a for tag, a in elements if tag == "script" and not a.get("src", "").startswith("/static/")]
    handlers = [a for _, a in elements if any(name.startswith("on") or name == "style" for name in a)]
    images = [a for tag, a in elements if tag in ("img", "iframe", "object", "embed", "base")]
    addresses = ("href", "src", "action", "formaction", "hx-get", "hx-post")
    allowed = ("/", "?", "#", "https://", "http://", "mailto:", "tel:")
    links = [a[n] for _, a in elements for n in addresses if a.get(n) and not a[n].startswith(allowed)]
    return [*scripts, *handlers, *images, *links]
