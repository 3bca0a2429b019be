"""Which event somebody hears of, and what is in it. The outsider listens along in each story and hears nothing."""

import pytest

from crm.models import Company
from live.follower import connect
from pipeline.models import Deal
from records.definitions import CustomField
from records.sharing import share, unshare
from tests.parse.livequery.conftest import MASTER, in_thread, opened, playing


def told(deal: Deal, **values) -> dict:
    return {"className": "Deal", "objectId": deal.pk, **values}


def test_outsider_hears_nothing_of_rows_that_he_may_not_see(rep, outsider, token_of):
    rep_token, token = token_of(rep), token_of(outsider)

    async def story():
        async with opened() as client, opened() as own:
            await client.subscribe(token)
            await own.subscribe(rep_token)
            hidden = await in_thread(lambda: Deal.objects.create(title="Hidden", created_by=rep))
            await in_thread(lambda: Deal.unrestricted.filter(pk=hidden.pk).update(title="Still hidden"))
            await in_thread(hidden.delete)
            mine = await in_thread(lambda: Deal.objects.create(title="Mine", created_by=outsider))
            heard = [await own.event() for _ in range(3)]
            return await client.event(), client.heard, heard, mine.pk

    first, more, heard, mine = playing(story)
    assert [kind for kind, _, _ in heard] == ["create", "update", "delete"]
    assert (first[0], first[2]["objectId"], more) == ("create", mine, [])


def test_a_row_is_told_of_as_it_is_read(rep, deal, token_of, client_of):
    token = token_of(rep)

    async def story():
        async with opened() as client:
            await client.subscribe(token)
            await in_thread(lambda: deal.move_to("won"))
            return await client.take()

    heard = playing(story)
    as_read = client_of(rep).get(f"/classes/Deal/{deal.pk}").body
    assert heard["object"] == {"className": "Deal", **as_read}
    assert heard["original"]["stage"] == "lead"
    assert {**heard["original"], "stage": "won", "updatedAt": as_read["updatedAt"]} == heard["object"]
    assert set(heard) == {"op", "clientId", "requestId", "object", "original"}


def test_entering_and_leaving_what_was_asked_for(rep, deal, token_of):
    token = token_of(rep)

    async def story():
        async with opened() as client:
            await client.subscribe(token, where={"stage": "won"})
            await in_thread(lambda: deal.move_to("qualified"))
            await in_thread(lambda: deal.move_to("won"))
            await in_thread(lambda: deal.move_to("lost"))
            await in_thread(lambda: deal.move_to("won"))
            await in_thread(deal.delete)
            return [await client.take() for _ in range(4)]

    heard = playing(story)
    assert [one["op"] for one in heard] == ["enter", "leave", "enter", "delete"]
    assert [(one["object"]["stage"], one.get("original", {}).get("stage")) for one in heard] == [
        ("won", "qualified"),
        ("lost", "won"),
        ("won", "lost"),
        ("won", None),
    ]


def test_access_gained_enters_and_access_lost_leaves_with_the_id_only(rep, outsider, deal, token_of):
    token = token_of(outsider)

    async def story():
        async with opened() as client:
            await client.subscribe(token)
            await in_thread(lambda: share(deal, outsider, "read"))
            await in_thread(lambda: Deal.unrestricted.filter(pk=deal.pk).update(title="Seen"))
            await in_thread(lambda: unshare(deal, outsider))
            await in_thread(lambda: Deal.unrestricted.filter(pk=deal.pk).update(title="Secret"))
            mine = await in_thread(lambda: Deal.objects.create(title="Mine", created_by=outsider))
            return [await client.take() for _ in range(4)], mine.pk

    (entered, updated, left, last), mine = playing(story)
    assert (entered["op"], entered["object"]["title"], "original" in entered) == ("enter", "Rollout", False)
    assert (updated["op"], updated["object"]["title"], updated["original"]["title"]) == ("update", "Seen", "Rollout")
    assert (left["op"], left["object"], "original" in left) == ("leave", told(deal), False)
    assert (last["op"], last["object"]["objectId"]) == ("create", mine)


def test_a_row_that_is_made_in_bulk_or_by_raw_sql_is_heard_of(rep, token_of):
    token = token_of(rep)
    rows = [Company(name=str(number), created_by=rep) for number in range(250)]

    async def story():
        async with opened() as client:
            await client.subscribe(token, "Company")
            await in_thread(lambda: Company.objects.bulk_create(rows))
            return [await client.event() for _ in range(250)]

    assert {(kind, row["name"]) for kind, _, row in playing(story)} == {("create", str(n)) for n in range(250)}


