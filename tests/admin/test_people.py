"""People in the administration: nobody takes or hands out more than they hold, and nobody is ever deleted."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from accounts.models import Session, User
from crm.models import Company
from tests.admin.conftest import as_staff
from tests.admin.pages import adding, changing, errors, filled, listed, run, save
from tests.conftest import PASSWORD, make_user

ADDED = {
    "username": "fresh",
    "email": "fresh@parsley.example",
    "password1": "a fine new passphrase",
    "password2": "a fine new passphrase",
}


@pytest.fixture
def clerk_desk(db, browser_of):
    """Staff who may add, see and change people, as a rep may change records, and nothing beyond."""
    role = Group.objects.create(name="Clerk")
    role.permissions.add(*Permission.objects.filter(content_type__app_label="accounts", codename__endswith="_user"))
    return browser_of(make_user("clerk", "Clerk", "Sales rep", is_staff=True))


@pytest.fixture
def clerk(clerk_desk):
    return User.objects.get(username="clerk")


def reload(user: User) -> User:
    return User.objects.get(pk=user.pk)


def password_of(user: User) -> str:
    return reverse("admin:auth_user_password_change", args=[user.pk])


def test_rep_on_the_staff_gets_no_page_about_people(rep_desk, outsider):
    for address in (changing(outsider), password_of(outsider), adding(User)):
        assert rep_desk.get(address).status_code == 403


@pytest.mark.parametrize("key", ["is_superuser", "is_staff"])
def test_only_a_superuser_makes_somebody_staff_or_superuser(clerk_desk, admin_desk, root_desk, rep, key):
    for desk in (clerk_desk, admin_desk):
        assert save(desk, changing(rep), **{key: "on"}).status_code == 302
        assert not getattr(reload(rep), key)
    assert save(root_desk, changing(rep), **{key: "on"}).status_code == 302
    assert getattr(reload(rep), key)


def test_nobody_makes_themselves_a_superuser(clerk_desk, clerk, admin_desk, admin):
    for desk, user in ((clerk_desk, clerk), (admin_desk, admin)):
        save(desk, changing(user), is_superuser="on", user_permissions=[1, 2])
        assert (reload(user).is_superuser, reload(user).user_permissions.count()) == (False, 0)


def test_clerk_cannot_hand_out_a_role_that_may_do_more(clerk_desk, clerk, rep):
    administrator = Group.objects.get(name="Administrator")
    for user in (clerk, rep):
        answer = save(clerk_desk, changing(user), groups=[administrator.pk])
        assert list(errors(answer)) == ["groups"]
    answer = clerk_desk.post(adding(User), ADDED | {"groups": [administrator.pk]})
    assert list(errors(answer)) == ["groups"]
    assert not User.objects.filter(groups=administrator).exists()


def test_clerk_hands_out_roles_within_their_own(clerk_desk, rep):
    role = Group.objects.get(name="Read only")
    assert save(clerk_desk, changing(rep), groups=[role.pk]).status_code == 302
    assert list(rep.groups.all()) == [role]


@pytest.mark.parametrize("target", ["root", "admin"])
@pytest.mark.parametrize("active", [True, False])
def test_clerk_can_take_over_nobody_who_may_do_more(clerk_desk, request, target, active):
    person = request.getfixturevalue(target)
    User.objects.filter(pk=person.pk).update(is_active=active)
    sent = {"password1": "taken over 123", "password2": "taken over 123", "usable_password": "true"}
    assert clerk_desk.post(password_of(person), sent).status_code == 403
    assert clerk_desk.post(changing(person), {"email": "clerk@parsley.example"}).status_code == 403
    assert clerk_desk.post(changing(person, "delete"), {"post": "yes"}).status_code == 403
    assert reload(person).check_password(PASSWORD)


def test_administrator_cannot_touch_a_superuser(admin_desk, root):
    assert admin_desk.get(changing(root)).context["has_change_permission"] is False
    assert admin_desk.post(password_of(root), {}).status_code == 403
    run(admin_desk, "delete_selected", root)
    assert reload(root).is_active


def test_administrator_hands_out_every_role(admin_desk, rep):
    role = Group.objects.get(name="Administrator")
    assert save(admin_desk, changing(rep), groups=[role.pk]).status_code == 302
    assert reload(rep).rights.may("records.read_all")


def test_a_person_is_added_with_the_password_twice(admin_desk):
    wrong = admin_desk.post(adding(User), ADDED | {"password2": "another"})
    assert list(errors(wrong)) == ["password2"]
    assert errors(admin_desk.post(adding(User), ADDED | {"password1": "short", "password2": "short"})).keys() == {
        "password2"
    }
    assert admin_desk.post(adding(User), ADDED | {"groups": []}).status_code == 302
    assert User.objects.get(username="fresh").check_password(ADDED["password1"])


@pytest.mark.parametrize(("field", "value"), [("username", "OUTSIDER"), ("email", "Outsider@Parsley.example")])
def test_names_and_addresses_are_taken_whatever_their_case(admin_desk, rep, outsider, field, value):
    for answer in (
        save(admin_desk, changing(rep), **{field: value}),
        admin_desk.post(adding(User), ADDED | {field: value}),
    ):
        assert "is taken" in str(errors(answer))
    assert User.objects.count() == 3


def test_changing_a_password_ends_sessions_and_tokens(admin_desk, rep, browser_of):
    desk, _ = browser_of(as_staff(rep)), Session.start(rep)
    sent = {"password1": "a fine new passphrase", "password2": "a fine new passphrase", "usable_password": "true"}
    assert admin_desk.post(password_of(rep), sent).status_code == 302
    assert reload(rep).check_password("a fine new passphrase")
    assert (desk.get("/admin/").status_code, Session.objects.count()) == (302, 0)


def test_taking_a_password_away_ends_tokens(admin_desk, rep):
    Session.start(rep)
    admin_desk.post(password_of(rep), {"usable_password": "false", "unset-password": "1"})
    assert (reload(rep).has_usable_password(), Session.objects.count()) == (False, 0)


def test_the_hash_of_a_password_is_never_shown(root_desk, rep):
    assert rep.password not in root_desk.get(changing(rep)).content.decode()


def test_deleting_a_person_deactivates_and_says_so(admin_desk, rep, company):
    Session.start(rep)
    assert "Nobody is deleted" in admin_desk.get(changing(rep, "delete")).content.decode()
    answer = admin_desk.post(changing(rep, "delete"), {"post": "yes"}, follow=True)
    assert "Rosa Rep was deactivated" in answer.content.decode()
    assert (reload(rep).is_active, Session.objects.count()) == (False, 0)
    assert Company.unrestricted.get().created_by == rep


def test_selected_people_are_deactivated_except_oneself(admin_desk, admin, rep, outsider, root):
    page = run(admin_desk, "delete_selected", admin, rep, outsider, root, confirmed=False)
    assert set(page.context["queryset"]) == {rep, outsider}
    assert "Nobody is deleted" in page.content.decode()
    run(admin_desk, "delete_selected", admin, rep, outsider, root)
    assert set(User.objects.filter(is_active=True)) == {admin, root}


def test_the_action_is_called_what_it_does(admin_desk):
    choices = admin_desk.get("/admin/accounts/user/").context["action_form"].fields["action"].choices
    assert [label for _, label in choices[1:]] == ["Deactivate selected people"]


def test_nobody_deactivates_or_demotes_themselves(root_desk, root):
    assert root_desk.get(changing(root, "delete")).status_code == 403
    page = filled(root_desk.get(changing(root)))
    assert {"is_active", "is_staff", "is_superuser"}.isdisjoint(page)
    assert root_desk.post(changing(root), page).status_code == 302
    assert (reload(root).is_active, reload(root).is_superuser) == (True, True)


def test_switching_a_person_off_in_the_form_ends_tokens(admin_desk, rep):
    Session.start(rep)
    sent = filled(admin_desk.get(changing(rep)))
    del sent["is_active"]
    assert admin_desk.post(changing(rep), sent).status_code == 302
    assert (reload(rep).is_active, Session.objects.count()) == (False, 0)


def test_a_time_zone_is_chosen_from_those_there_are(admin_desk, rep):
    assert save(admin_desk, changing(rep), time_zone="Europe/Berlin").status_code == 302
    assert list(errors(save(admin_desk, changing(rep), time_zone="Mars/Base"))) == ["time_zone"]
    assert reload(rep).time_zone == "Europe/Berlin"


def test_people_are_found_by_name_and_address(admin_desk, admin, rep, outsider):
    assert listed(admin_desk, User, q="rosa") == {rep.pk}
    assert listed(admin_desk, User, q="outsider@parsley") == {outsider.pk}
