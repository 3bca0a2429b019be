"""/api/v1/users/: whom one may assign to and share with, and nobody's address but one's own."""

import pytest
from rest_framework.test import APIClient

from tests.api.answers import V1, faults, ids
from tests.conftest import make_user

USERS = f"{V1}/users/"


def row(client: APIClient, user) -> dict:
    return client.get(f"{USERS}{user.pk}/").json()


def test_everybody_with_a_token_sees_the_active_people(as_outsider, outsider, rep, reader, api_of):
    gone = make_user("gone")
    gone.deactivate()
    assert ids(as_outsider.get(USERS)) == ids(api_of(reader).get(USERS)) == {outsider.pk, rep.pk, reader.pk}
    assert faults(as_outsider.get(f"{USERS}{gone.pk}/")) == (404, [])


def test_a_colleague_is_an_id_a_username_and_a_name(as_outsider, rep):
    assert row(as_outsider, rep) == {"id": rep.pk, "username": "rep", "name": "Rosa Rep"}


def test_an_address_is_shown_to_its_user_and_to_administrators(as_outsider, outsider, admin, lead, api_of):
    assert row(as_outsider, outsider)["email"] == outsider.email
    assert row(api_of(admin), outsider)["email"] == outsider.email
    assert "email" not in row(api_of(lead), outsider)


@pytest.mark.parametrize(("words", "found"), [("rosa", {"rep"}), ("REP", {"rep"}), ("rosa x", set()), ("%", set())])
def test_people_are_found_by_name_and_username(as_outsider, rep, words, found):
    rows = as_outsider.get(USERS, {"q": words}).json()["results"]
    assert {person["username"] for person in rows} == found


def test_nobody_is_found_by_the_address(as_outsider, rep):
    assert ids(as_outsider.get(USERS, {"q": "parsley.example"})) == set()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_not_even_an_administrator_changes_people_here(api_of, admin, rep, method):
    address = USERS if method == "post" else f"{USERS}{rep.pk}/"
    assert faults(getattr(api_of(admin), method)(address, {"is_staff": True})) == (405, [])


def test_stages_come_in_the_order_of_the_board(as_outsider):
    slugs = [stage["slug"] for stage in as_outsider.get(f"{V1}/stages/").json()["results"]]
    assert slugs == ["lead", "qualified", "proposal", "negotiation", "won", "lost"]


def test_a_stage_is_found_by_its_word(as_outsider):
    assert as_outsider.get(f"{V1}/stages/won/").json() == {
        "slug": "won", "label": "Won", "order": 5, "colour": "#1b6e3c", "probability": 100, "kind": "won",
        "reason_required": False, "rot_days": None,
    }  # fmt: skip
    assert faults(as_outsider.get(f"{V1}/stages/nowhere/")) == (404, [])
