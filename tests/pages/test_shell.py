"""What stands around every page: places, preferences, languages, toasts, and what is left when a session ends."""

import json

import pytest
from django.contrib import messages
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from config import urls
from records.toasts import toast
from tests.conftest import make_user
from tests.pages.reading import Page, sent, told

HTMX = {"HX-Request": "true"}


def saying(request) -> HttpResponse:
    request.change_set = "cs1"
    toast(request, "Moved to “Won”.", undo=True)
    toast(request, "Not all of it.", level=messages.WARNING)
    return HttpResponse("<li>x</li>")


def leading(request) -> HttpResponse:
    toast(request, "Moved.")
    return HttpResponse(status=303, headers={"Location": "/accounts/profile/"})


here = [path("saying/", saying), path("leading/", leading)]
urlpatterns = [*here, *urls.urlpatterns]
handler403, handler404 = urls.handler403, urls.handler404


def current(response) -> dict[str, str]:
    links = Page(response).all("a")
    return {link["href"]: link["aria-current"] for link in links if "aria-current" in link and "data-go" in link}


# --- Places -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "marked"),
    [
        ("/", {"/": "page"}),
        ("/pipeline/", {"/pipeline/": "page"}),
        ("/deals/", {"/deals/": "page"}),
        ("/deals/new/", {"/deals/": "true"}),
        ("/contacts/new/", {"/contacts/": "true"}),
        ("/accounts/profile/", {}),
    ],
)
def test_the_place_of_a_page_is_marked(rep_page, address, marked):
    assert current(rep_page.get(address)) == marked


def test_one_is_offered_to_make_what_ones_role_may(browser_of, reader, rep):
    def offered(user) -> set[str]:
        links = Page(browser_of(user).get("/accounts/profile/")).links
        return {link for link in links if link.endswith("/new/")}

    assert offered(reader) == set()
    assert offered(rep) == {f"/{kind}/new/" for kind in ("contacts", "companies", "deals", "activities")}


def test_the_shell_costs_no_statement(rep, rep_page, queries):
    assert queries(rep_page, "/accounts/profile/") == 3  # session, person, rights


@pytest.mark.parametrize(("who", "status"), [("rep", 404), ("lead", 404), ("admin", 200)])
def test_the_style_guide_is_for_staff(request, browser_of, who, status):
    assert browser_of(request.getfixturevalue(who)).get("/styleguide/").status_code == status


def test_the_style_guide_shows_what_every_kind_of_field_looks_like_refused(browser_of, admin):
    page = Page(browser_of(admin).get("/styleguide/"))
    fields = {row["id"] for kind in ("input", "select", "textarea") for row in page.all(kind) if "id" in row}
    assert {"wrong_name", "wrong_email", "wrong_closing", "filled_notes", "empty_industry"} <= fields
    assert "Enter a valid email address." in page.text


# --- Preferences ------------------------------------------------------------------------------------------------------
def test_preferences_decide_how_pages_look(rep, rep_page):
    chosen = {"theme": "dark", "density": "compact", "language": "ar", "time_zone": "Asia/Amman"}
    sent(rep_page, "/accounts/profile/", holding="language", single_keys=[], **chosen)
    page = Page(rep_page.get("/"))
    (html,), (body,) = page.all("html"), page.all("body")
    wanted = {"lang": "ar", "dir": "rtl", "data-theme": "dark", "data-density": "compact"}
    assert ({name: html[name] for name in wanted}, "data-keys-off" in body) == (wanted, True)
    assert page.all("meta", name="color-scheme")[0]["content"] == "dark"


def test_keys_work_until_somebody_turns_them_off(rep_page):
    assert "data-keys-off" not in Page(rep_page.get("/")).all("body")[0]


@pytest.mark.parametrize(
    ("asks", "language", "direction"),
    [
        ("de-AT,de;q=0.9", "de", "ltr"),
        ("ar", "ar", "rtl"),
        ("fr", "en", "ltr"),
        ("", "en", "ltr"),
        ("x" * 99, "en", "ltr"),
    ],
)
def test_a_visitor_reads_the_language_of_the_browser(db, asks, language, direction):
    response = Client().get("/accounts/login/", headers={"Accept-Language": asks})
    (html,) = Page(response).all("html")
    assert (html["lang"], html["dir"], response["Content-Language"]) == (language, direction, language)
    assert "Accept-Language" in response["Vary"]


