"""What is answered when the database is away, slow, or refuses: a problem that says whether to try again."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection
from rest_framework.test import APIClient

from crm.models import Company
from pipeline.models import Deal
from tests.api.answers import V1, faults

DEALS = f"{V1}/deals/"


@pytest.fixture
def failing():
    """Makes each statement that holds a word fail, as the database would. Gives what counts the failures."""
    happened = []

    def install(word: str, error: Exception):
        def wrapper(execute, sql, *args):
            if word in sql:
                happened.append(sql)
                raise error
            return execute(sql, *args)

        context = connection.execute_wrapper(wrapper)
        context.__enter__()
        installed.append(context)
        return happened

    installed: list = []
    yield install
    for context in installed:
        context.__exit__(None, None, None)


@pytest.mark.parametrize("error", [OperationalError("server closed the connection"), InterfaceError("closed")])
@pytest.mark.parametrize("table", ["accounts_session", "pipeline_deal"])
def test_a_database_that_is_away_is_answered_503_with_retry_after(as_rep, deal, failing, table, error):
    failing(table, error)
    for path in (DEALS, f"{DEALS}{deal.pk}/"):
        answer = as_rep.get(path)
        assert (*faults(answer), answer["Retry-After"]) == (503, [], "5")
        assert "closed" not in answer.content.decode()


def test_a_browser_whose_session_cannot_be_read_is_answered_503(browser_of, rep, failing):
    browser = browser_of(rep)
    browser.raise_request_exception = False
    failing("django_session", OperationalError("away"))
    answer = browser.get(DEALS)
    assert (*faults(answer), answer["Retry-After"]) == (503, [], "5")


def test_a_write_that_fails_half_way_is_not_written(as_rep, failing):
    failing('"pipeline_deal"', OperationalError("away"))
    assert faults(as_rep.post(DEALS, {"title": "x"}, HTTP_IDEMPOTENCY_KEY="k")) == (503, [])


def test_signing_in_while_the_database_is_away_is_answered_503(rep, failing):
    failing("accounts_try", OperationalError("away"))
    assert faults(APIClient().post(f"{V1}/auth/token/", {"username": "rep", "password": "x"})) == (503, [])


def test_a_statement_that_takes_too_long_is_answered_503_to_be_tried_later(as_rep, deal):
    def crawl(execute, sql, params, *args):
        if "pipeline_deal" in sql:
            sql, params = "SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)", None
        return execute(sql, params, *args)

    with connection.execute_wrapper(crawl):
        answer = as_rep.get(DEALS)
    assert (*faults(answer), answer["Retry-After"]) == (503, [], "30")


def test_a_value_that_the_database_refuses_is_answered_400(as_rep, failing):
    failing("pipeline_deal", DataError("out of range"))
    assert faults(as_rep.get(DEALS)) == (400, [])


def test_a_collision_is_answered_409(as_rep, failing):
    failing("pipeline_deal", IntegrityError("violates"))
    assert faults(as_rep.get(DEALS)) == (409, [])


@pytest.mark.django_db(transaction=True)
def test_a_company_that_vanishes_before_its_deal_is_saved_is_answered_409(as_rep, company):
    def vanish(execute, sql, *args):
        if 'INSERT INTO "pipeline_deal"' in sql:
            with ThreadPoolExecutor(1) as another:
                another.submit(forget, company).result()
        return execute(sql, *args)

    with connection.execute_wrapper(vanish):
        answer = as_rep.post(DEALS, {"title": "x", "company": company.pk})
    assert faults(answer) == (409, [])
    assert not Deal.unrestricted.exists()


def forget(company: Company) -> None:
    company.delete()
    connection.close()
