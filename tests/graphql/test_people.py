"""Signing up, in and out; roles; and what the master key does."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator

from accounts.hooks import functions
from accounts.models import Session, User
from parse.graphql import schema
from parse.graphql.ids import global_id
from tests.conftest import PASSWORD

VIEWER = "viewer { sessionToken user { objectId username email } }"
SIGN_UP = f"mutation($f: CreateUserFieldsInput) {{ signUp(input: {{fields: $f}}) {{ {VIEWER} }} }}"
LOG_IN = f"mutation($u: String!, $p: String!) {{ logIn(input: {{username: $u, password: $p}}) {{ {VIEWER} }} }}"
ROLE = """mutation($f: CreateRoleFieldsInput) { createRole(input: {fields: $f}) {
    role { objectId name users { count edges { node { username } } } roles { count } } } }"""


def test_who_signs_up_is_signed_in(nobody, graph_of):
    fields = {"username": "new", "password": PASSWORD, "email": "new@parsley.example"}
    viewer = nobody(SIGN_UP, f=fields).data["signUp"]["viewer"]
    user = User.objects.get(username="new")
    assert viewer["user"] == {"objectId": user.pk, "username": "new", "email": "new@parsley.example"}
    nobody.headers["X-Parse-Session-Token"] = viewer["sessionToken"]
    assert nobody("{ viewer { user { username } } }").data == {"viewer": {"user": {"username": "new"}}}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, 200),
        ({"username": "new"}, 201),
        ({"username": "rep", "password": PASSWORD}, 202),
        ({"username": "new", "password": PASSWORD, "email": "rep@parsley.example"}, 203),
        ({"username": "new", "password": PASSWORD, "email": "none"}, 125),
    ],
)
def test_sign_up_that_cannot_be_is_refused_in_parses_codes(nobody, rep, fields, code):
    assert nobody(SIGN_UP, f=fields).code == code
    assert not User.objects.filter(username="new").exists()


def test_log_in_and_out(nobody, rep):
    viewer = nobody(LOG_IN, u="rep", p=PASSWORD).data["logIn"]["viewer"]
    assert viewer["user"]["objectId"] == rep.pk
    nobody.headers["X-Parse-Session-Token"] = viewer["sessionToken"]
    assert nobody("mutation { logOut(input: {}) { ok } }").data == {"logOut": {"ok": True}}
    assert not Session.objects.filter(user=rep).exists()


def test_tries_to_log_in_are_counted(nobody, rep, settings):
    settings.SIGN_IN_TRIES = 2
    replies = [nobody(LOG_IN, u="rep", p="wrong") for _ in range(3)]
    assert [reply.code for reply in replies] == [101, 101, 155]
    assert replies[-1].status == 429
    assert int(replies[-1].headers["Retry-After"]) > 0


def test_aliases_buy_no_tries(nobody, rep, settings):
    settings.SIGN_IN_TRIES = 3
    one = 'logIn(input: {username: "rep", password: "wrong"}) { viewer { sessionToken } }'
    reply = nobody("mutation { " + " ".join(f"a{n}: {one}" for n in range(10)) + " }")
    assert [error["extensions"]["code"] for error in reply.errors] == [101] * 3 + [155] * 7


def test_password_is_set_anew_by_the_token_of_a_letter(nobody, rep, mailoutbox):
    confirm = """mutation($t: String!) { confirmResetPassword(input: {username: "rep", password: "quite new words",
        token: $t}) { ok } }"""
    assert nobody(confirm, t="0-0").code == -1
    token = default_token_generator.make_token(rep)
    session, _ = Session.start(rep)
    assert nobody(confirm, t=token).data == {"confirmResetPassword": {"ok": True}}
    rep.refresh_from_db()
    assert rep.check_password("quite new words")
    assert not Session.objects.filter(pk=session.pk).exists()
    assert nobody(confirm, t=token).code == -1


def test_own_account_is_changed_and_no_others(as_rep, rep, outsider):
    query = "mutation($i: UpdateUserInput!) { updateUser(input: $i) { user { email } } }"
    address = {"email": "rosa@parsley.example"}
    assert as_rep(query, i={"id": global_id("_User", rep.pk), "fields": address}).data["updateUser"]["user"] == address
    assert as_rep(query, i={"id": outsider.pk, "fields": {"email": "taken@parsley.example"}}).code == 206
    outsider.refresh_from_db()
    assert outsider.email == "outsider@parsley.example"


def test_role_is_made_with_members_and_found_by_them(master, rep, outsider):
    acl = {"public": {"read": True, "write": False}}
    members = {"add": [global_id("_User", rep.pk), outsider.pk]}
    made = master(ROLE, f={"name": "sellers", "ACL": acl, "users": members}).data["createRole"]["role"]
    assert made["users"]["count"] == 2
    assert {edge["node"]["username"] for edge in made["users"]["edges"]} == {"rep", "outsider"}
    assert set(Group.objects.get(name="sellers").user_set.all()) == {rep, outsider}
    query = "query($w: RoleWhereInput) { roles(where: $w) { edges { node { name } } } }"
    where = {"users": {"have": {"username": {"equalTo": "outsider"}}}, "name": {"equalTo": "sellers"}}
    assert master(query, w=where).data["roles"]["edges"] == [{"node": {"name": "sellers"}}]


@pytest.mark.parametrize(
    "query",
    ["{ classes { name } }", '{ class(name: "Deal") { name } }', '{ cloudConfig(paramName: "x") { value } }',
     'mutation { createClass(input: {name: "X"}) { class { name } } }',
     'mutation { updateClass(input: {name: "Deal"}) { class { name } } }',
     'mutation { deleteClass(input: {name: "Deal"}) { class { name } } }',
     'mutation { updateCloudConfig(input: {paramName: "x", value: "y"}) { cloudConfig { value } } }'],
)  # fmt: skip
def test_classes_and_parameters_are_for_the_master_key(nobody, graph_of, admin, query):
    assert nobody(query).code == graph_of(admin)(query).code == 119


def test_master_key_reads_classes_and_sets_parameters(master):
    fields = "schemaFields { __typename name ... on SchemaPointerField { targetClassName } }"
    found = master(f'{{ class(name: "Contact") {{ name {fields} }} }}').data["class"]
    told = {one["name"]: one for one in found["schemaFields"]}
    assert told["company"] == {"__typename": "SchemaPointerField", "name": "company", "targetClassName": "Company"}
    assert told["ACL"]["__typename"] == "SchemaACLField"
    master('mutation { updateCloudConfig(input: {paramName: "x", value: "y"}) { cloudConfig { value } } }')
    read = '{ cloudConfig(paramName: "x") { value isMasterKeyOnly } }'
    assert master(read).data == {"cloudConfig": {"value": "y", "isMasterKeyOnly": False}}


def test_functions_of_hooks_are_called_by_name(as_rep, rep, monkeypatch):
    monkeypatch.setitem(functions, "greet", lambda params, user: f"{params['word']} {user.username}")
    monkeypatch.setattr(schema, "_made", {})
    query = "mutation($p: Object) { callCloudCode(input: {functionName: greet, params: $p}) { result } }"
    assert as_rep(query, p={"word": "Hello"}).data == {"callCloudCode": {"result": "Hello rep"}}


def test_other_services_are_not_known(nobody):
    query = 'mutation { logInWith(input: {authData: {anonymous: {id: "1"}}}) { viewer { sessionToken } } }'
    assert nobody(query).code == 252
    assert nobody("mutation { challenge(input: {}) { challengeData } }").code == -1
