"""``/roles``: members, roles below roles, and who may change them."""

import pytest
from django.contrib.auth.models import Group

from accounts.models import RoleDetail, User
from pipeline.models import Deal
from tests.parse.conftest import pointer

ACL = {"*": {"read": True}}


def key(name: str) -> str:
    return RoleDetail.objects.get(group__name=name).object_id


def role_pointer(name: str) -> dict:
    return {"__type": "Pointer", "className": "_Role", "objectId": key(name)}


def adding(*objects: dict) -> dict:
    return {"__op": "AddRelation", "objects": list(objects)}


def removing(*objects: dict) -> dict:
    return {"__op": "RemoveRelation", "objects": list(objects)}


@pytest.fixture
def sales(master):
    return master.post("/roles", {"name": "Sales", "ACL": ACL}).body["objectId"]


def test_outsider_changes_no_role(as_outsider, outsider, sales):
    for path in (f"/roles/{sales}", f"/roles/{key('Administrator')}"):
        assert as_outsider.put(path, {"users": adding(pointer(outsider))}).code == 101
        assert as_outsider.delete(path).code == 101
    assert not outsider.groups.filter(name__in=["Sales", "Administrator"]).exists()


def test_a_role_that_outsider_made_opens_nothing_but_what_is_shared_with_it(
    as_outsider, as_rep, nobody, outsider, deal
):
    own = {outsider.pk: {"read": True, "write": True}}
    mine = {"name": "Mine: a/b", "ACL": own, "users": adding(pointer(outsider))}
    before = outsider.rights.permissions
    assert nobody.post("/roles", mine).code == 119
    made = as_outsider.post("/roles", mine)
    assert made.status == 201
    assert User.objects.get(pk=outsider.pk).rights.permissions == before
    assert as_outsider.get(f"/classes/Deal/{deal.pk}").code == 101
    shared = {"ACL": {"role:Mine: a/b": {"read": True}}}
    assert as_rep.put(f"/classes/Deal/{deal.pk}", shared).status == 200
    assert as_outsider.get(f"/classes/Deal/{deal.pk}").status == 200
    assert as_outsider.put(f"/classes/Deal/{deal.pk}", {"notes": "x"}).code == 101
    assert as_outsider.delete(f"/roles/{made.body['objectId']}").status == 200
    assert as_outsider.get(f"/classes/Deal/{deal.pk}").code == 101


@pytest.mark.parametrize("name", ["Administrator", "Everyone", "Sales"])
def test_a_role_made_by_anybody_takes_no_name_that_is_there(as_outsider, sales, name):
    assert as_outsider.post("/roles", {"name": name, "ACL": ACL}).code == 137


def test_a_role_made_by_anybody_cannot_be_put_below_one_that_may_more(as_outsider, outsider):
    own = {outsider.pk: {"read": True, "write": True}}
    made = as_outsider.post("/roles", {"name": "Mine", "ACL": own, "users": adding(pointer(outsider))}).body
    below = {
        "__op": "AddRelation",
        "objects": [{"__type": "Pointer", "className": "_Role", "objectId": made["objectId"]}],
    }
    assert as_outsider.put(f"/roles/{key('Administrator')}", {"roles": below}).code == 101


def test_who_may_write_a_role_hands_out_no_more_than_he_holds(as_rep, master, rep, outsider, sales):
    master.put(f"/roles/{sales}", {"ACL": {rep.pk: {"read": True, "write": True}}})
    assert as_rep.put(f"/roles/{sales}", {"users": adding(pointer(outsider))}).status == 200
    above = RoleDetail.objects.get(group__name="Administrator")
    above.children.add(RoleDetail.objects.get(object_id=sales))
    assert as_rep.put(f"/roles/{sales}", {"users": adding(pointer(rep))}).code == 119


def test_a_role_is_read_as_parse_writes_it(as_rep, sales):
    row = as_rep.get(f"/roles/{sales}").body
    assert len(row.pop("createdAt")) == len(row.pop("updatedAt")) == 24
    assert row == {
        "objectId": sales,
        "name": "Sales",
        "users": {"__type": "Relation", "className": "_User"},
        "roles": {"__type": "Relation", "className": "_Role"},
        "ACL": ACL,
    }
    assert as_rep.get("/roles", where={"name": "Sales"}).ids == {sales}