def test_keys_limit_what_is_told_and_watch_when(rep, deal, token_of):
    token = token_of(rep)

    async def story():
        async with opened() as client:
            await client.subscribe(token, number=1, keys=["title", "nosuch"])
            await client.subscribe(token, number=2, watch=["amount"])
            await in_thread(lambda: Deal.unrestricted.filter(pk=deal.pk).update(title="Other"))
            await in_thread(lambda: Deal.unrestricted.filter(pk=deal.pk).update(amount=7))
            return [await client.take() for _ in range(3)]

    heard = playing(story)
    assert [one["requestId"] for one in heard if one["object"]["title"] == "Other"].count(2) == 1
    first = next(one for one in heard if one["requestId"] == 1)
    assert set(first["object"]) == {"className", "objectId", "updatedAt", "createdAt", "ACL", "title"}
    assert {one["object"]["amount"] for one in heard if one["requestId"] == 2} == {7}


def test_the_master_key_hears_of_every_row(rep, token_of):
    async def story():
        async with opened(MASTER) as client:
            await client.subscribe("", "Activity")
            await client.subscribe("", "Deal", 2)
            made = await in_thread(lambda: Deal.objects.create(title="Anybody's", created_by=rep))
            return await client.event(), made.pk

    (kind, number, row), made = playing(story)
    assert (kind, number, row["objectId"]) == ("create", 2, made)


def test_who_comes_after_a_change_is_not_told_of_it_though_others_are_told_later(rep):
    async def story():
        async with opened(MASTER) as early, opened(MASTER) as late, await connect("a test") as other:
            await early.subscribe("")
            await late.subscribe("", number=1, where={"title": "Nobody's"})
            async with other.transaction():  # until its end nothing is delivered
                await other.execute("LOCK accounts_rightsstamp IN ACCESS EXCLUSIVE MODE")
                deal = await in_thread(lambda: Deal.objects.create(title="Before", created_by=rep))
                await late.subscribe("", number=2)
                await late.asked({"op": "update", "requestId": 1, "query": {"className": "Deal", "where": {}}})
            await in_thread(lambda: Deal.objects.visible_to(rep).filter(pk=deal.pk).update(title="After"))
            return [await early.event() for _ in range(2)], [await late.event() for _ in range(3)], late.heard

    heard, told_late, more = playing(story)
    assert [(kind, row["title"]) for kind, _, row in heard] == [("create", "Before"), ("update", "After")]
    # Who was there with another question hears of all that happened since he came; who is new does not.
    assert [(kind, number) for kind, number, _ in told_late] == [("create", 1), ("update", 2), ("update", 1)]
    assert more == []


def test_several_subscriptions_of_one_socket_are_each_told(rep, token_of):
    token = token_of(rep)

    async def story():
        async with opened() as client:
            for number in range(1, 4):
                await client.subscribe(token, number=number, where={"stage": "lead"} if number < 3 else {})
            await in_thread(lambda: Deal.objects.create(title="One", created_by=rep))
            return {(await client.event())[1] for _ in range(3)}

    assert playing(story) == {1, 2, 3}


@pytest.mark.parametrize("how", ["unsubscribe", "update"])
def test_what_was_unsubscribed_is_silent(rep, token_of, how):
    token = token_of(rep)

    async def story():
        async with opened() as client:
            await client.subscribe(token, number=1)
            await client.subscribe(token, number=2)
            asked = {"query": {"className": "Deal", "where": {"title": "x"}}, "sessionToken": token}
            told = await client.asked({"op": how, "requestId": 1, **(asked if how == "update" else {})})
            await in_thread(lambda: Deal.objects.create(title="One", created_by=rep))
            return told["op"], told["requestId"], (await client.event())[1], client.heard

    assert playing(story) == (f"{how.removesuffix('update') or 'subscribed'}{'d' if how != 'update' else ''}", 1, 2, [])


def test_a_field_that_is_added_while_somebody_listens_is_told_of_and_asked_about(rep, token_of):
    token = token_of(rep)
    field = CustomField(model="deal", name="leadSource", label="Source", type="String")

    async def story():
        async with opened() as client:
            await client.subscribe(token, number=1, where={"leadSource": "fair"})
            await client.subscribe(token, number=2)
            await in_thread(lambda: Deal.objects.create(title="Before", created_by=rep))
            before = await client.event()
            await in_thread(field.save)
            deal = Deal(title="After", created_by=rep, custom={field.key: "fair"})
            await in_thread(deal.save)
            return before[1], [await client.event() for _ in range(2)]

    before, heard = playing(story)
    CustomField.objects.all()._raw_delete("default")
    assert before == 2
    assert [(number, row["leadSource"]) for _, number, row in heard] == [(1, "fair"), (2, "fair")]
