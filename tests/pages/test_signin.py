"""Signing in and out: by name or address, with tries counted, never led to another host."""

import pytest
import time_machine
from django.test import Client

from accounts.models import Try, User
from tests.conftest import PASSWORD
from tests.pages.reading import Page, at, sent, told

SIGN_IN = "/accounts/login/"
WRONG = "The username or the password is wrong."


def sign_in(client: Client, username: str, password: str = PASSWORD, **data):
    return client.post(SIGN_IN, {"username": username, "password": password, **data})


@pytest.mark.parametrize("username", ["rep", "REP", "rep@parsley.example", "Rep@Parsley.Example"])
def test_one_signs_in_by_name_or_address_in_any_letters(rep, username):
    client = Client()
    response = sent(client, SIGN_IN, holding="password", username=username, password=PASSWORD)
    assert (response.status_code, response.url, client.session["_auth_user_id"]) == (302, "/", rep.pk)


@pytest.mark.parametrize("username", ["rep", "rep@parsley.example", "nobody", "nobody@parsley.example", "gone"])
def test_a_wrong_password_is_answered_the_same_for_known_and_unknown(rep, outsider, username):
    User.objects.filter(pk=outsider.pk).update(username="gone", is_active=False)
    response = sign_in(Client(), username, "wrong")
    page = response.content.decode().replace(username, "NAME")
    assert (response.status_code, told(response).count(WRONG)) == (200, 1)
    assert without_token(page) == without_token(
        sign_in(Client(), "other", "wrong").content.decode().replace("other", "NAME")
    )


def without_token(page: str) -> str:
    before, _, rest = page.partition('name="csrfmiddlewaretoken" value="')
    return before + rest.partition('"')[2]


def test_who_was_deactivated_cannot_sign_in_and_is_out_at_once(rep, rep_page):
    rep.deactivate()
    assert rep_page.get("/").status_code == 302
    assert WRONG in told(sign_in(Client(), "rep"))


@pytest.mark.parametrize("password", ["", " ", PASSWORD + " ", PASSWORD.upper(), "x" * 70_000])
def test_no_other_password_opens_an_account(rep, password):
    client = Client()
    assert sign_in(client, "rep", password).status_code == 200
    assert "_auth_user_id" not in client.session


def test_the_eleventh_try_has_to_wait_and_keeps_the_name(rep, settings):
    for _ in range(settings.SIGN_IN_TRIES):
        assert sign_in(Client(), "rep", "wrong").status_code == 200
    response = sign_in(Client(), "rep", "wrong")
    assert (response.status_code, 0 < int(response["Retry-After"]) <= settings.SIGN_IN_WINDOW_SECONDS) == (429, True)
    fields = dict(Page(response).form(holding="password").fields)
    assert (fields["username"], fields["password"]) == ("rep", "")
    assert f"Please wait {response['Retry-After']} seconds" in told(response)


def test_after_the_window_the_right_password_works_again(rep, settings):
    for _ in range(settings.SIGN_IN_TRIES):
        sign_in(Client(), "rep", "wrong")
    assert sign_in(Client(), "rep").status_code == 429
    Try.objects.update(at="2026-01-01T00:00Z")
    assert sign_in(Client(), "rep").status_code == 302


def test_a_forged_address_does_not_help(rep, settings):
    for number in range(settings.SIGN_IN_TRIES):
        Client().post(
            SIGN_IN, {"username": f"a{number}", "password": "x"}, headers={"X-Forwarded-For": f"10.0.0.{number}"}
        )
    assert sign_in(Client(), "rep").status_code == 429


@pytest.mark.parametrize("wanted", ["/deals/", "/pipeline/?sort=updated"])
def test_one_is_led_to_the_page_that_was_asked_for(rep, wanted):
    client = Client()
    asked = client.get(wanted)
    response = sent(client, asked.url, holding="password", username="rep", password=PASSWORD)
    assert response.url == wanted


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:evil"]
)
@pytest.mark.parametrize("how", ["get", "post"])
def test_one_is_never_led_to_another_host(rep, wanted, how):
    data = {"username": "rep", "password": PASSWORD} | ({"next": wanted} if how == "post" else {})
    response = Client().post(SIGN_IN, data, query_params={"next": wanted} if how == "get" else {})
    assert response.url == "/"
    assert wanted not in Client().get(SIGN_IN, {"next": wanted}).content.decode()


def test_signing_in_changes_the_session_key(rep):
    """A key that somebody else planted is worth nothing afterwards."""
    client = Client()
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies["parsley-session"] = session.session_key
    sign_in(client, "rep")
    assert client.session.session_key != session.session_key
    assert not client.session.exists(session.session_key)


def test_signing_out_is_a_post_and_ends_the_session(rep, rep_page):
    key = rep_page.session.session_key
    assert rep_page.get("/accounts/logout/").status_code == 405
    assert rep_page.get("/").status_code == 200
    response = sent(rep_page, "/", action="/accounts/logout/")
    assert (response.url, rep_page.get("/").status_code) == (SIGN_IN, 302)
    thief = Client()
    thief.cookies["parsley-session"] = key
    assert thief.get("/").status_code == 302


def test_the_cookies_are_closed_to_scripts_and_other_sites(rep):
    client = Client()
    client.get(SIGN_IN)
    sign_in(client, "rep")
    flags = {name: (cookie["httponly"], cookie["samesite"], cookie["path"]) for name, cookie in client.cookies.items()}
    assert flags == {"parsley-session": (True, "Lax", "/"), "parsley-csrf": (True, "Lax", "/")}


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("/companies/new/", {"name": "N"}),
        ("{deal}edit/", {"title": "N", "stage": "lead"}),
        ("{deal}delete/", {}),
        ("{deal}sharing/", {"remove": "x"}),
        ("{deal}stage/", {"stage": "won"}),
        ("/accounts/logout/", {}),
        ("/accounts/profile/", {"name": "N"}),
        ("/accounts/password/", {"old_password": "N"}),
    ],
)
def test_every_form_of_a_signed_in_person_needs_the_csrf_token(browser_of, rep, deal, address, data):
    client = browser_of(rep, enforce_csrf_checks=True)
    assert client.post(address.format(deal=at(deal)), data).status_code == 403
    deal.refresh_from_db(from_queryset=type(deal).unrestricted)
    assert (deal.title, deal.stage_id, client.get("/").status_code) == ("Rollout", "lead", 200)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["login", "signup", "password/reset"])
def test_every_form_of_a_visitor_needs_the_csrf_token(page):
    assert Client(enforce_csrf_checks=True).post(f"/accounts/{page}/", {"username": "x"}).status_code == 403


def test_with_the_token_of_the_page_the_form_goes_through(browser_of, rep):
    client = browser_of(rep, enforce_csrf_checks=True)
    assert sent(client, "/companies/new/", holding="version", name="N").status_code == 303


def test_a_window_that_moves_on_lets_new_tries_in(rep, settings):
    with time_machine.travel("2026-03-10T12:00Z", tick=False) as clock:
        for _ in range(settings.SIGN_IN_TRIES):
            sign_in(Client(), "rep", "wrong")
        refused = sign_in(Client(), "rep")
        clock.shift(int(refused["Retry-After"]))
        assert (refused.status_code, sign_in(Client(), "rep").status_code) == (429, 302)
