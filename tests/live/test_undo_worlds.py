"""Random change sets taken back in random order, compared with pictures of the whole database taken around each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase

from accounts.models import User
from live.logged import grants, records
from live.undo import NotTakenBack, own_changes, undo
from pipeline.models import Deal
from records.acting import ChangeSet, acting
from tests.records.test_access_worlds import world_settings
from tests.records.truth import arrays, truth
from tests.records.worlds import World
from tests.thorough import examples

KEPT = {"updated_at", "readers", "writers", "readers_own", "readers_reach", "search"}
PEOPLE = {"do_join", "do_leave", "do_change_team", "do_lead", "do_nest_roles", "do_deactivate"}
Picture = dict[tuple[str, str], dict[str, Any]]


class Work(World):
    """What is done to records, and nothing that is done to people."""

    def happen(self) -> str:
        things = [name for name in dir(type(self)) if name.startswith("do_") and name not in PEOPLE]
        name = self.choose.choice(things)
        getattr(self, name)()
        return name

    def do_move(self) -> None:
        if deal := self._some(Deal):
            deal.move_to(self.choose.choice(["lead", "proposal", "won"]))

    def do_rename_in_bulk(self) -> None:
        Deal.unrestricted.filter(pk__in=self._ids(Deal)).update(title=self.choose.choice("xyz"))


def picture() -> Picture:
    found: Picture = {}
    for name, model in {**records(), **grants()}.items():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT t.{model._meta.pk.column}::text, to_jsonb(t)::text FROM {model._meta.db_table} t")
            for key, row in cursor.fetchall():
                found[name, key] = {column: value for column, value in json.loads(row).items() if column not in KEPT}
    return found


@dataclass
class Done:
    change_set: str
    before: Picture
    after: Picture

    def taken_from(self, now: Picture) -> Picture:
        """What ``now`` is once this is taken back."""
        wanted = {key: dict(row) for key, row in now.items() if key in self.before or key not in self.after}
        gone = {key[1] for key in self.before.keys() - self.after.keys()}
        held = [self._grant(row) for row in now.values()]
        for key, was in self.before.items():
            if key not in self.after and self._grant(was) and self._grant(was) in held:
                continue  # given again by another set since
            if key not in self.after:
                wanted.setdefault(key, self._without_dangling(was, now, gone))
            elif key in wanted:
                self._set_back(wanted[key], was, self.after[key], gone)
        return {key: row for key, row in wanted.items() if row.get("content_object_id") in {None, *self._keys(wanted)}}

    def _grant(self, row: dict) -> tuple | None:
        if "permission_id" not in row:
            return None
        return row["content_object_id"], row["permission_id"], row.get("user_id"), row.get("group_id")

    def _without_dangling(self, was: dict, now: Picture, gone: set[str]) -> dict:
        there = self._keys(now) | gone
        return {
            name: None if name in ("company_id", "contact_id") and value not in there else value
            for name, value in was.items()
        }

    def _set_back(self, row: dict, was: dict, left: dict, gone: set[str]) -> None:
        for name, value in was.items():
            was_cut = left[name] is None and str(value) in gone
            if value != left[name] and not (was_cut and row[name] is not None):
                row[name] = value

    def _keys(self, rows: Picture) -> set[str]:
        return {key for _, key in rows}


def happen(world: Work, who: User) -> Done:
    before = picture()
    with acting(who, "page", ChangeSet()) as now:
        world.happen()
    return Done(str(now.change_set), before, picture())


def take_back(change_set: str, who: User) -> str | None:
    """The change set of the undoing; None where it was refused."""
    changes = own_changes(change_set, who)
    if not changes:
        return None
    with acting(who, "page", ChangeSet()) as now:
        try:
            with transaction.atomic():
                undo(changes, who, str(now.change_set))
        except NotTakenBack:
            return None
    return str(now.change_set)


class UndoTest(HypothesisCase):
    @settings(world_settings, max_examples=examples(4))
    @given(st.randoms(use_true_random=False))
    def test_all_of_it_taken_back_from_the_newest_on_leaves_what_was_before(self, choose):
        world = Work(choose)
        chief = world.users[-1]
        for _ in range(10):
            world.happen()
        begin = picture()
        done = [happen(world, chief) for _ in range(12)]
        end, undone = picture(), []
        for one in reversed(done):
            now = picture()
            by = take_back(one.change_set, chief)
            assert by or one.before == one.after, "the newest can always be taken back"
            assert picture() == (one.before if by else now)
            undone += [by] if by else []
        assert picture() == begin
        assert arrays() == truth()
        for by in reversed(undone):
            assert take_back(by, chief)
        assert picture() == end
        assert arrays() == truth()

    @settings(world_settings, max_examples=examples(5))
    @given(st.randoms(use_true_random=False))
    def test_taken_back_in_any_order_each_leaves_what_it_should_or_all_as_it_was(self, choose):
        world = Work(choose)
        chief = world.users[-1]
        for _ in range(8):
            world.happen()
        done = [happen(world, chief) for _ in range(12)]
        for one in choose.sample(done, len(done)):
            now = picture()
            by = take_back(one.change_set, chief)
            assert picture() == (one.taken_from(now) if by else now), one.change_set
            assert arrays() == truth()

    @settings(world_settings, max_examples=examples(4))
    @given(st.randoms(use_true_random=False))
    def test_nobody_writes_by_undoing_what_they_could_not_have_written(self, choose):
        """A rep's sets, after whatever others did: what it changes was the rep's to change, or it is refused."""
        world = Work(choose)
        for _ in range(12):
            world.happen()
        rep = world.users[0]
        mine = Deal.objects.editable_by(rep)
        done = []
        for title in "abc":
            with acting(rep, "page", ChangeSet()) as now:
                mine.filter(pk__in=choose.sample(list(mine.values_list("pk", flat=True)), min(2, mine.count()))).update(
                    title=title
                )
            done.append(str(now.change_set))
        for _ in range(8):
            world.happen()
        rep = User.objects.get(pk=rep.pk)
        for change_set in reversed(done):
            now, may = picture(), {("deal", key) for key in Deal.objects.editable_by(rep).values_list("pk", flat=True)}
            take_back(change_set, rep)
            then = picture()
            assert {key for key in now if then.get(key) != now[key]} <= may
