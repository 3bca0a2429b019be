"""Keyset pages: forward and backward, whatever the ties, the gaps and the page size, they are the sorted list."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.signing import Signer
from django.db.models import F
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase

from accounts.models import User
from crm.filters import COMPANY_ORDERINGS
from crm.models import Company
from pipeline.filters import ORDERINGS
from pipeline.models import Deal, DealUserGrant
from records import keyset
from tests.api.answers import V1, faults

DEALS = f"{V1}/deals/"
DAY = date(2026, 1, 1)
KEYS = st.none() | st.integers(0, 2)


def sorted_ids(rows, keys: dict, ordering: str) -> list[str]:
    """What the pages are compared with: PostgreSQL's own ORDER BY over all rows."""
    key = keys[ordering.removeprefix("-")]
    key = F(key) if isinstance(key, str) else key
    order = key.desc(nulls_last=True) if ordering.startswith("-") else key.asc(nulls_last=True)
    return list(rows.order_by(order, "-pk" if ordering.startswith("-") else "pk").values_list("pk", flat=True))


def walked(rows, keys: dict, ordering: str, size: int) -> tuple[list[str], list[str]]:
    """The ids of all pages walked forward, and of all pages walked back from the last one."""
    pages = [keyset.page(rows, ordering, keys, size)]
    while pages[-1].next:
        pages.append(keyset.page(rows, ordering, keys, size, pages[-1].next))
    back = [pages[-1]]
    while back[0].previous:
        back.insert(0, keyset.page(rows, ordering, keys, size, back[0].previous))
    return [row.pk for page in pages for row in page.rows], [row.pk for page in back for row in page.rows]


class PagesTest(HypothesisCase):
    @settings(
        deadline=None,
        max_examples=12,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    @given(st.lists(st.tuples(KEYS, KEYS, st.integers(0, 2)), max_size=9), st.integers(1, 4))
    def test_pages_walked_either_way_are_the_sorted_list(self, drawn, size):
        Deal.objects.bulk_create(
            Deal(
                title="aB "[letter] * 2,
                amount=None if amount is None else Decimal(amount) / 4,
                expected_close_date=None if day is None else DAY + timedelta(day),
            )
            for amount, day, letter in drawn
        )
        for ordering in [sign + name for name in ORDERINGS for sign in ("", "-")]:
            wanted = sorted_ids(Deal.unrestricted, ORDERINGS, ordering)
            assert walked(Deal.unrestricted.all(), ORDERINGS, ordering, size) == (wanted, wanted), ordering


@pytest.mark.django_db
def test_text_of_any_alphabet_pages_like_it_sorts():
    names = ["Ä", "a", "A", "ß", "İ", "ı", "😀", "é", "'", '"', "\\", "%", "_", " x", "x" * 200, "İ" * 200]
    Company.objects.bulk_create(Company(name=name, industry=name[:3]) for name in names)
    for ordering in ("name", "-name", "industry", "-industry"):
        wanted = sorted_ids(Company.unrestricted, COMPANY_ORDERINGS, ordering)
        assert walked(Company.unrestricted.all(), COMPANY_ORDERINGS, ordering, 3) == (wanted, wanted)


@pytest.mark.django_db
def test_microseconds_are_not_lost_between_pages():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(5):
        pk = Deal.objects.create(title="x").pk
        Deal.unrestricted.filter(pk=pk).update(updated_at=start + timedelta(microseconds=number))
    wanted = sorted_ids(Deal.unrestricted, ORDERINGS, "-updated_at")
    assert walked(Deal.unrestricted.all(), ORDERINGS, "-updated_at", 1) == (wanted, wanted)


@pytest.fixture
def deals(rep):
    return [Deal.objects.create(title=f"Deal {number}", created_by=rep, assigned_to=rep) for number in range(5)]


def test_the_links_of_the_api_lead_there_and_back(as_rep, deals):
    first = as_rep.get(DEALS, {"ordering": "title", "limit": 2, "assigned_to": deals[0].assigned_to_id}).json()
    second = as_rep.get(first["next"]).json()
    third = as_rep.get(second["next"]).json()
    assert [[row["title"][-1] for row in page["results"]] for page in (first, second, third)] == [
        ["0", "1"], ["2", "3"], ["4"],
    ]  # fmt: skip
    assert (first["previous"], third["next"]) == (None, None)
    assert as_rep.get(as_rep.get(third["previous"]).json()["previous"]).json()["results"] == first["results"]


def test_the_count_is_of_all_visible_rows_and_only_where_asked_for(as_rep, as_outsider, deals):
    assert as_rep.get(DEALS, {"limit": 2, "count": "true"}).json()["count"] == 5
    assert as_outsider.get(DEALS, {"count": "true"}).json()["count"] == 0
    assert "count" not in as_rep.get(DEALS).json()


def test_a_row_that_is_added_meanwhile_repeats_none(as_rep, deals, rep):
    first = as_rep.get(DEALS, {"ordering": "title", "limit": 3}).json()
    Deal.objects.create(title="A first one", created_by=rep)
    second = as_rep.get(first["next"]).json()
    assert [row["title"] for row in second["results"]] == ["Deal 3", "Deal 4"]


def test_the_page_that_hangs_on_a_deleted_row_is_still_there(as_rep, deals):
    first = as_rep.get(DEALS, {"ordering": "title", "limit": 3}).json()
    deals[2].delete()
    assert [row["title"] for row in as_rep.get(first["next"]).json()["results"]] == ["Deal 3", "Deal 4"]


def test_an_old_cursor_shows_nothing_that_was_taken_away(as_rep, deals, outsider):
    address = as_rep.get(DEALS, {"ordering": "title", "limit": 3}).json()["next"]
    DealUserGrant.objects.all().delete()
    Deal.unrestricted.update(assigned_to=outsider)
    assert as_rep.get(address).json()["results"] == []


def signed(*parts) -> str:
    return Signer(sep=".", salt="records.keyset").sign_object(list(parts))


@pytest.mark.parametrize(
    "cursor",
    [
        "x", ".", "é", "x" * 20_000, "W10.x", "[" * 5_000,
        Signer(sep=".", salt="another").sign_object(["-updated_at", False, "2026-01-01", "x"]),
        signed("title", False, "x", "x"),
        signed("-updated_at", False, "yesterday", "x"),
    ],
)  # fmt: skip
def test_a_cursor_that_is_not_ours_or_not_for_this_order_is_refused(as_rep, cursor):
    assert faults(as_rep.get(DEALS, {"cursor": cursor})) == (400, ["cursor"])


def test_a_cursor_with_any_letter_changed_is_refused(as_rep, deals):
    cursor = keyset.page(Deal.unrestricted.all(), "-updated_at", ORDERINGS, 2).next
    for place in range(0, len(cursor), 7):
        changed = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        assert faults(as_rep.get(DEALS, {"cursor": changed})) == (400, ["cursor"]), place


def test_people_and_stages_page_like_records(as_rep, outsider):
    for path, total in ((f"{V1}/users/", User.objects.count()), (f"{V1}/stages/", 6)):
        seen, address = [], f"{path}?limit=1"
        while address:
            body = as_rep.get(address).json()
            seen += [row.get("id") or row["slug"] for row in body["results"]]
            address = body["next"]
        assert (len(seen), len(set(seen))) == (total, total)
