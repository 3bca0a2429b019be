"""The socket of our own pages: who gets in, and who is told of what. The outsider first, with a row that could leak."""

import asyncio
import json
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from accounts.models import User
from activities.models import Activity
from crm.models import Company
from live import socket
from live.feed import begin
from live.models import Change, Viewing
from live.threads import in_thread
from live.windows import ENDED, HIDDEN, MOST_MISSED, MOST_NAMED, signed
from pipeline.models import Deal, Stage
from records.sharing import share, unshare
from tests.live.open_pages import OURS, PATIENCE, Page, cookie_of, story, write


@pytest.fixture(autouse=True)
def _emptied(transactional_db, settings):
    settings.ALLOWED_HOSTS = ["crm.example", "testserver"]
    Change.objects.all().delete()
    Viewing.objects.all().delete()


# --- who gets in ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    [b"", b"null", b"https://evil.example", b"http://crm.example.evil", b"http://front.example", b"http://[", b"\xff"],
)
def test_a_page_of_another_site_is_refused_before_the_handshake(rep, origin):
    cookie = cookie_of(rep)

    async def told() -> None:
        page = Page(cookie, origin)
        await page.serving
        assert [event["type"] for event in page.events] == ["websocket.close"]

    story(told)


@pytest.mark.parametrize("origin", [b"https://front.example", b"https://a.front.example", OURS])
def test_a_trusted_origin_is_let_in(rep, settings, origin):
    settings.CSRF_TRUSTED_ORIGINS = ["https://front.example", "https://*.front.example"]
    cookie = cookie_of(rep)

    async def told() -> None:
        page = await Page(cookie, origin).show("deal")
        assert page.closed is None
        await page.leave()

    story(told)


def test_another_host_is_refused(rep, settings):
    cookie = cookie_of(rep)
    settings.ALLOWED_HOSTS = ["elsewhere.example"]

    async def told() -> None:
        page = Page(cookie)
        await page.serving
        assert [event["type"] for event in page.events] == ["websocket.close"]

    story(told)


@pytest.mark.parametrize("who", ["nobody", "stranger", "signed out", "inactive", "another password"])
def test_without_a_living_session_one_is_told_that_it_ended_and_nothing_else(rep, who):
    cookie = {"nobody": "", "stranger": "x" * 32}.get(who, cookie_of(rep))
    if who == "signed out":
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = cookie
        client.post("/accounts/logout/")
    if who == "inactive":
        User.objects.filter(pk=rep.pk).update(is_active=False)
    if who == "another password":
        rep.set_password("another one")
        rep.save()

    async def told() -> None:
        page = Page(cookie)
        await page.serving
        assert (len(page.events), page.told, page.closed) == (2, [], ENDED)

    story(told)


BAD = [
    None, "", "{", "[]", "1", '"deal"', "{}", '{"show": "deal"}', '{"show": 1, "since": ""}', "[" * 1900, "x" * 200_000,
    *(f'{{"show": "{what}", "since": ""}}' for what in ("user", "deal:", "deal:..", "day:aaaaaaaaaa", "x:aaaaaaaaa")),
    '{"show": "deal", "since": "\\u0000"}' + " " * 2000,
]  # fmt: skip


def test_what_no_page_of_ours_says_closes_the_socket_and_nothing_else(rep, deal):
    cookie = cookie_of(rep)

    async def told() -> None:
        fine = await Page(cookie).show("deal")
        for text in BAD:
            page = Page(cookie)
            page.say(text)
            await asyncio.wait_for(page.serving, PATIENCE)
            assert (page.closed, page.told) == (socket.BAD, []), text
        await write(lambda: deal.move_to("won"))
        await fine.hears_of(deal.pk)
        await fine.leave()

    story(told)


def test_a_second_message_closes_the_socket(rep):
    cookie = cookie_of(rep)

    async def told() -> None:
        page = await Page(cookie).show("deal")
        page.say('{"show": "deal", "since": ""}')
        await asyncio.wait_for(page.serving, PATIENCE)
        assert page.closed == socket.BAD

    story(told)


def test_more_pages_than_anybody_has_open_are_refused(rep, monkeypatch):
    monkeypatch.setattr(socket, "MOST", 2)
    cookie = cookie_of(rep)

    async def told() -> None:
        pages = [await Page(cookie).show("deal") for _ in range(2)]
        third = Page(cookie)
        await asyncio.wait_for(third.serving, PATIENCE)
        assert third.closed == socket.TOO_MANY
        for page in pages:
            await page.leave()

    story(told)


