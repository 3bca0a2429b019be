"""Confirming an e-mail address: by a mail that a Parse client asks for, and a button behind its link."""

import logging
import re

import pytest
from django.core import mail
from django.test import Client

from accounts.mailing import post
from accounts.models import Session, User
from tests.parse.conftest import KEYS, MASTER, ParseClient

REQUEST = "/verificationEmailRequest"


@pytest.fixture
def asking(db):
    return ParseClient(KEYS)


@pytest.fixture
def link(asking, rep):
    asking.post(REQUEST, {"email": rep.email})
    return re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]


def me(user):
    return ParseClient(KEYS, Session.start(user)[1]).get("/users/me").body


def test_the_link_confirms_by_a_button_and_once(rep, link):
    assert mail.outbox[-1].to == [rep.email]
    assert "rep@parsley.example" in Client().get(link).content.decode()
    assert not User.objects.get(pk=rep.pk).has_confirmed_email  # looking at the page confirms nothing
    assert "emailVerified" not in me(rep)
    assert Client().post(link).status_code == 303
    assert me(rep)["emailVerified"] is True
    assert (Client().get(link).status_code, Client().post(link).status_code) == (410, 410)


@pytest.mark.parametrize("email", ["nobody@parsley.example", "rep@parsley.example", "confirmed@parsley.example"])
def test_the_answer_tells_nothing_of_who_has_an_account(asking, rep, outsider, email):
    User.objects.filter(pk=outsider.pk).update(
        email="confirmed@parsley.example", confirmed_email="confirmed@parsley.example"
    )
    answer = asking.post(REQUEST, {"email": email})
    assert (answer.status, answer.body) == (200, {})
    assert [message.to for message in mail.outbox] == ([[email]] if email == rep.email else [])


def test_another_address_has_to_be_confirmed_anew_and_the_old_link_is_dead(rep, link):
    rep.email = "other@parsley.example"
    rep.save()
    assert Client().post(link).status_code == 410
    assert not User.objects.get(pk=rep.pk).has_confirmed_email


def test_a_confirmed_address_that_is_changed_is_not_confirmed_any_more(rep, link):
    Client().post(link)
    User.objects.filter(pk=rep.pk).update(email="other@parsley.example")
    assert "emailVerified" not in me(User.objects.get(pk=rep.pk))


@pytest.mark.parametrize("path", ["x/y", "cmVw/x", "AA/x", "//", "%00/x", "é/x"])
def test_a_link_that_nobody_was_sent_confirms_nothing(db, path):
    assert Client().post(f"/accounts/email/{path}/").status_code in (404, 410)


def test_who_was_deactivated_gets_no_mail_and_confirms_nothing(asking, rep, link):
    rep.deactivate()
    asking.post(REQUEST, {"email": rep.email})
    assert (len(mail.outbox), Client().post(link).status_code) == (1, 410)


def test_mails_are_counted_like_tries(asking, rep, settings):
    for _ in range(settings.SIGN_IN_TRIES):
        asking.post(REQUEST, {"email": rep.email})
    refused = asking.post(REQUEST, {"email": rep.email})
    assert (refused.status, refused.code, len(mail.outbox)) == (429, 155, settings.SIGN_IN_TRIES)


def test_only_the_master_key_says_by_itself_that_an_address_is_confirmed(rep, settings):
    own = ParseClient(KEYS, Session.start(rep)[1])
    assert own.put(f"/users/{rep.pk}", {"emailVerified": True}).code == 119
    settings.PARSE_MASTER_KEY = MASTER["X-Parse-Master-Key"]
    ParseClient(MASTER).put(f"/users/{rep.pk}", {"emailVerified": True})
    assert me(rep)["emailVerified"] is True


def test_a_mail_that_fails_is_logged_and_fails_nobody(settings, monkeypatch, caplog, rep, asking):
    monkeypatch.setattr(logging.getLogger("parsley.errors"), "propagate", True)
    settings.EMAIL_BACKEND = "accounts.mailing.BehindTheAnswer"
    settings.MAIL_CARRIER = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert asking.post(REQUEST, {"email": rep.email}).body == {}
    post.submit(int).result()  # one thread: by now the mail's turn is over
    assert "A mail was not sent" in caplog.text
