"""ACL: to and from grants."""

import pytest
from django.contrib.auth.models import Group

from pipeline.models import Deal
from records.sharing import grants_of, share
from tests.parse.conftest import pointer, when

DEALS = "/classes/Deal"
READ, WRITE = {"read": True}, {"read": True, "write": True}


def acl(client, key: str) -> dict:
    return client.get(f"{DEALS}/{key}").body["ACL"]


def test_outsider_reads_with_a_read_entry_and_writes_with_a_write_entry(as_rep, as_outsider, outsider, deal, rep):
    path = f"{DEALS}/{deal.pk}"
    as_rep.put(path, {"ACL": {rep.pk: WRITE, outsider.pk: READ}})
    assert as_outsider.get(DEALS).ids == {deal.pk}
    assert (as_outsider.put(path, {"stage": "won"}).code, as_outsider.delete(path).code) == (101, 101)
    as_rep.put(path, {"ACL": {rep.pk: WRITE, outsider.pk: WRITE}})
    assert as_outsider.put(path, {"stage": "won"}).status == 200


def test_a_row_saved_without_an_acl_is_its_creators_and_not_public(as_rep, as_outsider, rep):
    made = as_rep.post(DEALS, {"title": "x"}).body["objectId"]
    assert acl(as_rep, made) == {rep.pk: WRITE}
    assert as_outsider.get(DEALS).ids == set()


def test_a_row_saved_with_an_acl_has_exactly_that(as_rep, as_outsider, rep, outsider):
    made = as_rep.post(DEALS, {"title": "x", "ACL": {outsider.pk: WRITE}}).body["objectId"]
    assert acl(as_outsider, made) == {outsider.pk: WRITE}
    assert as_rep.get(f"{DEALS}/{made}").code == 101
    assert Deal.unrestricted.get().created_by == rep


def test_an_empty_acl_hides_a_row_from_all_but_the_master_key(as_rep, master):
    made = as_rep.post(DEALS, {"title": "x", "ACL": {}}).body["objectId"]
    assert as_rep.get(DEALS).ids == set()
    assert acl(master, made) == {}


def test_the_star_means_all_who_are_signed_in(as_rep, as_outsider, nobody):
    made = as_rep.post(DEALS, {"title": "x", "ACL": {"*": READ}}).body["objectId"]
    assert acl(as_outsider, made) == {"*": READ}
    assert nobody.get(f"{DEALS}/{made}").code == 101


def test_a_role_entry_reaches_the_people_of_the_role(as_rep, client_of, reader, outsider, rep):
    made = as_rep.post(DEALS, {"title": "x", "ACL": {rep.pk: WRITE, "role:Read only": READ}}).body["objectId"]
    assert acl(client_of(reader), made) == {rep.pk: WRITE, "role:Read only": READ}
    assert client_of(outsider).get(DEALS).ids == set()


def test_teams_and_reach_are_not_in_an_acl(client_of, lead, deal, contact, rep):
    client = client_of(lead)
    assert acl(client, deal.pk) == {rep.pk: WRITE}
    assert client.get(f"/classes/Contact/{contact.pk}").body["ACL"] == {rep.pk: WRITE}


def test_the_assignee_cannot_be_removed_by_an_acl_nor_kept_after_a_reassignment(as_rep, client_of, outsider, rep, deal):
    as_rep.put(f"{DEALS}/{deal.pk}", {"assignedTo": pointer(outsider)})
    as_rep.put(f"{DEALS}/{deal.pk}", {"ACL": {rep.pk: WRITE}})
    assert acl(as_rep, deal.pk) == {rep.pk: WRITE, outsider.pk: WRITE}
    as_rep.put(f"{DEALS}/{deal.pk}", {"ACL": acl(as_rep, deal.pk)})
    as_rep.put(f"{DEALS}/{deal.pk}", {"assignedTo": None})
    assert client_of(outsider).get(DEALS).ids == set()


def test_what_was_read_can_be_sent_back_and_changes_no_grant(as_rep, rep, outsider, deal):
    share(deal, outsider, "read")
    before = {(grant.key, grant.level) for grant in grants_of(deal)}
    row = as_rep.get(f"{DEALS}/{deal.pk}").body
    row |= {"createdAt": when(row["createdAt"]), "updatedAt": when(row["updatedAt"])}
    assert as_rep.put(f"{DEALS}/{deal.pk}", row).status == 200
    assert {(grant.key, grant.level) for grant in grants_of(deal)} == before


def test_whoever_writes_may_lock_himself_out(as_rep, as_outsider, outsider, deal):
    Deal.unrestricted.update(assigned_to=None)
    assert as_rep.put(f"{DEALS}/{deal.pk}", {"ACL": {outsider.pk: WRITE}}).status == 200
    assert (as_rep.get(DEALS).ids, as_outsider.get(DEALS).ids) == (set(), {deal.pk})


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("x", -1),
        (["x"], -1),
        ({"*": "x"}, 107),
        ({"*": {"read": "yes"}}, 107),
        ({"*": {"admin": True}}, 107),
        ({"nopenopeno": READ}, 101),
        ({"role:Nope": READ}, 101),
        ({str(number): READ for number in range(201)}, 107),
    ],
)
def test_what_is_no_acl_is_refused_and_nothing_is_saved(as_rep, value, code):
    assert as_rep.post(DEALS, {"title": "x", "ACL": value}).code == code
    assert not Deal.unrestricted.exists()


def test_only_true_entries_are_kept(as_rep, rep, outsider):
    made = as_rep.post(DEALS, {"title": "x", "ACL": {rep.pk: WRITE, outsider.pk: {"read": False}}}).body["objectId"]
    assert acl(as_rep, made) == {rep.pk: WRITE}


def test_roles_are_named_in_one_statement_however_many_rows(as_rep, rep, statements):
    group = Group.objects.get(name="Read only")
    counts = []
    as_rep.get(DEALS)
    for _ in range(2):
        for number in range(3):
            share(Deal.objects.create(title=str(number), created_by=rep), group, "read")
        as_rep.get(DEALS)
        with statements() as run:
            as_rep.get(DEALS)
        counts.append(len(run))
    assert counts[0] == counts[1]


def test_removing_the_acl_removes_no_grant(as_rep, as_outsider, outsider, deal):
    as_rep.put(f"{DEALS}/{deal.pk}", {"ACL": {outsider.pk: READ}})
    before = as_rep.get(f"{DEALS}/{deal.pk}").body["ACL"]
    assert as_rep.put(f"{DEALS}/{deal.pk}", {"ACL": {"__op": "Delete"}}).status == 200
    assert as_rep.get(f"{DEALS}/{deal.pk}").body["ACL"] == before
    assert as_outsider.get(DEALS).ids == {deal.pk}