# --- what one is told -------------------------------------------------------------------------------------------------


@pytest.fixture
def cast(outsider, rep, lead, reader, admin, deal):
    """The sessions of some of the cast; the reader has a grant for the deal."""
    share(deal, reader, "read")
    people = {"outsider": outsider, "rep": rep, "lead": lead, "reader": reader, "admin": admin}
    return {name: SimpleNamespace(user=user, cookie=cookie_of(user)) for name, user in people.items()}


def test_each_is_told_of_exactly_what_they_see(cast, outsider, company, deal):
    """The outsider's own deal is planted: it is changed too, and nobody but who may see it hears of it."""
    planted = Deal.objects.create(title="Hidden", created_by=outsider)

    def change() -> None:
        with transaction.atomic():
            deal.move_to("won")
            planted.move_to("won")
            Activity.objects.create(subject="About it", related_to=planted, created_by=outsider)
            Company.objects.create(name="Hidden too", created_by=outsider)

    async def told() -> None:
        boards = {name: await Page(one.cookie).show("deal") for name, one in cast.items()}
        await write(change)
        for name, page in boards.items():
            await page.hears_of(planted.pk if name == "outsider" else deal.pk)
        await boards["admin"].hears_of(planted.pk)
        seen = {name: page.changed for name, page in boards.items()}
        mine, both = {deal.pk}, {deal.pk, planted.pk}
        assert seen == {"outsider": {planted.pk}, "rep": mine, "lead": mine, "reader": mine, "admin": both}
        for page in boards.values():
            await page.leave()

    story(told)


def test_the_page_of_a_hidden_record_is_told_nothing(cast, deal):
    async def told() -> None:
        page = Page(cast["outsider"].cookie)
        page.say(json.dumps({"show": deal.reference, "since": signed("x")}))
        await asyncio.wait_for(page.serving, PATIENCE)
        assert (page.closed, page.told) == (HIDDEN, [])

    story(told)


def test_who_loses_sight_of_a_row_hears_of_that_and_then_of_nothing_more(cast, deal, reader):
    async def told() -> None:
        page, board = [await Page(cast["reader"].cookie).show(what) for what in (deal.reference, "deal")]
        other = await Page(cast["rep"].cookie).show("deal")
        await write(lambda: unshare(deal, reader))
        await asyncio.wait_for(page.serving, PATIENCE)
        assert (page.changed, page.closed) == ({deal.reference}, HIDDEN)
        await board.hears_of(deal.pk)
        board.told.clear(), other.told.clear()
        await write(lambda: deal.move_to("won"))
        await other.hears_of(deal.pk)
        assert board.told == []
        for one in (board, other):
            await one.leave()

    story(told)


def test_a_role_that_was_taken_is_taken_at_once(cast, deal, admin):
    async def told() -> None:
        board, other = [await Page(cast[name].cookie).show("deal") for name in ("admin", "rep")]
        page = await Page(cast["admin"].cookie).show(deal.reference)
        await write(admin.groups.clear)
        await asyncio.wait_for(page.serving, PATIENCE)
        assert (page.changed, page.closed) == ({deal.reference}, HIDDEN)
        await write(lambda: deal.move_to("won"))
        await other.hears_of(deal.pk)
        assert board.changed == set()
        for one in (board, other):
            await one.leave()

    story(told)


def test_a_record_hears_of_what_is_about_it_points_to_it_and_is_pointed_to(cast, company, contact, deal, rep):
    changes: list[Callable[[], object]] = [
        lambda: Activity.objects.create(subject="A", related_to=deal, created_by=rep),
        lambda: Company.unrestricted.filter(pk=company.pk).update(name="Acme & Sons"),
        lambda: deal.move_to("won"),
    ]

    async def told() -> None:
        for change in changes:
            page = await Page(cast["rep"].cookie).show(deal.reference)
            await write(change)
            await page.hears_of(deal.reference)
            await page.leave()
        page = await Page(cast["rep"].cookie).show(company.reference)
        await write(lambda: Deal.objects.create(title="Another", company=company, created_by=rep))
        await page.hears_of(company.reference)
        await page.leave()

    story(told)


