"""Changing a password, and choosing a new one by mail."""

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Session, User
from tests.conftest import PASSWORD
from tests.pages.reading import Page, sent, told

NEW = "a quite different horse"
CHANGE, RESET = "/accounts/password/", "/accounts/password/reset/"


def change(client: Client, old: str = PASSWORD, new: str = NEW, again: str = NEW):
    return sent(client, CHANGE, holding="old_password", old_password=old, new_password1=new, new_password2=again)


def signs_in(username: str, password: str) -> bool:
    return Client().post("/accounts/login/", {"username": username, "password": password}).status_code == 302


def test_a_new_password_ends_all_other_sessions_and_tokens(rep, browser_of, api_of):
    here, elsewhere, program = browser_of(rep), browser_of(rep), api_of(rep)
    response = change(here)
    assert (response.url, here.get("/").status_code, elsewhere.get("/").status_code) == ("/accounts/profile/", 200, 302)
    assert (program.get("/api/v1/deals/").status_code, Session.objects.count()) == (401, 0)
    assert (signs_in("rep", PASSWORD), signs_in("rep", NEW)) == (False, True)


def test_another_persons_sessions_go_on(rep, outsider, browser_of, api_of):
    other, program = browser_of(outsider), api_of(outsider)
    change(browser_of(rep))
    assert (other.get("/").status_code, program.get("/api/v1/deals/").status_code) == (200, 200)


@pytest.mark.parametrize(
    ("old", "new", "again", "field"),
    [
        ("wrong", NEW, NEW, "old_password"),
        (PASSWORD, NEW, "other", "new_password2"),
        (PASSWORD, "short", "short", "new_password2"),
        (PASSWORD, "password123", "password123", "new_password2"),
        (PASSWORD, "", "", "new_password1"),
    ],
)
def test_a_wrong_change_names_the_field_and_changes_nothing(rep, rep_page, old, new, again, field):
    response = change(rep_page, old, new, again)
    assert field in response.context["form"].errors
    assert signs_in("rep", PASSWORD) is True


def test_the_old_password_cannot_be_guessed_without_end(rep, rep_page, settings):
    """Whoever finds an open browser has ten tries, as at the front door."""
    for _ in range(settings.SIGN_IN_TRIES):
        assert change(rep_page, "wrong").status_code == 200
    response = rep_page.post(CHANGE, {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})
    assert (response.status_code, "Retry-After" in response.headers) == (429, True)
    assert User.objects.get(pk=rep.pk).check_password(PASSWORD)


def test_a_right_old_password_uses_up_no_tries(rep, rep_page, settings):
    for _ in range(settings.SIGN_IN_TRIES + 1):
        assert change(rep_page, again="not the same").status_code == 200
    assert change(rep_page).status_code == 302


# By mail --------------------------------------------------------------------------------------------------------------


def ask(email: str) -> str:
    """The address that the mail leads to, if one was sent."""
    response = sent(Client(), RESET, holding="email", email=email)
    assert (response.status_code, response.url) == (302, f"{RESET}sent/")
    found = re.search(r"http://testserver(\S+)", mail.outbox[-1].body) if mail.outbox else None
    return found[1] if found else ""


def test_a_mail_lets_one_choose_a_new_password_once(rep, browser_of, api_of):
    elsewhere, program = browser_of(rep), api_of(rep)
    link, client = ask("REP@parsley.example"), Client()
    assert [message.to for message in mail.outbox] == [["rep@parsley.example"]]
    form = client.get(link).url
    assert link.split("/")[-2] not in form  # the token does not stay in the address, where others could read it
    response = sent(client, form, holding="new_password1", new_password1=NEW, new_password2=NEW)
    assert (response.url, signs_in("rep", NEW), signs_in("rep", PASSWORD)) == ("/accounts/login/", True, False)
    assert (elsewhere.get("/").status_code, program.get("/api/v1/deals/").status_code) == (302, 401)
    assert "This link does not work any more" in told(Client().get(link))


@pytest.mark.parametrize("new", ["short", "password123", ""])
def test_a_weak_new_password_is_refused_and_the_link_still_works(rep, new):
    link, client = ask("rep@parsley.example"), Client()
    form = client.get(link).url
    refused = sent(client, form, holding="new_password1", new_password1=new, new_password2=new)
    assert (refused.status_code, refused.context["form"].is_valid()) == (200, False)
    assert sent(client, form, holding="new_password1", new_password1=NEW, new_password2=NEW).status_code == 302


def test_an_unknown_address_is_answered_the_same_and_sends_nothing(rep):
    pages = []
    for email in ("rep@parsley.example", "nobody@parsley.example"):
        pages.append(Client().post(RESET, {"email": email}, follow=True).content)
    assert (pages[0] == pages[1], len(mail.outbox)) == (True, 1)


def test_who_was_deactivated_gets_no_mail(rep):
    rep.deactivate()
    assert (ask("rep@parsley.example"), mail.outbox) == ("", [])


def test_a_mail_leads_to_our_own_host_only(rep):
    response = Client().post(RESET, {"email": "rep@parsley.example"}, headers={"Host": "evil.example"})
    assert (response.status_code, mail.outbox) == (400, [])


@pytest.mark.parametrize("email", ["", "nobody", "x" * 70_000, "rep@parsley.example\nBcc: a@b.example"])
def test_what_is_no_address_is_refused(rep, email):
    response = Client().post(RESET, {"email": email})
    assert (response.status_code, list(response.context["form"].errors), mail.outbox) == (200, ["email"], [])


def test_mails_are_counted_like_tries(rep, settings):
    for _ in range(settings.SIGN_IN_TRIES):
        ask("rep@parsley.example")
    response = Client().post(RESET, {"email": "rep@parsley.example"})
    assert (response.status_code, len(mail.outbox)) == (429, settings.SIGN_IN_TRIES)


@pytest.mark.django_db
@pytest.mark.parametrize("link", ["x/y/", "AAAA/set-password/", "MQ/c-0/", "4pyT/é/", "AA/AA-AA/", "x" * 2_000 + "/y/"])
def test_a_made_up_link_is_answered_in_words(link):
    response = Client().get(f"{RESET}{link}", follow=True)
    assert response.status_code in (200, 400)
    assert [form.method for form in Page(response).forms if form.method == "post"] == []


def test_a_link_of_one_person_does_not_open_another(rep, outsider):
    link = ask("rep@parsley.example")
    theirs = ask("outsider@parsley.example")
    mixed = "/".join([*theirs.split("/")[:-2], link.split("/")[-2], ""])
    assert "This link does not work any more" in told(Client().get(mixed))
