"""``/accounts/devices/``: one's own sessions, where they were last used, and an end to each."""

from accounts.models import Session

DEVICES = "/accounts/devices/"


def test_outsider_sees_and_ends_nobody_elses_session(browser_of, outsider, rep):
    session, _ = Session.start(rep, "Phone of Rosa")
    assert "Phone of Rosa" not in browser_of(outsider).get(DEVICES).content.decode()
    assert browser_of(outsider).post(f"{DEVICES}{session.pk}/end/").status_code == 404
    assert Session.objects.filter(pk=session.pk).exists()


def test_who_is_not_signed_in_is_sent_to_sign_in(client, db):
    assert client.get(DEVICES).url == f"/accounts/login/?next={DEVICES}"


def test_a_session_is_listed_with_place_and_program_and_can_be_ended(browser_of, api_of, rep, rf):
    request = rf.get("/", HTTP_USER_AGENT="Rosa's phone", REMOTE_ADDR="192.0.2.7")
    session, _ = Session.start(rep, "Nightly import", request)
    page = browser_of(rep).get(DEVICES).content.decode()
    assert "Nightly import" in page
    assert "192.0.2.7" in page
    assert "Rosa&#x27;s phone" in page
    assert session.digest not in page
    answer = browser_of(rep).post(f"{DEVICES}{session.pk}/end/", follow=True)
    assert "Nightly import is signed out." in answer.content.decode()
    assert not rep.sessions.exists()


def test_a_get_ends_nothing(browser_of, rep):
    session, _ = Session.start(rep)
    assert browser_of(rep).get(f"{DEVICES}{session.pk}/end/").status_code == 405
    assert rep.sessions.exists()
