"""POST and DELETE /api/v1/auth/token/, and what a token opens until it ends."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Session, User
from tests.api.answers import V1, faults, ids
from tests.conftest import PASSWORD

TOKEN, DEALS = f"{V1}/auth/token/", f"{V1}/deals/"


def sign_in(username: str = "rep", password: str = PASSWORD, **more):
    return APIClient().post(TOKEN, {"username": username, "password": password, **more})


def asks(authorization: str) -> int:
    return APIClient(HTTP_AUTHORIZATION=authorization).get(DEALS).status_code


@pytest.mark.parametrize("username", ["rep", "REP", "rep@parsley.example", "Rep@Parsley.Example"])
def test_name_or_address_and_password_give_a_token(rep, deal, username):
    token = sign_in(username).json()["token"]
    assert ids(APIClient(HTTP_AUTHORIZATION=f"Token {token}").get(DEALS)) == {deal.pk}


def test_only_a_hash_of_the_token_is_kept(rep):
    token = sign_in(name="Nightly import").json()["token"]
    (row,) = Session.objects.values()
    assert (row["digest"], row["name"]) == (Session.digest_of(token), "Nightly import")
    assert token not in str(row)


@pytest.mark.parametrize("keyword", ["Token", "Bearer", "token", "BEARER"])
def test_a_token_is_taken_as_token_and_as_bearer(rep, keyword):
    assert asks(f"{keyword} {Session.start(rep)[1]}") == 200


@pytest.mark.parametrize(
    "kind", ["", "Token", "Token r:x", "Token {} {}", "Bearer {}x", "Basic {}", "{}", "Token é", "r:"]
)
def test_any_other_authorization_is_answered_401(rep, kind):
    answer = APIClient(HTTP_AUTHORIZATION=kind.replace("{}", Session.start(rep)[1])).get(DEALS)
    assert (*faults(answer), answer["WWW-Authenticate"]) == (401, [], "Token")


def test_the_digest_itself_opens_nothing(rep):
    assert asks(f"Token {Session.start(rep)[0].digest}") == 401


def test_a_revoked_token_ends_at_once_and_the_others_stay(rep):
    first, second = (Session.start(rep)[1] for _ in range(2))
    assert APIClient(HTTP_AUTHORIZATION=f"Token {first}").delete(TOKEN).status_code == 204
    assert (asks(f"Token {first}"), asks(f"Token {second}")) == (401, 200)


def test_nothing_is_revoked_without_a_token(rep, browser_of):
    session, _ = Session.start(rep)
    assert faults(APIClient().delete(TOKEN)) == (401, [])
    assert faults(browser_of(rep).delete(TOKEN)) == (401, [])
    assert Session.objects.get() == session


def test_an_expired_token_is_answered_401_and_does_not_hinder_signing_in(rep):
    token = Session.start(rep)[1]
    with time_machine.travel(timezone.now() + Session.LIFETIME + timedelta(minutes=1)):
        assert asks(f"Token {token}") == 401
        again = APIClient(HTTP_AUTHORIZATION=f"Token {token}").post(TOKEN, {"username": "rep", "password": PASSWORD})
        assert again.status_code == 201


def test_a_deactivated_user_is_answered_401_with_the_token_and_400_at_the_door(rep):
    token = Session.start(rep)[1]
    User.objects.filter(pk=rep.pk).update(is_active=False)
    assert asks(f"Token {token}") == 401
    assert faults(sign_in()) == (400, ["password"])


def test_a_change_of_password_ends_every_token(rep):
    token = Session.start(rep)[1]
    rep.set_password("another horse battery")
    rep.save()
    assert asks(f"Token {token}") == 401


def test_a_hash_that_is_renewed_at_sign_in_ends_no_token(rep, settings):
    token = Session.start(rep)[1]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    assert sign_in().status_code == 201
    rep.refresh_from_db()
    assert (rep.password.partition("$")[0], asks(f"Token {token}")) == ("pbkdf2_sha256", 200)


def test_a_token_carries_no_cookie_and_needs_no_csrf(rep):
    answer = sign_in()
    assert (answer.cookies.output(), answer["Cache-Control"]) == ("", "no-store")
    client = APIClient(enforce_csrf_checks=True, HTTP_AUTHORIZATION=f"Token {answer.json()['token']}")
    assert client.post(DEALS, {"title": "x"}).status_code == 201


def test_nobody_takes_over_an_address_by_choosing_it_as_a_username(rep):
    User.objects.create_user(rep.email, "x@y.example", "other password")
    assert faults(sign_in(rep.email, "other password")) == (400, ["password"])
    assert sign_in(rep.email).status_code == 201


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({}, ["password", "username"]),
        ({"username": "rep"}, ["password"]),
        ({"username": ["rep"], "password": {}}, ["password", "username"]),
        ({"username": None, "password": True}, ["password", "username"]),
        ({"username": "x" * 70_000, "password": "x" * 70_000}, ["password", "username"]),
        ({"username": "a\x00b", "password": "\x00"}, ["password", "username"]),
        ({"username": "rep", "password": "x", "is_staff": True}, ["is_staff"]),
        ([], [""]),
    ],
)
def test_what_is_no_name_and_password_is_refused_by_name(rep, sent, fields):
    assert faults(APIClient().post(TOKEN, sent)) == (400, fields)


def test_the_use_of_a_token_is_noted_once_in_five_minutes(rep, django_assert_num_queries):
    session, token = Session.start(rep)
    client = APIClient(HTTP_AUTHORIZATION=f"Token {token}")
    client.get(DEALS)
    noted = Session.objects.get(pk=session.pk).last_used_at
    client.get(DEALS)
    assert Session.objects.get(pk=session.pk).last_used_at == noted
    with time_machine.travel(noted + timedelta(minutes=6)):
        client.get(DEALS)
    assert Session.objects.get(pk=session.pk).last_used_at > noted