def test_a_role_hidden_by_its_acl_is_not_found(as_rep, master, sales):
    master.put(f"/roles/{sales}", {"ACL": {}})
    assert as_rep.get(f"/roles/{sales}").code == 101
    assert sales not in as_rep.get("/roles").ids


def test_members_come_and_go_and_have_what_the_role_is_granted_at_once(as_outsider, master, outsider, deal, sales):
    master.put(f"/classes/Deal/{deal.pk}", {"ACL": {"role:Sales": {"read": True}}})
    assert as_outsider.get("/classes/Deal").ids == set()
    master.put(f"/roles/{sales}", {"users": adding(pointer(outsider))})
    assert as_outsider.get("/classes/Deal").ids == {deal.pk}
    assert as_outsider.get("/roles", where={"users": pointer(outsider)}).ids >= {sales}
    related = {"$relatedTo": {"object": role_pointer("Sales"), "key": "users"}}
    assert master.get("/users", where=related).ids == {outsider.pk}
    master.put(f"/roles/{sales}", {"users": removing(pointer(outsider))})
    assert as_outsider.get("/classes/Deal").ids == set()


def test_members_of_a_role_below_have_the_rights_of_the_one_above_and_not_the_reverse(
    as_outsider, as_rep, master, outsider, rep, deal, sales
):
    below = master.post("/roles", {"name": "Juniors", "ACL": ACL, "users": adding(pointer(outsider))}).body["objectId"]
    Deal.unrestricted.update(assigned_to=None)
    master.put(f"/classes/Deal/{deal.pk}", {"ACL": {"role:Sales": {"read": True}}})
    master.put(f"/roles/{sales}", {"roles": adding(role_pointer("Juniors")), "users": adding(pointer(rep))})
    assert as_outsider.get("/classes/Deal").ids == {deal.pk}
    related = {"$relatedTo": {"object": role_pointer("Sales"), "key": "roles"}}
    assert as_outsider.get("/roles", where=related).ids == {below}
    master.put(f"/classes/Deal/{deal.pk}", {"ACL": {"role:Juniors": {"read": True}}})
    assert as_rep.get("/classes/Deal").ids == set()


def test_the_roles_of_others_are_not_told(as_outsider, master, rep, sales):
    assert as_outsider.get("/roles", where={"users": pointer(rep)}).ids == set()
    assert key("Sales rep") in master.get("/roles", where={"users": pointer(rep)}).ids


def test_a_circle_of_roles_does_no_harm(as_outsider, master, sales):
    master.put(f"/roles/{sales}", {"roles": adding(role_pointer("Sales rep"))})
    master.put(f"/roles/{key('Sales rep')}", {"roles": adding(role_pointer("Sales"))})
    assert as_outsider.get("/classes/Deal").status == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"ACL": ACL}, 111),
        ({"name": "Sales rep", "ACL": ACL}, 137),
        ({"name": "New"}, 111),
        ({"name": "a\u202eb", "ACL": ACL}, 107),
        ({"name": " ", "ACL": ACL}, 107),
        ({"name": "New", "ACL": "x"}, -1),
        ({"name": "New", "ACL": ACL, "users": "x"}, 111),
        (
            {"name": "New", "ACL": ACL, "users": adding({"__type": "Pointer", "className": "Deal", "objectId": "x"})},
            111,
        ),
        (
            {"name": "New", "ACL": ACL, "users": adding({"__type": "Pointer", "className": "_User", "objectId": "x"})},
            101,
        ),
        ({"name": "New", "ACL": ACL, "colour": "red"}, 119),
    ],
)
def test_a_role_that_cannot_be_is_refused(master, body, code):
    assert master.post("/roles", body).code == code
    assert not Group.objects.filter(name="New").exists()


def test_everyone_stays_as_it_is(master, rep):
    path = f"/roles/{key('Everyone')}"
    assert master.put(path, {"users": adding(pointer(rep))}).code == 119
    assert master.delete(path).code == 119


def test_a_deleted_role_takes_its_grants_along(master, as_rep, rep, deal, sales):
    master.put(f"/roles/{sales}", {"users": adding(pointer(rep))})
    Deal.unrestricted.update(assigned_to=None)
    master.put(f"/classes/Deal/{deal.pk}", {"ACL": {"role:Sales": {"read": True}}})
    assert master.delete(f"/roles/{sales}").body == {}
    assert as_rep.get("/classes/Deal").ids == set()
    assert master.get(f"/classes/Deal/{deal.pk}").body["ACL"] == {}
