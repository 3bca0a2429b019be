"""Making an account: with the role of new people, and seeing nothing of others."""

import pytest
from django.test import Client

from accounts.models import User
from tests.conftest import PASSWORD, make_user
from tests.pages.conftest import CLASSES
from tests.pages.reading import Page, listing, sent, shown, told

SIGN_UP = "/accounts/signup/"
NEW = {"username": "nina", "email": "nina@new.example", "name": "Nina", "password1": PASSWORD, "password2": PASSWORD}


def test_a_new_person_is_signed_in_as_a_sales_rep_and_sees_nothing_of_others(world):
    client = Client()
    response = sent(client, SIGN_UP, holding="password1", **NEW)
    user = User.objects.get(username="nina")
    assert (response.status_code, response.url, client.session["_auth_user_id"]) == (302, "/", user.pk)
    assert [group.name for group in user.groups.all()] == ["Sales rep"]
    assert (user.is_staff, user.is_superuser, user.name, user.email) == (False, False, "Nina", "nina@new.example")
    assert "Welcome, Nina." in told(client.get("/"))
    assert [shown(client.get(listing(model)), model) for model in CLASSES] == [set()] * 4


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "REP"}, "username"),
        ({"username": "rep"}, "username"),
        ({"email": "REP@parsley.example"}, "email"),
        ({"email": "rep@PARSLEY.example"}, "email"),
        ({"username": ""}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": "x" * 151}, "username"),
        ({"email": ""}, "email"),
        ({"email": "nobody"}, "email"),
        ({"password2": "something else"}, "password2"),
        ({"password1": "short1", "password2": "short1"}, "password2"),
        ({"password1": "password123", "password2": "password123"}, "password2"),
        ({"password1": "nina@new.example", "password2": "nina@new.example"}, "password2"),
        ({"name": "x" * 151}, "name"),
    ],
)
def test_what_cannot_be_an_account_is_refused_naming_the_field(rep, changes, field):
    response = Client().post(SIGN_UP, NEW | changes)
    form = response.context["form"]
    assert (list(form.errors), User.objects.count()) == ([field], 1)
    kept = dict(Page(response).form(holding="password1").fields)
    wanted = {name: value for name, value in (NEW | changes).items() if "password" not in name}
    assert {name: kept[name] for name in wanted} == wanted
    assert (kept["password1"], kept["password2"]) == ("", "")


def test_roles_and_rights_cannot_be_signed_up_for(db):
    forged = {"is_staff": "on", "is_superuser": "on", "groups": "1", "is_active": "", "id": "aaaaaaaaaa"}
    Client().post(SIGN_UP, NEW | forged)
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.is_active, user.pk == "aaaaaaaaaa") == (False, False, True, False)


def test_sign_up_can_be_closed(db, settings):
    settings.SIGN_UP_OPEN = False
    for method in ("get", "post"):
        response = getattr(Client(), method)(SIGN_UP, NEW)
        assert (response.status_code, "made by an administrator" in told(response)) == (403, True)
    assert User.objects.count() == 0


def test_sign_in_offers_no_account_where_sign_up_is_closed(db, settings):
    offers = []
    for is_open in (True, False):
        settings.SIGN_UP_OPEN = is_open
        offers.append(SIGN_UP in Page(Client().get("/accounts/login/")).links)
    assert offers == [True, False]


def test_who_is_signed_in_is_led_to_my_day(rep_page):
    assert rep_page.get(SIGN_UP).url == "/"


@pytest.mark.parametrize(("email", "taken"), [("OUTSIDER@parsley.example", True), ("new@parsley.example", False)])
def test_a_profile_cannot_take_the_address_of_another(rep, rep_page, outsider, email, taken):
    response = sent(rep_page, "/accounts/profile/", holding="density", email=email)
    rep.refresh_from_db()
    assert (response.status_code, rep.email) == ((422, "rep@parsley.example") if taken else (302, email))
    assert not taken or list(response.context["form"].errors) == ["email"]


def test_a_profile_keeps_the_own_address_in_other_letters(rep, rep_page):
    assert sent(rep_page, "/accounts/profile/", holding="density", email="REP@parsley.example").status_code == 302


def test_a_profile_saves_name_zone_and_density_and_nothing_else(rep, rep_page):
    forged = {"is_staff": "on", "username": "admin", "is_superuser": "on"}
    chosen = {"name": "R.", "time_zone": "Europe/Berlin", "density": "compact"}
    sent(rep_page, "/accounts/profile/", holding="density", **chosen, **forged)
    rep.refresh_from_db()
    assert (rep.name, rep.time_zone, rep.density) == ("R.", "Europe/Berlin", "compact")
    assert (rep.is_staff, rep.username) == (False, "rep")
    assert 'data-density="compact"' in rep_page.get("/").content.decode()


@pytest.mark.parametrize(("field", "value"), [("time_zone", "Mars/Olympus"), ("density", "airy"), ("email", "x")])
def test_a_profile_with_a_wrong_value_is_shown_again(rep, rep_page, field, value):
    response = sent(rep_page, "/accounts/profile/", holding="density", **{field: value, "name": "Typed"})
    assert list(response.context["form"].errors) == [field]
    assert dict(Page(response).form(holding="language").fields)["name"] == "Typed"
    assert make_user("again").time_zone == User.objects.get(pk=rep.pk).time_zone == ""
