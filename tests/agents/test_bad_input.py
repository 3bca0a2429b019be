"""What is wrong is named, before anything is done."""

import pytest

from crm.models import Company

WRONG = {
    "no_words": ("search", {}, 400, ["query"]),
    "empty_words": ("search", {"query": " "}, 400, ["query"]),
    "long_words": ("search", {"query": "x" * 201}, 400, ["query"]),
    "nul": ("search", {"query": "a\x00"}, 400, ["query"]),
    "half_a_pair": ("search", {"query": "\ud800"}, 400, ["query"]),
    "number_for_text": ("search", {"query": 5}, 400, ["query"]),
    "unknown_argument": ("search", {"query": "a", "limit": 3}, 400, ["limit"]),
    "unknown_class": ("read", {"class": "user", "id": "0000000000"}, 400, ["class"]),
    "path_for_id": ("read", {"class": "deal", "id": "x/../../users"}, 404, []),
    "query_for_id": ("update_deal", {"id": "x?a=b", "fields": {}}, 404, []),
    "text_for_fields": ("create_company", {"fields": "name"}, 400, ["fields"]),
    "no_fields": ("create_company", {}, 400, ["fields"]),
    "text_for_dry_run": ("create_company", {"fields": {"name": "x"}, "dry_run": "true"}, 400, ["dry_run"]),
    "unknown_field": ("create_company", {"fields": {"name": "x", "nme": "y"}}, 400, ["nme"]),
    "nul_in_a_field": ("create_company", {"fields": {"name": "a\x00"}}, 400, ["name"]),
    "half_a_pair_in_a_field": ("create_company", {"fields": {"name": "\ud800"}}, 400, ["name"]),
    "not_a_number": ("create_deal", {"fields": {"title": "x", "amount": float("nan")}}, 400, ["amount"]),
    "wrong_stage": ("create_deal", {"fields": {"title": "x", "stage": "wn"}}, 400, ["stage"]),
    "cut_text": ("create_company", {"fields": {"name": "x… (cut: 12345 characters in all)"}}, 400, ["name"]),
    "cut_text_within": ("create_company", {"fields": {"name": ["x… (cut: 12345 characters in all)"]}}, 400, ["name"]),
    "unknown_filter": ("list_deals", {"filters": {"stge": "won"}}, 400, ["stge"]),
    "limit_as_filter": ("list_deals", {"filters": {"limit": 1000}}, 400, ["limit"]),
    "object_in_filter": ("list_deals", {"filters": {"stage": {"in": ["won"]}}}, 400, ["stage"]),
    "no_day": ("list_deals", {"filters": {"expected_close_date__gte": "soon"}}, 400, ["expected_close_date__gte"]),
    "too_many_rows": ("list_deals", {"limit": 51}, 400, ["limit"]),
    "yes_for_a_number": ("list_deals", {"limit": True}, 400, ["limit"]),
    "wrong_order": ("list_deals", {"ordering": "stage"}, 400, ["ordering"]),
    "wrong_cursor": ("list_deals", {"cursor": "x"}, 400, ["cursor"]),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named(as_rep, case):
    name, arguments, status, fields = WRONG[case]
    assert as_rep.refused(name, **arguments) == (status, fields)
    assert not Company.unrestricted.exists()


def test_every_wrong_argument_is_named_at_once(as_rep):
    assert as_rep.refused("move_deal", stage=5, when="now") == (400, ["when", "id", "stage"])


def test_null_says_nothing(as_rep, deal):
    found = as_rep("list_deals", filters={"stage": None}, limit=None, cursor=None)
    assert [row["id"] for row in found["results"]] == [deal.pk]


@pytest.mark.parametrize("levels", [30, 100_000])
def test_a_deep_value_is_refused_in_words(as_rep, levels):
    deep: list = []
    for _ in range(levels):
        deep = [deep]
    assert as_rep.refused("create_company", fields={"name": deep}) == (400, ["arguments"])


def test_a_long_text_is_cut_and_not_written_back(as_rep, rep):
    company = Company.objects.create(name="Acme", notes="n" * 12_000, created_by=rep)
    [row] = as_rep("list_companies")["results"]
    record = as_rep("read", **{"class": "company", "id": company.pk})["record"]
    assert (row["notes"], record["notes"]) == (
        "n" * 500 + "… (cut: 12000 characters in all)",
        "n" * 10_000 + "… (cut: 12000 characters in all)",
    )
    assert as_rep.refused("update_company", id=company.pk, fields={"notes": record["notes"]}) == (400, ["notes"])
