"""No route without a word on who may go there, and none that keeps another word than its own."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve

from tests.architecture.routes import Route, routes
from tests.architecture.urls import ROUTES, declared

TELL = "add a line to ROUTES in tests/architecture/urls.py: who may go to"
ALL = list(routes())


def is_sent_to_sign_in(response: HttpResponse) -> bool:
    return response.status_code == 302 and response.headers["Location"].startswith("/accounts/login/?next=")


def is_sent_to_staff_door(response: HttpResponse) -> bool:
    """Which leads on to the sign-in page."""
    return response.status_code == 302 and response.headers["Location"].startswith("/admin/login/?next=")


KEPT = {
    "public": lambda response: response.status_code < 500 and not is_sent_to_sign_in(response),
    "signed in": is_sent_to_sign_in,
    "staff": lambda response: is_sent_to_sign_in(response) or is_sent_to_staff_door(response),
    "api": lambda response: response.status_code == 401,
    "keys": lambda response: response.status_code == 403,
}


def told(method: str, route: Route, response: HttpResponse) -> str:
    return f"{method} {route.address} ({route.name}: {declared(route.name)}) was answered {response.status_code}"


def test_every_route_is_declared():
    unknown = [f"{TELL} {route.name!r} ({route.address})?" for route in ALL if declared(route.name) not in KEPT]
    assert not unknown, "\n".join(unknown)


def test_nothing_is_declared_that_is_not_there():
    names = {route.name for route in ALL}
    known = names | {f"{name.split(':')[0]}:*" for name in names}
    assert [name for name in ROUTES if name not in known] == []


def test_each_address_leads_to_its_route():
    assert len(ALL) > 50
    assert [route for route in ALL if not resolve(route.address).func] == []


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_stranger_gets_what_each_route_declares(method):
    stranger = Client(raise_request_exception=False)
    wrong = []
    for route in ALL:
        response = stranger.generic(method, route.address)
        kept = KEPT.get(declared(route.name))
        if kept and not kept(response):
            wrong.append(told(method, route, response))
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_rep_is_let_into_nothing_of_the_staff(browser_of, rep, method):
    browser = browser_of(rep)
    wrong = []
    for route in ALL:
        if declared(route.name) == "staff":
            response = browser.generic(method, route.address)
            if response.status_code not in (302, 403, 404):
                wrong.append(told(method, route, response))
    assert not wrong, "\n".join(wrong)
