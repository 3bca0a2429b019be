"""Who else has a record open: told to those who see it, of those who see it, as long as they have it open."""

from datetime import timedelta

import pytest
from django.utils import timezone

from live import viewing
from live.models import Viewing
from live.threads import in_thread
from records.sharing import share, unshare
from tests.live.open_pages import Page, cookie_of, story


@pytest.fixture
def deal(deal):
    """With its readers, as the database wrote them."""
    deal.refresh_from_db()
    return deal


@pytest.fixture(autouse=True)
def _emptied(transactional_db, settings):
    settings.ALLOWED_HOSTS = ["crm.example", "testserver"]
    Viewing.objects.all().delete()


def viewers(page: Page) -> bool:
    return any(one.get("viewers") for one in page.told)


def test_others_are_told_of_who_comes_and_of_who_goes(rep, lead, deal):
    cookies = [cookie_of(user) for user in (rep, lead)]

    async def told() -> None:
        mine = await Page(cookies[0]).show(deal.reference)
        theirs = await Page(cookies[1]).show(deal.reference)
        await mine.until(lambda: viewers(mine))
        assert await in_thread(viewing.others, deal, rep) == [lead]
        mine.told.clear()
        await theirs.leave()
        await mine.until(lambda: viewers(mine))
        assert await in_thread(viewing.others, deal, rep) == []
        await mine.leave()

    story(told)
    assert Viewing.objects.count() == 0


def test_one_who_lost_sight_of_it_is_named_no_more(rep, outsider, deal):
    share(deal, outsider, "read")
    viewing.begin("w1", deal.reference, outsider.pk)
    deal.refresh_from_db()
    assert viewing.others(deal, rep) == [outsider]
    unshare(deal, outsider)
    deal.refresh_from_db()
    assert viewing.others(deal, rep) == []


def test_one_is_never_named_to_oneself_however_many_windows_are_open(rep, lead, deal):
    for number, user in enumerate([rep, rep, lead, lead]):
        viewing.begin(f"w{number}", deal.reference, user.pk)
    assert [viewing.others(deal, user) for user in (rep, lead)] == [[lead], [rep]]


def test_those_of_a_process_that_died_are_left_out_and_dropped(rep, lead, deal):
    viewing.begin("dead", deal.reference, lead.pk)
    viewing.begin("alive", deal.reference, rep.pk)
    Viewing.objects.update(seen_at=timezone.now() - viewing.FRESH - timedelta(seconds=1))
    assert viewing.others(deal, rep) == []
    viewing.still([("alive", deal.reference, rep.pk)])
    assert list(Viewing.objects.values_list("window", flat=True)) == ["alive"]
    assert viewing.others(deal, lead) == [rep]


@pytest.mark.parametrize("who", ["outsider", "rep", "lead", "admin"])
def test_the_names_are_told_only_to_who_sees_the_record(browser_of, request, reader, deal, who):
    share(deal, reader, "read")
    viewing.begin("w1", deal.reference, reader.pk)
    answer = browser_of(request.getfixturevalue(who)).get(f"/deals/{deal.pk}/viewers/")
    seen = {"outsider": (404, False)}.get(who, (200, True))
    assert (answer.status_code, b"reader</bdi> is viewing" in answer.content) == seen


def test_more_than_three_are_counted(browser_of, rep, reader, lead, admin, teammate, outsider, deal):
    for number, user in enumerate([reader, lead, admin, teammate, outsider]):
        share(deal, user, "read")
        viewing.begin(f"w{number}", deal.reference, user.pk)
    answer = browser_of(rep).get(f"/deals/{deal.pk}/viewers/")
    assert "<bdi>admin</bdi>, <bdi>lead</bdi>, <bdi>outsider</bdi> and 2 others are viewing" in answer.text
