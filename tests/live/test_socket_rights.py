"""What an open page is told when its reader's rights change, and when rows change hands by roles and teams."""

import asyncio
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts.models import RoleDetail
from live.models import Change
from live.windows import HIDDEN, windows
from pipeline.models import Deal
from records.sharing import share, unshare
from tests.live.open_pages import PATIENCE, Page, cookie_of, story, write


@pytest.fixture(autouse=True)
def _emptied(transactional_db, settings):
    settings.ALLOWED_HOSTS = ["crm.example", "testserver"]
    Change.objects.all().delete()


@pytest.fixture
def role(transactional_db):
    """One that gives nothing."""
    role = Group.objects.create(name="Visitors")
    yield role
    role.delete()


def is_told_everything(page: Page) -> bool:
    return any(one.get("all") for one in page.told)


def heard_nothing(page: Page) -> bool:
    return [one for one in page.told if "ready" not in one] == []


@pytest.mark.parametrize("how", ["role", "team", "permission", "reached role"])
def test_whose_rights_change_is_told_to_ask_for_everything_and_nobody_else_is(outsider, rep, team, role, how):
    """Which rows come or go by it is not known here."""
    outsider.groups.set([role] if how in ("permission", "reached role") else [])
    reached = RoleDetail.objects.get(group__name="Sales rep")
    changes: dict[str, Callable[[], object]] = {
        "role": lambda: outsider.groups.add(role),
        "team": lambda: team.leads.add(outsider),
        "permission": lambda: role.permissions.add(Permission.objects.get(codename="delete_deal")),
        "reached role": lambda: reached.children.add(role.detail),
    }
    cookies = [cookie_of(user) for user in (outsider, rep)]

    async def told() -> None:
        board, other = [await Page(cookie).show("deal") for cookie in cookies]
        await write(changes[how])
        await board.until(lambda: is_told_everything(board))
        await board.until(lambda: not any(one.is_asked_about for one in windows._open))
        assert heard_nothing(other)
        for one in (board, other):
            await one.leave()

    story(told)


def test_who_comes_back_with_other_rights_is_told_everything_and_with_the_same_nothing(rep, team, outsider):
    cookie = cookie_of(outsider)

    async def told() -> None:
        page = await Page(cookie).show("deal")
        since = {name: page.told[-1][key] for name, key in (("since", "cursor"), ("rights", "rights"))}
        await page.leave()
        same = await Page(cookie).show("deal", **since)
        await same.leave()
        await write(lambda: team.leads.add(outsider))
        other = await Page(cookie).show("deal", **since)
        await other.leave()
        assert [is_told_everything(one) for one in (page, same, other)] == [False, False, True]

    story(told)


def test_rights_that_are_asked_for_anew_and_are_the_same_are_no_news(rep):
    cookie = cookie_of(rep)

    async def told() -> None:
        board = await Page(cookie).show("deal")
        [window] = windows._open
        before = window.guest
        await write(rep.save)
        windows.control("rights", rep.pk)
        await board.until(lambda: window.guest is not before and not window.is_asked_about)
        assert heard_nothing(board)
        await board.leave()

    story(told)


def test_the_page_of_a_record_that_new_rights_still_show_stays_open_and_one_that_they_hide_is_closed(admin, rep, deal):
    hidden = Deal.objects.create(title="Of another", created_by=rep)
    share(deal, admin, "read")
    cookie = cookie_of(admin)

    async def told() -> None:
        kept, lost = [await Page(cookie).show(one.reference) for one in (deal, hidden)]
        rep_role = await asyncio.to_thread(lambda: list(Group.objects.filter(name="Sales rep")))
        await write(lambda: admin.groups.set(rep_role))
        await asyncio.wait_for(lost.serving, PATIENCE)
        assert (lost.changed, lost.closed) == ({hidden.reference}, HIDDEN)
        await kept.until(lambda: is_told_everything(kept))
        assert kept.closed is None
        await kept.leave()

    story(told)


def test_a_row_that_is_shared_with_a_role_or_hidden_from_it_is_told_to_who_has_the_role(outsider, rep, deal, role):
    planted = Deal.objects.create(title="Hidden", created_by=rep)
    outsider.groups.add(role)
    cookie = cookie_of(outsider)

    async def told() -> None:
        board = await Page(cookie).show("deal")
        for change in (lambda: share(deal, role, "read"), lambda: unshare(deal, role)):
            board.told.clear()
            await write(lambda change=change: (planted.move_to("won"), planted.move_to("lead"), change()))
            await board.hears_of(deal.pk)
            assert board.changed == {deal.pk}
        await board.leave()

    story(told)


def test_who_gets_another_right_for_the_one_that_is_taken_keeps_the_page(outsider, deal):
    share(deal, outsider, "write")
    cookie = cookie_of(outsider)

    async def told() -> None:
        page = await Page(cookie).show(deal.reference)
        for change in (transaction.atomic()(lambda: share(deal, outsider, "read")), lambda: deal.move_to("won")):
            page.told.clear()
            await write(change)
            await page.hears_of(deal.reference)
        assert page.closed is None
        await page.leave()

    story(told)


def test_who_leads_a_team_is_told_of_the_rows_that_come_and_go_with_its_members(lead, team, outsider):
    own = Deal.objects.create(title="Own", created_by=outsider)
    cookie = cookie_of(lead)

    async def told() -> None:
        board = await Page(cookie).show("deal")
        for change in (team.members.add, team.members.remove):
            board.told.clear()
            await write(lambda change=change: change(outsider))
            await board.hears_of(own.pk)
        await board.leave()

    story(told)


def test_a_field_that_is_added_is_told_to_every_page_and_names_no_row(rep, deal, add_field):
    cookie = cookie_of(rep)

    async def told() -> None:
        pages = [await Page(cookie).show(what) for what in ("deal", deal.reference, "day")]
        await write(lambda: add_field("deal", "size"))
        for page in pages:
            await page.until(lambda page=page: is_told_everything(page))
            assert page.changed == set()
            await page.leave()

    story(told)
