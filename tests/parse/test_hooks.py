"""Hooks run for every face: page, administration, REST API, Parse."""

import pytest
from django.urls import reverse

from accounts import hooks
from accounts.models import User
from crm.models import Company
from pipeline.models import Deal
from tests.conftest import PASSWORD, make_user

NO = "No deal is called Forbidden here."


@pytest.fixture(autouse=True)
def _forgotten():
    yield
    hooks.forget()


@pytest.fixture
def forbidding():
    @hooks.before_save("Deal")
    def refuse(deal: Deal) -> None:
        if deal.title == "Forbidden":
            raise hooks.Refused(NO)


@pytest.fixture
def chief(db):
    return make_user("chief", is_staff=True, is_superuser=True)


def by_page(title, browser_of, chief, **_):
    return browser_of(chief).post("/deals/new/", {"title": title, "stage": "lead"})


def by_admin(title, browser_of, chief, **_):
    sent = {"title": title, "stage": "lead"}
    return browser_of(chief).post(reverse("admin:pipeline_deal_add"), sent)


def by_api(title, api_of, chief, **_):
    return api_of(chief).post("/api/v1/deals/", {"title": title})


def by_parse(title, client_of, chief, **_):
    return client_of(chief).post("/classes/Deal", {"title": title})


def by_batch(title, client_of, chief, **_):
    line = {"method": "POST", "path": "/parse/classes/Deal", "body": {"title": title}}
    return client_of(chief).post("/batch", {"requests": [line]})


DOORS = [by_page, by_admin, by_api, by_parse, by_batch]


@pytest.mark.parametrize("door", DOORS)
def test_the_same_hook_stops_a_save_at_every_face_and_says_why(forbidding, browser_of, api_of, client_of, chief, door):
    given = {"browser_of": browser_of, "api_of": api_of, "client_of": client_of, "chief": chief}
    answer = door("Forbidden", **given)
    assert NO in answer.content.decode()
    assert not Deal.unrestricted.exists()
    door("Welcome", **given)
    assert Deal.unrestricted.get().title == "Welcome"


def test_a_refusal_is_141_for_parse_clients(forbidding, client_of, rep):
    answer = client_of(rep).post("/classes/Deal", {"title": "Forbidden"})
    assert (answer.status, answer.body) == (400, {"code": 141, "error": NO})


def test_what_a_hook_sets_is_saved_and_answered(client_of, rep, deal):
    @hooks.before_save("Deal")
    def note(deal: Deal) -> None:
        if deal.stage_id == "won":
            deal.notes = "Well done"

    answer = client_of(rep).put(f"/classes/Deal/{deal.pk}", {"stage": "won"})
    assert answer.body["notes"] == "Well done"
    assert Deal.unrestricted.get().notes == "Well done"


def test_after_a_save_hooks_run_once_it_is_committed(client_of, rep, django_capture_on_commit_callbacks):
    seen = []
    hooks.after_save("Company")(lambda company: seen.append(company.name))
    with django_capture_on_commit_callbacks(execute=True):
        client_of(rep).post("/classes/Company", {"name": "Acme"})
        assert seen == []
    assert seen == ["Acme"]


def test_a_hook_keeps_a_row_from_being_deleted_one_by_one_or_many(client_of, master, rep, company):
    @hooks.before_delete("Company")
    def keep(company: Company) -> None:
        raise hooks.Refused("Companies stay.")

    assert client_of(rep).delete(f"/classes/Company/{company.pk}").body == {"code": 141, "error": "Companies stay."}
    assert master.delete("/purge/Company").code == 141
    assert Company.unrestricted.exists()


def test_a_hook_keeps_somebody_from_signing_in_at_every_door(client, nobody, rep):
    @hooks.before_login
    def refuse(user: User) -> None:
        raise hooks.Refused("Not today.")

    given = {"username": "rep", "password": PASSWORD}
    assert "Not today." in client.post("/accounts/login/", given).content.decode()
    assert "Not today." in client.post("/api/v1/auth/token/", given, "application/json").content.decode()
    assert nobody.post("/login", given).body == {"code": 141, "error": "Not today."}
    assert not rep.sessions.exists()


def test_a_named_function_is_called_with_its_parameters_and_the_user(client_of, rep):
    @hooks.function("greet")
    def greet(parameters: dict, user: User) -> str:
        return f"{parameters['word']} {user}"

    assert client_of(rep).post("/functions/greet", {"word": "Hello"}).body == {"result": "Hello Rosa Rep"}
    assert client_of(rep).post("/functions/nope").code == 141
