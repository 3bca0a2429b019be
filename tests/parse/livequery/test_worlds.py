"""Random worlds: every event that people with different rights hear, compared with what a naive observer expects.

LIVE_WORLDS=50 looks at that many worlds instead of two.
"""

from __future__ import annotations

import os
import random
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from guardian.shortcuts import assign_perm

from accounts.models import User
from crm.models import Contact
from pipeline.models import Deal
from tests.parse.livequery.conftest import Client, in_thread, opened, playing
from tests.parse.naive import matches
from tests.records.truth import principals, truth
from tests.records.worlds import World

WORLDS = int(os.environ.get("LIVE_WORLDS", "2"))
STEPS = 15
SENTINEL = 99
TITLES, STAGES, AMOUNTS = ["alpha", "beta", "a.b"], ["lead", "won", "lost"], [None, 0, 10.5, 200]


OFTEN = ["do_edit", "do_edit", "do_deal", "do_reassign", "do_reassign_in_bulk", "do_grant", "do_revoke", "do_delete"]


class EditedWorld(World):
    """In which there are deals from the beginning, and most of what happens is about them."""

    def __init__(self, choose: random.Random) -> None:
        super().__init__(choose)
        for _ in range(5):
            self.do_deal()

    def happen(self) -> str:
        if self.choose.random() < 0.4:
            return super().happen()
        name = self.choose.choice(OFTEN)
        getattr(self, name)()
        return name

    def do_edit(self) -> None:
        values = {"title": TITLES, "stage_id": STAGES, "amount": AMOUNTS}
        name = self.choose.choice(list(values))
        Deal.unrestricted.filter(pk__in=self._ids(Deal)).update(**{name: self.choose.choice(values[name])})

    def where(self) -> dict:
        leaves = [
            {"title": self.choose.choice(TITLES)},
            {"stage": {"$in": self.choose.sample(STAGES, 2)}},
            {"amount": {self.choose.choice(["$gt", "$lte"]): 10}},
            {"amount": {"$exists": self.choose.random() < 0.5}},
            {"title": {"$regex": r"^\Qa\E"}},
            {"stage": {"$ne": "won"}},
        ]
        some = self.choose.sample(leaves, 2)
        return self.choose.choice([some[0], {"$or": some}, {"$nor": some}, {**some[0], **some[1]}])


class Seen:
    """All deals at one moment: their JSON, their columns, and their readers by the rule of docs/permissions.md."""

    def __init__(self, master: Any) -> None:
        self.rows = {row["objectId"]: row for row in master.get("/classes/Deal", limit=1000).body["results"]}
        self.readers = {pk: readers for pk, (readers, _) in truth().items()}
        self.columns = {row["id"]: row for row in Deal.unrestricted.values()}


def expected(before: Seen, after: Seen, user: User, where: dict) -> dict[str, tuple]:
    """By deal: the event, the row, and the row before."""
    names, is_chief = principals(user), user.username == "chief"
    found = {}
    for pk in before.rows.keys() | after.rows.keys():
        if before.columns.get(pk) == after.columns.get(pk):
            continue
        saw, sees = (pk in seen.rows and (is_chief or bool(seen.readers[pk] & names)) for seen in (before, after))
        old, new = ({"className": "Deal", **seen.rows[pk]} if pk in seen.rows else None for seen in (before, after))
        was, now = saw and matches(before.rows[pk], where), sees and matches(after.rows[pk], where)
        if was and new is None:
            found[pk] = ("delete", old, None)
        elif was and now and old != new:
            found[pk] = ("update", new, old)
        elif was and not now:
            found[pk] = ("leave", new, old) if sees else ("leave", {"className": "Deal", "objectId": pk}, None)
        elif now and not was:
            found[pk] = ("create", new, None) if old is None else ("enter", new, old if saw else None)
    return found


def sentinel(step: int) -> None:
    """A row that everybody sees, so that it is known when all before it was heard."""
    with transaction.atomic():
        made = Contact.objects.create(name=f"sentinel {step}")
        assign_perm("view_contact", Group.objects.get(name="Everyone"), made)


def in_one_transaction(world: World) -> str:
    with transaction.atomic():
        return world.happen()


async def heard_since(client: Client, step: int) -> dict[int, dict[str, tuple]]:
    """By subscription. A second event of the same row would be one too many."""
    found: dict[int, dict[str, tuple]] = {1: {}, 2: {}, 3: {}}
    while True:
        told = await client.take()
        if told["requestId"] == SENTINEL:
            if (told["op"], told["object"]["name"]) == ("create", f"sentinel {step}"):
                return found
            continue
        assert told["object"]["objectId"] not in found[told["requestId"]]
        event = told["op"], told["object"], told.get("original")
        found[told["requestId"]][told["object"]["objectId"]] = event


@pytest.mark.parametrize("seed", range(WORLDS))
def test_everybody_hears_of_exactly_what_he_may_and_asked_for(seed, master, token_of):
    world = EditedWorld(random.Random(seed))
    people = [world.users[0], world.users[1], world.users[-1]]
    tokens = {user.pk: token_of(user) for user in people}
    wheres = {1: {}, 2: world.where(), 3: world.where()}
    kinds = set()

    async def listens(client: Client, user: User) -> None:
        for number, where in wheres.items():
            await client.subscribe(tokens[user.pk], number=number, where=where)
        named = {"name": {"$regex": "^sentinel"}}
        await client.subscribe(tokens[user.pk], "Contact", number=SENTINEL, where=named)

    async def plays(clients: list[Client]) -> None:
        before = await in_thread(lambda: Seen(master))
        for step in range(STEPS):
            name = await in_thread(lambda: in_one_transaction(world))
            after = await in_thread(lambda: Seen(master))
            await in_thread(partial(sentinel, step))
            for client, user in zip(clients, people, strict=True):
                fresh = await in_thread(partial(User.objects.get, pk=user.pk))
                if not fresh.is_active:
                    continue
                heard = await heard_since(client, step)
                for number, where in wheres.items():
                    wanted = await in_thread(partial(expected, before, after, fresh, where))
                    assert heard[number] == wanted, (seed, step, name, user.username, where)
                    kinds.update(kind for kind, _, _ in wanted.values())
            await in_thread(lambda: Contact.unrestricted.filter(name__startswith="sentinel").delete())
            before = after

    async def story() -> None:
        async with opened() as one, opened() as two, opened() as chief:
            for client, user in zip((one, two, chief), people, strict=True):
                await listens(client, user)
            await plays([one, two, chief])

    playing(story)
    assert kinds