def test_the_chosen_language_goes_before_the_browsers(db, browser_of):
    client = browser_of(make_user("gerda", language="de"))
    response = client.get("/", headers={"Accept-Language": "ar"})
    assert (Page(response).all("html")[0]["lang"], response["Content-Language"]) == ("de", "de")


def test_a_language_that_is_no_longer_there_is_the_browsers(db, browser_of):
    client = browser_of(make_user("late", language="tlh"))
    assert Page(client.get("/", headers={"Accept-Language": "de"})).all("html")[0]["lang"] == "de"


def test_a_language_that_is_not_offered_is_refused(rep, rep_page):
    response = sent(rep_page, "/accounts/profile/", holding="language", language="tlh")
    rep.refresh_from_db()
    assert (response.status_code, rep.language) == (422, "")


def test_programs_are_told_in_english_whatever_they_accept(api_of, rep):
    answer = api_of(rep).post("/api/v1/companies/", {}, headers={"Accept-Language": "de"})
    assert (answer.status_code, answer["Content-Language"]) == (400, "en")


# --- Toasts -----------------------------------------------------------------------------------------------------------
@pytest.mark.urls(__name__)
def test_what_is_said_during_a_fragment_goes_along_in_its_header(rep_page):
    said = json.loads(rep_page.get("/saying/", headers=HTMX)["HX-Trigger"])["toast"]["all"]
    undo = {"url": "/changes/cs1/undo/"}
    assert said == [
        {"text": "Moved to “Won”.", "kind": "success", "undo": undo},
        {"text": "Not all of it.", "kind": "warning"},
    ]
    assert Page(rep_page.get("/accounts/profile/")).all("div", class_="toast") == [{"class": "toast "}]  # the template


@pytest.mark.urls(__name__)
def test_what_is_said_on_the_way_to_a_page_is_said_there_once(rep_page):
    response = rep_page.get("/leading/", headers=HTMX)
    assert (response.status_code, "HX-Trigger" in response.headers) == (303, False)
    assert "Moved." in told(rep_page.get("/accounts/profile/"))
    assert "Moved." not in told(rep_page.get("/accounts/profile/"))


@pytest.mark.urls(__name__)
def test_a_page_offers_to_undo_with_a_form_that_needs_no_script(rep_page):
    rep_page.get("/saying/")
    form = Page(rep_page.get("/deals/?q=a")).form("/changes/cs1/undo/")
    fields = dict(form.fields)
    assert (form.method, fields["next"], bool(fields["csrfmiddlewaretoken"])) == ("post", "/deals/?q=a", True)


def test_what_is_said_is_never_markup(rep_page, rep):
    sent(rep_page, "/companies/new/", holding="version", name="<b>N</b>")
    response = rep_page.get("/accounts/profile/")
    assert Page(response).all("b") == []


# --- The end of a session ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", ["/palette/", "/pipeline/lead/", "/contacts/options/?q=a"])
def test_a_part_of_a_page_is_told_that_the_session_has_ended(db, address):
    response = Client().get(address, headers={**HTMX, "HX-Current-URL": "http://testserver/deals/?q=a"})
    said = json.loads(response["HX-Trigger"])["toast"]
    assert (response.status_code, response["Content-Type"].split(";")[0]) == (401, "text/plain")
    assert (said["kind"], said["link"]["url"]) == ("error", "/accounts/login/?next=%2Fdeals%2F%3Fq%3Da")
    assert response.content.decode() == said["text"]


def test_a_page_still_leads_to_the_sign_in_page(db):
    response = Client().get("/deals/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/deals/")


@pytest.mark.parametrize("claimed", ["https://evil.example//evil.example/", "http://[", "javascript:alert(1)", "x", ""])
def test_the_address_that_a_part_claims_leads_to_no_other_site(db, claimed):
    response = Client().get("/palette/", headers={**HTMX, "HX-Current-URL": claimed})
    assert json.loads(response["HX-Trigger"])["toast"]["link"]["url"] == "/accounts/login/?next=%2F"


@pytest.mark.parametrize("address", ["/", "/deals/", "/accounts/profile/", "/palette/", "/nothing/"])
def test_no_page_of_a_signed_in_person_is_kept_by_the_browser(rep_page, address):
    assert rep_page.get(address)["Cache-Control"] == "private, no-store"


def test_what_everybody_may_see_may_be_kept(db):
    assert "no-store" not in Client().get("/nothing/").headers.get("Cache-Control", "")
