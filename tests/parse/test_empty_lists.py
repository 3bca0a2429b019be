"""PHP writes an empty object as ``[]``: it is taken for one wherever an object belongs."""

import pytest

DEALS = "/classes/Deal"


def test_outsider_with_an_empty_where_gets_only_his_own(as_outsider, deal):
    assert as_outsider.get(DEALS, where=[]).ids == set()


def test_where_is_empty(as_rep, deal):
    assert as_rep.get(DEALS, where=[]).ids == {deal.pk}


@pytest.mark.parametrize(
    ("path", "code"), [(DEALS, 142), ("/login", 200), ("/users", 200), ("/requestPasswordReset", 204), ("/batch", 107)]
)
def test_body_is_empty(as_rep, path, code):
    assert as_rep.post(path, []).code == code


def test_logout_needs_no_more(as_rep):
    assert as_rep.post("/logout", []).body == {}
    assert as_rep.get("/users/me").code == 209


def test_acl_of_nobody_is_an_acl(as_rep, deal):
    assert as_rep.put(f"{DEALS}/{deal.pk}", {"ACL": []}).status == 200
    assert as_rep.get(f"{DEALS}/{deal.pk}").body["ACL"] == {deal.assigned_to_id: {"read": True, "write": True}}


@pytest.mark.parametrize("body", [b"5", b'"text"', b"null", b"[1]", b"true"])
def test_other_json_is_no_body(as_rep, body):
    answer = as_rep.post(DEALS, body)
    assert (answer.status, set(answer.body)) == (400, {"error"})
