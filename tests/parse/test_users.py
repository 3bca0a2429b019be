"""``/users``, ``/login``, ``/logout`` and ``/sessions``."""

import pytest
from django.core import mail

from accounts.models import Session, User
from tests.conftest import PASSWORD, make_user
from tests.parse.conftest import KEYS, ParseClient

NEW = {"username": "nina", "password": "long enough phrase", "email": "nina@parsley.example"}
LOGIN = {"username": "rep", "password": PASSWORD}


def test_outsider_changes_and_deletes_nobody_else(as_outsider, rep):
    changed = as_outsider.put(f"/users/{rep.pk}", {"username": "taken-over"})
    assert (changed.status, changed.code) == (400, 206)
    assert as_outsider.delete(f"/users/{rep.pk}").code == 206
    assert as_outsider.put("/users/nopenopeno", {"username": "x"}).code == 206
    assert User.objects.get(pk=rep.pk).username == "rep"


def test_nobody_changes_anybody(nobody, rep):
    assert nobody.put(f"/users/{rep.pk}", {"username": "x"}).code == 206
    assert nobody.delete(f"/users/{rep.pk}").code == 206


def test_other_people_are_hidden_in_lists_and_by_id(as_outsider, outsider, rep):
    assert as_outsider.get("/users").ids == {outsider.pk}
    assert as_outsider.get(f"/users/{rep.pk}").code == 101
    assert as_outsider.get("/users", where={"username": "rep"}).ids == set()


def test_an_address_may_not_be_asked_about(as_outsider, rep):
    assert as_outsider.get("/users", where={"email": rep.email}).code == 119
    assert as_outsider.get("/users", where={"$or": [{"email": {"$regex": "rep"}}]}).code == 119


def test_administrators_see_all_people(client_of, admin, rep):
    assert client_of(admin).get("/users", where={"email": rep.email}).ids == {rep.pk}


def test_sign_up_gives_a_session_that_works_at_once(nobody):
    answer = nobody.post("/users", NEW)
    assert answer.status == 201
    assert set(answer.body) == {"objectId", "createdAt", "sessionToken"}
    assert answer.body["sessionToken"].startswith("r:")
    assert len(answer.body["sessionToken"]) == 34
    assert answer.headers["Location"].endswith(f"/parse/users/{answer.body['objectId']}")
    me = ParseClient(KEYS, answer.body["sessionToken"]).get("/users/me").body
    assert (me["username"], me["email"], me["sessionToken"]) == ("nina", NEW["email"], answer.body["sessionToken"])
    assert me["ACL"] == {me["objectId"]: {"read": True, "write": True}}
    assert not {"password", "name", "is_staff"} & set(me)
    made = ParseClient(KEYS, answer.body["sessionToken"]).post("/classes/Deal", {"title": "First"})
    assert made.status == 201


def test_the_class_route_signs_up_as_well_and_no_address_is_needed(nobody):
    for name in ("one", "two"):
        assert nobody.post("/classes/_User", {"username": name, "password": NEW["password"]}).status == 201
    assert set(User.objects.values_list("email", flat=True)) == {None}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"password": "long enough phrase"}, 200),
        ({"username": "", "password": "long enough phrase"}, 200),
        ({"username": "nina"}, 201),
        ({"username": "nina", "password": ""}, 201),
        ({**NEW, "username": "REP"}, 202),
        ({**NEW, "email": "REP@parsley.example"}, 203),
        ({**NEW, "email": "no address"}, 125),
        ({**NEW, "username": 5}, 200),
        ({**NEW, "password": 5}, 201),
        ({**NEW, "email": 5}, 111),
        ({**NEW, "ACL": "public"}, -1),
        ({**NEW, "username": "nina\u202e"}, 142),
        ({**NEW, "username": " nina"}, 142),
        ({**NEW, "username": "n" * 151}, 142),
        ({**NEW, "is_staff": True}, 119),
        ({**NEW, "objectId": "abcdefghij"}, 105),
    ],
)
def test_a_sign_up_that_cannot_be_is_refused(nobody, rep, body, code):
    answer = nobody.post("/users", body)
    assert (answer.status, answer.code) == (400, code)
    assert User.objects.count() == 1


def test_signing_up_can_be_closed(nobody, settings):
    settings.SIGN_UP_OPEN = False
    assert nobody.post("/users", NEW).code == 119


NAMES = [{"username": "rep"}, {"email": "rep@parsley.example"}, {"username": "rep@parsley.example"}]


@pytest.mark.parametrize("who", NAMES)
def test_signing_in_by_name_or_address_answers_the_row_and_a_token(nobody, rep, who):
    given = {**who, "password": PASSWORD}
    for answer in (nobody.post("/login", given), nobody.get("/login", **given)):
        assert answer.status == 200
        assert answer.body["objectId"] == rep.pk
        assert Session.objects.filter(digest=Session.digest_of(answer.body["sessionToken"]), user=rep).exists()