def test_a_record_hears_nothing_of_others(cast, deal, rep):
    async def told() -> None:
        page, board = [await Page(cast["rep"].cookie).show(what) for what in (deal.reference, "deal")]
        await write(lambda: Deal.objects.create(title="Another", created_by=rep))
        await board.until(lambda: board.changed)
        assert page.changed == set()
        for one in (page, board):
            await one.leave()

    story(told)


def test_ones_own_change_carries_its_change_set_and_anothers_none(cast, deal, rep, lead):
    async def told() -> None:
        mine, theirs = [await Page(cast[name].cookie).show("deal") for name in ("rep", "lead")]
        change_set = await write(lambda: deal.move_to("won"), rep)
        for page in (mine, theirs):
            await page.hears_of(deal.pk)
        sets = [next(one["changed"][deal.pk] for one in page.told if "changed" in one) for page in (mine, theirs)]
        assert sets == [[change_set], [None]]
        for page in (mine, theirs):
            await page.leave()

    story(told)


@pytest.mark.parametrize("what", ["stage", "company", "many"])
def test_what_cannot_be_told_by_rows_is_told_as_everything(cast, company, deal, rep, what):
    changes: dict[str, Callable[[], object]] = {
        "stage": lambda: Stage.objects.filter(pk="lead").update(probability=11),
        "company": lambda: Company.unrestricted.filter(pk=company.pk).update(name="Acme & Sons"),
        "many": lambda: [Deal.objects.create(title="M", created_by=rep) for _ in range(MOST_NAMED + 1)],
    }

    async def told() -> None:
        page = await Page(cast["rep"].cookie).show("deal")
        await write(lambda: transaction.atomic()(changes[what])())
        await page.until(lambda: any(one.get("all") for one in page.told))
        await page.leave()

    story(told)
    Stage.objects.filter(pk="lead").update(probability=10)


# --- lost and found again ---------------------------------------------------------------------------------------------


def test_who_comes_back_hears_of_what_was_missed_and_of_nothing_hidden(cast, deal, outsider):
    planted = Deal.objects.create(title="Hidden", created_by=outsider)

    async def told() -> None:
        page = await Page(cast["rep"].cookie).show("deal")
        cursor = page.told[-1]["cursor"]
        await page.leave()
        await write(lambda: deal.move_to("won"))
        await write(lambda: planted.move_to("won"))
        again = await Page(cast["rep"].cookie).show("deal", cursor)
        assert again.changed == {deal.pk}
        await again.leave()
        fresh = await Page(cast["rep"].cookie).show("deal", again.told[-1]["cursor"])
        assert fresh.changed == set()
        await fresh.leave()

    story(told)


@pytest.mark.parametrize("since", ["never", "forged", "elsewhere", "long ago"])
def test_who_was_away_too_long_is_told_to_read_everything(cast, deal, rep, since):
    cursor = {"never": "", "forged": "1:1:;;0", "elsewhere": signed("9000000000:9000000000:;;0")}.get(since)
    if since == "long ago":
        cursor = signed(str(begin()))
        Deal.objects.bulk_create(Deal(title="M", created_by=rep) for _ in range(MOST_MISSED))

    async def told() -> None:
        page = await Page(cast["rep"].cookie).show("deal", cursor or "x")
        assert [(one.get("all"), one.get("changed")) for one in page.told] == [(True, None)]
        await page.leave()

    story(told)


def sign_out(cookie: str) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    client.post("/accounts/logout/")


@pytest.mark.parametrize("how", ["sign out", "deactivate", "password"])
def test_the_end_of_a_session_closes_its_sockets_and_no_others(cast, rep, deal, how):
    def password() -> None:
        rep.set_password("another one")
        rep.save()

    ways = {"sign out": lambda: sign_out(cast["rep"].cookie), "deactivate": rep.deactivate, "password": password}

    async def told() -> None:
        page, record = [await Page(cast["rep"].cookie).show(what) for what in ("deal", deal.reference)]
        other = await Page(cast["lead"].cookie).show("deal")
        await in_thread(ways[how])
        for one in (page, record):
            await asyncio.wait_for(one.serving, PATIENCE)
            assert one.closed == ENDED
        await write(lambda: Deal.unrestricted.filter(pk=deal.pk).update(amount=7))
        await other.hears_of(deal.pk)
        assert other.closed is None
        await other.leave()

    story(told)
