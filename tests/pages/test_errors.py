"""Each error has a page in our own words, with the way back, and tells nothing of the inside."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DataError, IntegrityError, OperationalError, connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path

from accounts.signin import TooManyTries
from config import urls
from tests.pages.reading import Page, told

INSIDE = "secret-detail-of-the-inside"
RAISED = {
    "malformed": (SuspiciousOperation(INSIDE), 400, "That request cannot be read"),
    "forbidden": (PermissionDenied("Your role says no."), 403, "Your role says no."),
    "missing": (Http404(INSIDE), 404, "There is no such page, or you may not see it."),
    "collision": (IntegrityError(INSIDE), 409, "Changed meanwhile"),
    "unstorable": (DataError(INSIDE), 400, "A value in this request cannot be stored or compared."),
    "tries": (TooManyTries(7), 429, "Please wait 7 seconds"),
    "mistake": (RuntimeError(INSIDE), 500, "It is our fault"),
    "away": (OperationalError(INSIDE), 503, "The database cannot be reached."),
}


def fail(request, name: str):
    raise RAISED[name][0]


urlpatterns = [path("fail/<name>/", fail), *urls.urlpatterns]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("name", RAISED)
def test_an_error_is_answered_in_our_words(rep_page, name):
    _, status, words = RAISED[name]
    rep_page.raise_request_exception = False
    response = rep_page.get(f"/fail/{name}/")
    text = told(response)
    assert (response.status_code, words in text, f"Error {status}" in text) == (status, True, True)
    assert (INSIDE in response.content.decode(), "/" in Page(response).links) == (False, True)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("name", "seconds"), [("tries", "7"), ("away", "5"), ("missing", None)])
def test_an_error_that_passes_says_when_to_try_again(rep_page, name, seconds):
    assert rep_page.get(f"/fail/{name}/").headers.get("Retry-After") == seconds


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("name", RAISED)
def test_error_pages_have_the_same_headers_as_all_others(rep_page, name):
    rep_page.raise_request_exception = False
    headers = rep_page.get(f"/fail/{name}/").headers
    assert ("unsafe" in headers["Content-Security-Policy"], headers["X-Frame-Options"]) == (False, "DENY")


def test_a_body_that_is_too_large_is_answered_in_our_words(rep_page):
    response = rep_page.post("/companies/new/", {"notes": "x" * 1_100_000})
    assert (response.status_code, "larger than 1 MB" in told(response)) == (413, True)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nothing/", "/deals/aaaaaaaaaa/nothing/", "/%00", "/robots"])
def test_an_unknown_address_is_404_for_visitors_too(address):
    response = Client().get(address)
    assert (response.status_code, "Nothing here" in told(response)) == (404, True)


def test_a_form_of_another_site_is_refused_in_our_words(rep):
    client = Client(enforce_csrf_checks=True)
    client.force_login(rep, backend="accounts.backends.PasswordBackend")
    response = client.post("/companies/new/", {"name": "N"})
    assert (response.status_code, "Reload the page and send it again." in told(response)) == (403, True)


SHELL = ["/accounts/profile/", "/contacts/", "/pipeline/"]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("name", RAISED)
def test_an_error_keeps_the_shell_around_it_unless_it_may_be_the_shells(rep_page, name):
    rep_page.raise_request_exception = False
    response = rep_page.get(f"/fail/{name}/")
    kept = [link for link in SHELL if link in Page(response).links]
    assert kept == (SHELL if response.status_code < 500 else [])


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("name", ["mistake", "away"])
def test_our_own_mistakes_are_told_without_asking_the_database(rep_page, name):
    rep_page.raise_request_exception = False
    rep_page.get(f"/fail/{name}/")
    with CaptureQueriesContext(connection) as captured:
        rep_page.get(f"/fail/{name}/")
    assert len(captured) == 2  # session and person, before the view was reached


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("name", RAISED)
def test_a_part_of_a_page_is_told_in_plain_words(rep_page, name):
    rep_page.raise_request_exception = False
    response = rep_page.get(f"/fail/{name}/", headers={"HX-Request": "true"})
    assert (response["Content-Type"], response.status_code) == ("text/plain; charset=utf-8", RAISED[name][1])
    assert (INSIDE in response.content.decode(), "<" in response.content.decode()) == (False, False)


def test_a_missing_page_offers_to_look_for_it_and_the_way_back(rep_page):
    page = Page(rep_page.get("/nothing/", headers={"Referer": "http://testserver/deals/?q=a"}, HTTP_HOST="testserver"))
    assert ("/deals/?q=a" in page.links, page.form("/search/", "q").method) == (True, "get")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "referer", ["https://evil.example/", "http://testserver//evil.example/x", "http://[", "x:y", ""]
)
def test_an_error_leads_back_to_no_other_site(referer):
    response = Client().get("/nothing/", headers={"Referer": referer}, HTTP_HOST="testserver")
    assert (response.status_code, [link for link in Page(response).links if "evil" in link]) == (404, [])


def test_who_is_signed_in_and_asks_by_another_name_of_the_host_is_answered_400(rep, browser_of):
    response = browser_of(rep).get("/", HTTP_HOST="other.example")
    assert (response.status_code, "Rosa Rep" in response.text, "other.example" in response.text) == (400, False, False)