@pytest.mark.parametrize("who", [{"username": "REP"}, {"email": "Rep@parsley.example"}])
def test_signing_in_is_exact_in_its_letters(nobody, rep, who):
    assert nobody.post("/login", {**who, "password": PASSWORD}).code == 101


@pytest.mark.parametrize("password", ["p", "password"])
def test_any_password_is_taken_unless_the_rules_are_switched_on(nobody, settings, password):
    assert nobody.post("/users", {"username": "nina", "password": password}).status == 201
    assert nobody.post("/login", {"username": "nina", "password": password}).status == 200
    settings.PARSE_PASSWORD_RULES = True
    assert nobody.post("/users", {"username": "nora", "password": password}).code == 142


def test_who_looks_after_the_installation_keeps_to_the_rules_of_the_pages(client_of, admin):
    assert client_of(admin).put(f"/users/{admin.pk}", {"password": "p"}).code == 142


def test_a_name_of_any_signs_goes_through_both_doors(nobody, client):
    name = "gil o'é <b>漢 x"
    assert nobody.post("/users", {"username": name, "password": PASSWORD}).status == 201
    assert nobody.post("/login", {"username": name, "password": PASSWORD}).body["username"] == name
    assert client.post("/accounts/login/", {"username": name, "password": PASSWORD}).status_code in (302, 303)
    page = client.get("/accounts/profile/").content.decode()
    assert "gil o&#x27;é &lt;b&gt;漢 x" in page
    assert "<b>漢" not in page


def test_a_wrong_password_and_an_unknown_name_get_the_same_words(nobody, rep):
    answers = [nobody.post("/login", {**LOGIN, **wrong}) for wrong in ({"password": "x"}, {"username": "nobody"})]
    assert [(one.status, one.body) for one in answers] == [
        (404, {"code": 101, "error": "Invalid username/password."})
    ] * 2
    assert (nobody.post("/login", {"password": "x"}).code, nobody.post("/login", {"username": "x"}).code) == (200, 201)


def test_a_dead_token_among_the_headers_does_not_keep_one_from_signing_in(rep):
    assert ParseClient(KEYS, "r:dead").post("/login", LOGIN).status == 200


def test_tries_are_counted_at_this_door_too(nobody, rep):
    codes = [nobody.post("/login", {**LOGIN, "password": str(number)}).status for number in range(11)]
    assert codes == [404] * 10 + [429]
    assert nobody.post("/login", LOGIN).status == 429


def test_tries_in_a_batch_are_counted_each(nobody, rep):
    lines = [{"method": "POST", "path": "/parse/login", "body": {**LOGIN, "password": str(n)}} for n in range(12)]
    codes = [line["error"]["code"] for line in nobody.post("/batch", {"requests": lines}).body]
    assert codes == [101] * 10 + [155] * 2


def test_logging_out_ends_the_session(as_rep):
    assert as_rep.post("/logout").body == {}
    assert (as_rep.get("/users/me").status, as_rep.get("/users/me").code) == (400, 209)
    assert as_rep.get("/classes/Deal").code == 209


def test_without_a_token_logging_out_is_fine_and_me_is_209(nobody):
    assert nobody.post("/logout").status == 200
    assert nobody.get("/users/me").code == 209


def test_a_new_password_ends_all_sessions_and_answers_a_new_token(as_rep, client_of, rep):
    other = client_of(rep)
    answer = as_rep.put(f"/users/{rep.pk}", {"password": "another long phrase"})
    assert set(answer.body) == {"updatedAt", "sessionToken"}
    assert [one.get("/users/me").code for one in (as_rep, other)] == [209, 209]
    assert ParseClient(KEYS, answer.body["sessionToken"]).get("/users/me").status == 200


def test_a_deleted_person_is_deactivated_and_signed_out(as_rep, rep, deal):
    assert as_rep.delete(f"/users/{rep.pk}").status == 200
    assert as_rep.get("/users/me").code == 209
    gone = User.objects.get(pk=rep.pk)
    assert (gone.is_active, str(gone)) == (False, "Rosa Rep")


def test_the_name_and_the_address_of_who_is_gone_are_free(as_rep, nobody, rep, deal):
    assert as_rep.delete(f"/users/{rep.pk}").status == 200
    again = nobody.post("/users", {"username": "rep", "password": PASSWORD, "email": "rep@parsley.example"})
    assert again.status == 201
    client = ParseClient(KEYS, again.body["sessionToken"])
    assert client.get(f"/classes/Deal/{deal.pk}").code == 101


def test_an_administrator_changes_who_holds_no_more_than_he_does(client_of, admin, rep):
    chief = make_user("chief", is_superuser=True)
    assert client_of(admin).put(f"/users/{rep.pk}", {"username": "rosa"}).status == 200
    assert client_of(admin).put(f"/users/{chief.pk}", {"password": "taken over phrase"}).code == 206


