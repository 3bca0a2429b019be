"""What a password change ends, and what it does not."""

import pytest
from django.contrib.auth.hashers import make_password

from accounts.models import Session, User
from tests.conftest import PASSWORD, make_user


def test_a_new_password_ends_all_tokens(rep, api_of):
    api = api_of(rep)
    rep.set_password("another good one")
    rep.save()
    assert api.get("/api/v1/deals/").status_code == 401


def test_a_hash_brought_up_to_date_at_sign_in_ends_nothing(rep, client, settings):
    Session.start(rep)
    User.objects.filter(pk=rep.pk).update(password=make_password(PASSWORD, hasher="pbkdf2_sha256"))
    client.post("/accounts/login/", {"username": "rep", "password": PASSWORD})
    rep.refresh_from_db()
    assert not rep.password.startswith("pbkdf2_sha256")
    assert rep.sessions.count() == 1


@pytest.mark.parametrize("again", ["REP", "rep"])
def test_names_are_unique_without_regard_to_case(rep, again):
    with pytest.raises(Exception, match=r"taken|already exists"):
        make_user(again)


def test_passwords_are_hashed_with_argon2id_of_owasp(db, settings):
    settings.PASSWORD_HASHERS = ["accounts.hashers.Argon2id"]
    assert make_password("x").startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_deactivated_person_has_no_session_left(rep, browser_of):
    Session.start(rep)
    browser = browser_of(rep)
    rep.deactivate()
    assert rep.sessions.count() == 0
    assert browser.get("/").status_code == 302
