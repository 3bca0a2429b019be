"""The pages of the log: history of a record, and the trash."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activities.models import Activity
from crm.models import Company
from live.models import Change
from pipeline.models import Deal
from records.sharing import share
from tests.conftest import make_user
from tests.pages.reading import at
from tests.records.truth import arrays, truth

pytestmark = pytest.mark.django_db


def titles(browser) -> list[str]:
    page = browser.get("/trash/")
    assert page.status_code == 200
    return [row.title for row in page.context["rows"]]


def delete(browser, record) -> None:
    assert browser.post(at(record, "delete")).status_code == 303


def restore(browser, record):
    change = Change.objects.filter(op="delete", key=record.pk).latest("seq")
    return browser.post(f"/trash/{change.seq}/restoration/")


# --- history ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["company", "contact", "deal", "call"])
def test_outsider_gets_404_for_a_history(request, outsider, browser_of, kind):
    record = request.getfixturevalue(kind)
    assert browser_of(outsider).get(at(record, "history")).status_code == 404


@pytest.mark.parametrize("kind", ["company", "contact", "deal", "call"])
def test_reader_sees_the_history_of_what_is_shared(request, reader, rep, browser_of, request_of, kind):
    record = request.getfixturevalue(kind)
    share(record, reader, "read")
    with request_of(rep):
        record.custom = {"note": "<b>bold</b>"}
        record.save()
    page = browser_of(reader).get(at(record, "history")).content.decode()
    assert "Rosa Rep" in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page


def test_older_entries_are_on_the_next_page(rep, browser_of, deal, request_of):
    for number in range(60):
        with request_of(rep):
            Deal.unrestricted.filter(pk=deal.pk).update(amount=number)
    browser = browser_of(rep)
    first = browser.get(at(deal, "history"))
    second = browser.get(f"{at(deal, 'history')}?before={first.context['more']}")
    assert [len(page.context["entries"]) for page in (first, second)] == [50, 11]
    assert second.context["more"] is None


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "", "1"])
def test_a_bad_page_of_the_history_is_no_error(rep, browser_of, deal, before):
    assert browser_of(rep).get(f"{at(deal, 'history')}?before={before}").status_code == 200


# --- the trash --------------------------------------------------------------------------------------------------------


def test_outsider_sees_and_restores_nothing_of_another(rep, outsider, lead, browser_of, deal):
    delete(browser_of(rep), deal)
    for other in (outsider, lead):
        assert titles(browser_of(other)) == []
        assert restore(browser_of(other), deal).status_code == 404
    assert not Deal.unrestricted.exists()


def test_what_one_deleted_is_listed_once_without_what_went_along(rep, browser_of, deal, call, company):
    browser = browser_of(rep)
    delete(browser, deal)
    delete(browser, company)
    assert titles(browser) == ["Acme", "Rollout"]


def test_a_record_comes_back_with_all_that_hung_on_it(rep, reader, browser_of, deal, call):
    share(deal, reader, "read")
    before = arrays()
    browser = browser_of(rep)
    delete(browser, deal)
    response = restore(browser, deal)
    assert response["Location"] == f"/deals/{deal.pk}/"
    assert (arrays(), titles(browser)) == (before, [])
    assert arrays() == truth()


def test_one_of_several_deleted_at_once_comes_back_alone(rep, browser_of, company, contact, deal, call, request_of):
    other = Deal.objects.create(title="Other", company=company, created_by=rep)
    note = Activity.objects.create(subject="Note", related_to=other, created_by=rep)
    with request_of(rep):
        Deal.unrestricted.filter(pk__in=[deal.pk, other.pk]).delete()
    browser = browser_of(rep)
    assert sorted(titles(browser)) == ["Other", "Rollout"]
    restore(browser, other)
    assert set(Deal.unrestricted.values_list("pk", flat=True)) == {other.pk}
    assert set(Activity.unrestricted.values_list("pk", flat=True)) == {note.pk}
    assert titles(browser) == ["Rollout"]
    assert arrays() == truth()


def test_a_company_comes_back_with_the_pointers_to_it(rep, browser_of, company, contact, deal):
    browser = browser_of(rep)
    delete(browser, company)
    restore(browser, company)
    assert Company.unrestricted.get().pk == company.pk
    assert {type(row).unrestricted.get(pk=row.pk).company_id for row in (contact, deal)} == {company.pk}
    assert arrays() == truth()


def test_an_administrator_sees_and_restores_what_anybody_deleted(rep, admin, browser_of, deal):
    delete(browser_of(rep), deal)
    browser = browser_of(admin)
    assert titles(browser) == ["Rollout"]
    assert restore(browser, deal).status_code == 303
    assert Deal.objects.visible_to(rep).get().created_by == rep


def test_who_lost_the_role_since_restores_nothing(rep, browser_of, deal):
    browser = browser_of(rep)
    delete(browser, deal)
    rep.groups.clear()
    assert restore(browser, deal).status_code == 403
    assert not Deal.unrestricted.exists()


def test_what_is_older_than_thirty_days_is_gone(rep, browser_of, deal):
    browser = browser_of(rep)
    delete(browser, deal)
    Change.objects.update(at=timezone.now() - timedelta(days=31))
    assert titles(browser) == []
    assert restore(browser, deal).status_code == 404


def test_what_was_restored_and_deleted_again_is_listed_once(rep, browser_of, deal):
    browser = browser_of(rep)
    delete(browser, deal)
    restore(browser, deal)
    delete(browser, deal)
    assert titles(browser) == ["Rollout"]
    assert restore(browser, deal).status_code == 303


def test_restoring_is_undone_in_turn(rep, browser_of, deal, call, last_set):
    browser = browser_of(rep)
    delete(browser, deal)
    restore(browser, deal)
    assert browser.post(f"/changes/{last_set()}/undo/").status_code == 303
    assert (Deal.unrestricted.exists(), Activity.unrestricted.exists()) == (False, False)


def test_a_bad_page_of_the_trash_leads_to_the_first(rep, browser_of):
    assert browser_of(rep).get("/trash/?cursor=x")["Location"] == "/trash/"


def test_the_trash_takes_as_many_statements_for_six_rows_as_for_three(rep, browser_of, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser, numbers = browser_of(rep), []
    for start in (0, 3):
        for number in range(start, start + 3):
            company = Company.objects.create(name=str(number), created_by=rep)
            Activity.objects.create(subject="A", related_to=company, created_by=make_user(f"p{number}"))
            delete(browser, company)
        with CaptureQueriesContext(connection) as captured:
            assert len(titles(browser)) == start + 3
        numbers.append(len(captured))
    assert numbers[0] == numbers[1] <= 12


def test_the_history_of_a_deal_tells_its_time_in_each_stage(rep, browser_of, deal, contact, request_of):
    with request_of(rep):
        deal.move_to("won")
    browser = browser_of(rep)
    assert [stay.name for stay in browser.get(at(deal, "history")).context["stays"]] == ["Lead", "Won"]
    assert "stays" not in browser.get(at(contact, "history")).context
