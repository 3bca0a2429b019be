"""A walk over everything the administration knows. A class without an expectation here fails."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group

from accounts.models import Membership, RightsStamp, Role, RoleDetail, Session, Team, Try, User
from activities.models import Activity, CalendarFeed
from crm.models import Company, Contact
from live.models import Change, Undoing, Viewing
from pipeline.models import Deal, LostReason, Stage, Tally
from records.models import AccessToAll, ChosenColumns, CustomField, File, IdempotentReply
from tests.admin.pages import adding, changing, listing

# Class: whether one can be added by hand, and changed.
EXPECTED = {
    User: (True, True),
    Team: (True, True),
    Role: (True, True),
    Session: (False, False),
    Try: (False, False),
    Company: (True, True),
    Contact: (True, True),
    Deal: (True, True),
    Activity: (True, True),
    Stage: (True, True),
    LostReason: (True, True),
    Change: (False, False),
    CustomField: (True, True),
}
# Edited on the page of another class, or no business of people.
WITHOUT_A_PAGE = {
    Undoing,
    Viewing,
    RightsStamp,
    ChosenColumns,
    CalendarFeed,
    File,
    RoleDetail,
    Membership,
    AccessToAll,
    IdempotentReply,
    Tally,
    Viewing,
}
OURS = {"accounts", "records", "live", "activities", "crm", "pipeline"}
INLINE = re.compile(
    r"<style|\sstyle=|<script(?![^>]*\ssrc=)(?![^>]*application/json)[^>]*>|\son[a-z]+=|javascript:", re.I
)


@pytest.fixture
def row_of(root, team, company, contact, deal, call):
    rows = {User: root, Team: team, Company: company, Contact: contact, Deal: deal, Activity: call}
    rows |= {Role: Role.objects.first(), Stage: Stage.objects.first(), Session: Session.start(root)[0]}
    rows[LostReason] = LostReason.objects.first()
    rows[Change] = Change.objects.filter(op="insert").first()
    rows[CustomField] = CustomField.objects.create(model="deal", name="size", type="Number")
    return rows | {Try: Try.objects.create(key="account:somebody")}


def test_every_registered_class_has_an_expectation():
    assert set(admin.site._registry) == set(EXPECTED)


def test_every_class_of_ours_has_a_page_or_a_reason_for_none():
    ours = {model for model in apps.get_models() if model._meta.app_label in OURS and not model._meta.proxy}
    grants = {model for model in ours if model.__name__.endswith(("UserGrant", "RoleGrant"))}
    inlines = {inline.model for page in admin.site._registry.values() for inline in page.inlines}
    assert ours - set(EXPECTED) - WITHOUT_A_PAGE == grants
    assert grants | {Membership} == inlines
    assert not admin.site.is_registered(Group)


@pytest.mark.parametrize("model", EXPECTED)
def test_pages_answer_a_superuser(root_desk, row_of, model):
    can_add, can_change = EXPECTED[model]
    row = row_of[model]
    assert root_desk.get(listing(model)).status_code == 200
    assert root_desk.get(listing(model), {"q": "a"}).status_code == 200
    assert root_desk.get(adding(model)).status_code == (200 if can_add else 403)
    page = root_desk.get(changing(row))
    assert (page.status_code, page.context["has_change_permission"]) == (200, can_change)
    assert root_desk.get(changing(row, "history")).status_code == 200


@pytest.mark.parametrize("model", EXPECTED)
def test_pages_answer_an_administrator(admin_desk, row_of, model):
    can_add, _ = EXPECTED[model]
    assert admin_desk.get(listing(model)).status_code == 200
    assert admin_desk.get(adding(model)).status_code == (200 if can_add else 403)
    assert admin_desk.get(changing(row_of[model])).status_code == 200


@pytest.mark.parametrize("model", EXPECTED)
def test_staff_without_a_role_gets_no_page(staff_without_role, browser_of, row_of, model):
    desk = browser_of(staff_without_role)
    for address in (listing(model), adding(model), changing(row_of[model]), changing(row_of[model], "delete")):
        assert desk.get(address).status_code == 403


@pytest.mark.parametrize("model", EXPECTED)
def test_pages_hold_no_inline_script_or_style(root_desk, row_of, model):
    addresses = [listing(model), changing(row_of[model]), changing(row_of[model], "history")]
    if EXPECTED[model][0]:
        addresses.append(adding(model))
    for address in addresses:
        page = root_desk.get(address)
        assert INLINE.findall(page.content.decode()) == []
        assert "default-src 'self'" in page["Content-Security-Policy"]
