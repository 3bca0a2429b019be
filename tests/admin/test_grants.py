"""Sharing from a record's page in the administration."""

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.models import EVERYONE
from crm.models import Company
from records.sharing import Grant, grants_of, share
from tests.admin.pages import changing, errors, filled, save


def grant(kind: str, index: int, holder: str, verb: str, **more) -> dict:
    """The fields of one row among the grants of a company."""
    permission = Permission.objects.get(codename=f"{verb}_company", content_type__app_label="crm")
    prefix = f"company{kind}grant_set"
    row = {"user" if kind == "user" else "group": holder, "permission": permission.pk, **more}
    return {f"{prefix}-TOTAL_FORMS": index + 1, **{f"{prefix}-{index}-{name}": value for name, value in row.items()}}


def test_outsider_cannot_grant_themselves_anything(outsider_desk, outsider, company):
    assert outsider_desk.post(changing(company), grant("user", 1, outsider.pk, "change")).status_code == 302
    assert list(Company.objects.visible_to(outsider)) == []


def test_reader_of_a_record_sees_its_grants_but_cannot_add_one(reader_desk, reader, outsider, company):
    share(company, reader, "read")
    page = reader_desk.get(changing(company))
    assert [inline.has_add_permission for inline in page.context["inline_admin_formsets"]] == [False, False]
    assert "Rosa Rep" in page.content.decode()
    reader_desk.post(changing(company), filled(page) | grant("user", 2, outsider.pk, "view"))
    assert list(Company.objects.visible_to(outsider)) == []


@pytest.mark.parametrize(("verb", "editable"), [("view", False), ("change", True)])
def test_a_grant_to_a_person_holds_at_once(rep_desk, outsider, company, verb, editable):
    assert save(rep_desk, changing(company), **grant("user", 1, outsider.pk, verb)).status_code == 302
    assert list(Company.objects.visible_to(outsider)) == [company]
    assert Company.objects.editable_by(outsider).exists() == editable


def test_a_grant_to_a_role_holds_at_once_for_all_who_have_it(rep_desk, reader, outsider, company):
    role = Group.objects.get(name="Read only")
    assert save(rep_desk, changing(company), **grant("role", 0, role.pk, "view")).status_code == 302
    assert list(Company.objects.visible_to(reader)) == [company]
    assert list(Company.objects.visible_to(outsider)) == []


def test_a_grant_to_everyone_opens_the_record_to_all(rep_desk, outsider, company):
    everyone = Group.objects.get(name=EVERYONE)
    assert save(rep_desk, changing(company), **grant("role", 0, everyone.pk, "view")).status_code == 302
    assert list(Company.objects.visible_to(outsider)) == [company]


def test_a_grant_taken_away_holds_at_once(rep_desk, rep, outsider, company):
    share(company, outsider, "read")
    grants = {row.user: row for row in company.companyusergrant_set.all()}
    index = sorted(row.pk for row in grants.values()).index(grants[outsider].pk)
    save(rep_desk, changing(company), **{f"companyusergrant_set-{index}-DELETE": "on"})
    assert list(Company.objects.visible_to(outsider)) == []
    assert grants_of(company) == [Grant(rep, "write")]


def test_only_reading_and_changing_can_be_granted(rep_desk, outsider, company):
    answer = save(rep_desk, changing(company), **grant("user", 1, outsider.pk, "delete"))
    assert list(errors(answer)) == ["permission"]
    assert list(Company.objects.visible_to(outsider)) == []


def test_permissions_of_other_classes_cannot_be_granted(rep_desk, outsider, company):
    foreign = Permission.objects.get(codename="view_deal").pk
    answer = save(rep_desk, changing(company), **grant("user", 1, outsider.pk, "view", permission=foreign))
    assert list(errors(answer)) == ["permission"]


def test_a_grant_given_twice_is_refused_in_words(rep_desk, rep, company):
    answer = save(rep_desk, changing(company), **grant("user", 1, rep.pk, "change"))
    assert errors(answer) == {"__all__": ["This grant is there already."]}


def test_choices_of_a_grant_are_words(rep_desk, company):
    page = rep_desk.get(changing(company))
    field = page.context["inline_admin_formsets"][0].formset.forms[0].fields["permission"]
    assert [label for _, label in field.choices] == ["read it", "change it without reading it", "read and change it"]
