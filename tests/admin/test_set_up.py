"""Teams, roles, stages, tokens and sign-in tries in the administration."""

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.models import EVERYONE, Role, Session, Team, Try
from crm.models import Company
from pipeline.models import Deal, Stage
from tests.admin.pages import adding, changing, errors, listing, run, save
from tests.conftest import make_user


@pytest.fixture
def everyone(db):
    return Role.objects.get(name=EVERYONE)


@pytest.fixture
def keeper_desk(db, browser_of):
    """Staff who may edit roles, and otherwise no more than a rep."""
    role = Group.objects.create(name="Keeper")
    role.permissions.add(*Permission.objects.filter(content_type__app_label="accounts", codename__endswith="_role"))
    return browser_of(make_user("keeper", "Keeper", "Sales rep", is_staff=True))


@pytest.mark.parametrize("model", [Team, Role, Session, Try])
def test_rep_on_the_staff_is_refused(rep_desk, model):
    assert rep_desk.get(listing(model)).status_code == 403


def test_rep_on_the_staff_may_look_at_stages_only(rep_desk):
    stage = Stage.objects.get(pk="lead")
    assert rep_desk.get(changing(stage)).context["has_change_permission"] is False
    assert rep_desk.post(changing(stage), {"label": "X"}).status_code == 403
    assert rep_desk.get(adding(Stage)).status_code == 403


def test_a_member_added_to_a_team_is_led_at_once(admin_desk, lead, team, outsider):
    theirs = Company.objects.create(name="Theirs", created_by=outsider)
    assert list(Company.objects.visible_to(lead)) == []
    sent = {"membership_set-1-user": outsider.pk}
    assert save(admin_desk, changing(team), **sent).status_code == 302
    assert list(Company.objects.visible_to(lead)) == [theirs]


def test_a_lead_added_to_a_team_leads_at_once(admin_desk, team, company, outsider):
    assert save(admin_desk, changing(team), leads=[outsider.pk]).status_code == 302
    assert list(Company.objects.visible_to(outsider)) == [company]


def test_a_team_cannot_stand_below_itself(admin_desk, team):
    below = Team.objects.create(name="Below", parent=team)
    assert errors(save(admin_desk, changing(team), parent=below.pk)) == {
        "parent": ["A team cannot stand below itself."]
    }


def test_everyone_keeps_its_name(root_desk, everyone):
    answer = save(root_desk, changing(everyone), name="Anybody")
    assert errors(answer) == {"name": ["Everyone keeps its name: grants to all who are signed in hang on it."]}
    assert save(root_desk, changing(everyone)).status_code == 302


def test_everyone_cannot_be_deleted(root_desk, everyone):
    assert root_desk.post(changing(everyone, "delete"), {"post": "yes"}).status_code == 403
    other = Role.objects.create(name="Old")
    answer = run(root_desk, "delete_selected", everyone, other)
    assert answer.status_code == 302
    assert set(Role.objects.filter(name__in=[EVERYONE, "Old"])) == {everyone}


def test_keeper_of_roles_cannot_give_a_role_more_than_they_hold(keeper_desk):
    role = Role.objects.create(name="Helper")
    beyond = Permission.objects.get(codename="read_all")
    assert list(errors(save(keeper_desk, changing(role), permissions=[beyond.pk]))) == ["permissions"]
    within = Permission.objects.get(codename="view_company")
    assert save(keeper_desk, changing(role), permissions=[within.pk]).status_code == 302
    assert list(role.permissions.all()) == [within]


def test_keeper_of_roles_cannot_touch_a_role_that_may_do_more(keeper_desk):
    administrator = Role.objects.get(name="Administrator")
    before = administrator.permissions.count()
    assert keeper_desk.post(changing(administrator), {"name": "Mine", "permissions": []}).status_code == 403
    assert keeper_desk.post(changing(administrator, "delete"), {"post": "yes"}).status_code == 403
    run(keeper_desk, "delete_selected", administrator)
    assert Role.objects.get(name="Administrator").permissions.count() == before


def test_administrator_edits_roles(admin_desk):
    role = Role.objects.get(name="Read only")
    chosen = Permission.objects.get(codename="add_company")
    assert save(admin_desk, changing(role), permissions=[chosen.pk]).status_code == 302
    assert list(role.permissions.all()) == [chosen]


def test_a_revoked_token_works_no_more(admin_desk, rep, api_of):
    program = api_of(rep)
    assert program.get("/api/v1/companies/").status_code == 200
    run(admin_desk, "delete_selected", Session.objects.get())
    assert program.get("/api/v1/companies/").status_code == 401


def test_a_token_is_never_shown(root_desk, rep):
    session, token = Session.start(rep, "script")
    words = "".join(root_desk.get(address).content.decode() for address in (listing(Session), changing(session)))
    assert "script" in words
    assert session.digest not in words
    assert token not in words


def test_tries_can_be_looked_at_and_deleted(admin_desk):
    found = Try.objects.create(key="account:rep")
    assert "account:rep" in admin_desk.get(listing(Try)).content.decode()
    run(admin_desk, "delete_selected", found)
    assert not Try.objects.exists()


def test_a_stage_is_added_and_ordered(admin_desk):
    sent = {"slug": "trial", "label": "Trial", "order": 9, "kind": "open", "probability": 60, "colour": "#123456"}
    assert admin_desk.post(adding(Stage), sent).status_code == 302
    assert Stage.objects.get(pk="trial").order == 9
    wrong = admin_desk.post(adding(Stage), sent | {"slug": "other", "probability": 101, "colour": "red"})
    assert set(errors(wrong)) == {"probability", "colour"}


def test_the_key_of_a_stage_never_changes(admin_desk):
    assert save(admin_desk, changing(Stage.objects.get(pk="lead")), slug="other", label="First").status_code == 302
    assert Stage.objects.get(pk="lead").label == "First"
    assert not Stage.objects.filter(pk="other").exists()


def test_a_stage_in_use_is_protected_without_naming_its_deals(admin_desk, deal):
    stage = Stage.objects.get(pk="lead")
    page = admin_desk.get(changing(stage, "delete"))
    assert page.context["protected"] == ["deals in the stage Lead"]
    assert deal.title not in page.content.decode()
    admin_desk.post(changing(stage, "delete"), {"post": "yes"})
    run(admin_desk, "delete_selected", stage)
    assert Deal.unrestricted.get().stage == stage


def test_an_empty_stage_is_deleted(admin_desk):
    assert admin_desk.post(changing(Stage.objects.get(pk="lost"), "delete"), {"post": "yes"}).status_code == 302
    assert not Stage.objects.filter(pk="lost").exists()