def test_one_lists_reads_and_ends_ones_own_sessions_only(as_rep, client_of, rep, outsider):
    theirs, other = Session.start(outsider)[0], Session.start(rep)[0]
    rows = {row["objectId"]: row for row in as_rep.get("/sessions").body["results"]}
    assert set(rows) == {session.pk for session in rep.sessions.all()}
    assert [row.get("sessionToken") for row in rows.values() if "sessionToken" in row] == [as_rep.token]
    assert as_rep.get("/sessions/me").body["createdWith"] == {"action": "login", "authProvider": "password"}
    assert (as_rep.get(f"/sessions/{theirs.pk}").code, as_rep.delete(f"/sessions/{theirs.pk}").code) == (101, 101)
    assert as_rep.delete(f"/sessions/{other.pk}").body == {}
    assert theirs in Session.objects.all()


def test_a_session_makes_another_that_is_ones_own(as_rep, nobody, rep):
    made = as_rep.post("/sessions")
    assert (made.status, made.body["createdWith"]) == (201, {"action": "create"})
    assert made.body["user"] == {"__type": "Pointer", "className": "_User", "objectId": rep.pk}
    nobody.headers["X-Parse-Session-Token"] = made.body["sessionToken"]
    assert nobody.get("/users/me").body["objectId"] == rep.pk


def test_a_token_is_told_among_sessions_only_where_it_is_asked_for(as_rep):
    assert "sessionToken" in as_rep.get("/sessions").body["results"][0]
    assert "sessionToken" not in as_rep.get("/sessions", keys="createdWith").body["results"][0]


def test_the_master_key_signs_up_without_signing_in(master, nobody):
    account = {"username": "made", "password": PASSWORD}
    assert "sessionToken" not in master.post("/users", account).body
    assert "sessionToken" in nobody.post("/login", account).body


@pytest.mark.parametrize(
    ("more", "code"),
    [({"createdAt": "2020-01-01"}, 111), ({"sessionToken": "r:x"}, 119), ({"authData": None}, 252)],
)
def test_what_a_sign_up_may_not_bring_is_refused(nobody, more, code):
    assert nobody.post("/users", {"username": "new", "password": PASSWORD, **more}).code == code


def test_people_are_not_sorted_by_an_address_that_is_protected(as_rep, master):
    assert as_rep.get("/users", order="-email").code == 119
    assert master.get("/users", order="-email").status == 200


def test_nobody_reads_no_session(nobody):
    assert [nobody.get(path).code for path in ("/sessions", "/sessions/me", "/sessions/x")] == [209] * 3


@pytest.mark.parametrize("email", ["rep@parsley.example", "nobody@parsley.example"])
def test_a_reset_is_answered_alike_for_known_and_unknown_addresses(nobody, rep, email):
    answer = nobody.post("/requestPasswordReset", {"email": email})
    assert (answer.status, answer.body) == (200, {})
    assert len(mail.outbox) == (email == rep.email)


def test_a_reset_without_a_good_address_is_refused(nobody):
    assert nobody.post("/requestPasswordReset", {}).code == 204
    assert nobody.post("/requestPasswordReset", {"email": 5}).code == 125


@pytest.mark.parametrize("email", ["x", "nobody@parsley.example", "x" * 5000])
def test_a_reset_tells_nothing_of_who_has_an_account(nobody, rep, mailoutbox, email):
    assert nobody.post("/requestPasswordReset", {"email": email}).body == {}
    assert mailoutbox == []


def test_a_device_has_one_session_of_a_person(nobody, rep, outsider):
    device, other = {"X-Parse-Installation-Id": "i-1"}, {"X-Parse-Installation-Id": "i-2"}
    account = {"username": "rep", "password": PASSWORD}
    kept, ended = (nobody.post("/login", account, **headers).body["sessionToken"] for headers in (other, device))
    nobody.post("/login", {"username": "outsider", "password": PASSWORD}, **device)
    new = nobody.post("/login", account, **device).body["sessionToken"]
    codes = [ParseClient(KEYS, token).get("/users/me").code for token in (kept, ended, new)]
    assert codes == [None, 209, None]
    assert set(ParseClient(KEYS, new).get("/sessions/me").body) >= {"installationId", "sessionToken", "user"}


def test_only_the_master_key_signs_in_as_somebody(master, as_rep, outsider):
    assert master.post("/loginAs", {"userId": outsider.pk}).body["objectId"] == outsider.pk
    refused = as_rep.post("/loginAs", {"userId": outsider.pk})
    assert (refused.status, refused.code) == (400, 119)


def test_a_password_is_verified_without_a_session(nobody, rep):
    answer = nobody.get("/verifyPassword", username="rep", password=PASSWORD)
    assert answer.body["objectId"] == rep.pk
    assert "sessionToken" not in answer.body
    assert not rep.sessions.exists()
