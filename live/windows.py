"""The open pages of this process, and what each is told: only that something changed, never what.

The page then asks for it as for any page, through the same view, template and rule. So nothing is decided here but
whether somebody may know that a row changed; and of a hidden row nobody hears.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Iterable
from contextlib import suppress
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import Error, OperationalError

from accounts.ids import new_id
from live import viewing
from live.concerns import Concern, pointers, seen_beside
from live.feed import BadCursor, Cursor, changes_since
from live.follower import Entry, follower
from live.guests import Guest, guests
from live.logged import FIELD
from live.threads import in_thread

log = logging.getLogger("parsley.live")
DAY = "day"
OF_A_DAY = {"deal", "activity"}
EVERYWHERE = {"stage", FIELD}  # what every page may show
MOST_MISSED = 500  # changes; who missed more reads all of it again
MOST_NAMED = 100  # rows in one notice
PATIENCE = 10  # seconds, for a database that is away
ROUND = 20  # seconds between two looks at whether everybody is still who they were
ENDED, HIDDEN, AGAIN = 4401, 4404, 1013  # why a socket is closed; after the last the page may come again


class Window:
    """One page that is open. ``shows``: a class (``deal``: the board), a record (``deal:<id>``), or ``day``."""

    def __init__(self, guest: Guest) -> None:
        self.id = new_id()
        self.guest = guest
        self.shows = ""
        self.beside: frozenset[str] = frozenset()  # what the record points to: its page names that
        self.viewers: frozenset[str] = frozenset()  # the others who were told of last
        self.news: dict[str, Any] = {}
        self.ended = 0
        self.woken = asyncio.Event()
        self.is_asked_about = False  # whether rights are being read anew: what happens meanwhile waits for them
        self._waiting: list[Concern] = []

    @property
    def record(self) -> str:
        return self.shows if ":" in self.shows else ""

    def tell(self, **news: Any) -> None:
        self.news |= news
        self.woken.set()

    def end(self, code: int) -> None:
        self.ended = code
        self.woken.set()

    def lose(self) -> None:
        """Its record is gone, or out of sight: the last that it hears."""
        self.tell(changed={self.record: [None]})
        self.end(HIDDEN)

    def hear(self, concerns: Iterable[Concern]) -> None:
        if self.is_asked_about:
            self._waiting += concerns
            return
        for concern in concerns:
            self._hear(concern)

    def take(self, guest: Guest) -> None:
        """Read anew: now what waited is judged. What other rights show or hide is of no row, so all is asked for."""
        is_changed = guest.mark != self.guest.mark
        self.guest, self.is_asked_about = guest, False
        waiting, self._waiting = self._waiting, []
        self.hear(waiting)
        if is_changed and self.shows:
            self.tell(all=True, rights=guest.mark)

    def _hear(self, concern: Concern) -> None:
        if not self.shows or self.ended:
            return None
        if concern.name in EVERYWHERE:
            self.tell(all=True)
        if not concern.is_record or not concern.may_be_told(self.guest.rights):
            return None
        if self.record == concern.own:
            self.beside |= concern.records
            if not concern.may_be_seen(self.guest.rights):
                return self.lose()
            if concern.moved_readers and self.viewers:
                self.tell(viewers=True)
        for key in self._rows(concern):
            self._add(key, concern)
        if concern.renamed and any(to == concern.name for _, to in pointers(self.shows)):
            self.tell(all=True)  # which of its rows show the name is not known here
        return None

    def _rows(self, concern: Concern) -> list[str]:
        """What of this window the change shows in."""
        if self.record:
            shown = self.record in concern.records or concern.own in self.beside
            return [self.record] if shown else []
        if self.shows == DAY:
            return [DAY] if concern.name in OF_A_DAY or concern.renamed else []
        start = f"{self.shows}:"
        return [one.removeprefix(start) for one in concern.records if one.startswith(start)]

    def _add(self, key: str, concern: Concern) -> None:
        """Along with it the change sets that were this person's own: the window that made one knows of it."""
        changed = self.news.setdefault("changed", {})
        if len(changed) >= MOST_NAMED and key not in changed:
            self.news.pop("changed")
            return self.tell(all=True)
        own = concern.change_set if concern.actor == self.guest.user.pk else None
        if own not in changed.setdefault(key, []):
            changed[key].append(own)
        self.woken.set()
        return None


class Windows:
    """All of this process. Lives in the event loop; what asks the database is done in a thread."""

    def __init__(self) -> None:
        self._open: set[Window] = set()
        self._leave: Any = None
        self._rounds: asyncio.Task | None = None
        self._tasks: set[asyncio.Task] = set()

    def __len__(self) -> int:
        return len(self._open)

    def of(self, user_id: str) -> int:
        return sum(window.guest.user.pk == user_id for window in self._open)

    async def open(self, window: Window, shows: str, since: str, rights: str) -> None:
        """From here on it hears of everything that its page does not show yet.

        ``since``: when the page was made. ``rights``: the mark of those that it was made with, if it knows.
        """
        if self._leave is None:
            self._leave = follower.listen(self.changes, self.control)
            self._rounds = asyncio.create_task(self._look_round())
        self._open.add(window)
        async with asyncio.timeout(PATIENCE):
            await follower.ready()
        if ":" in shows:
            beside = await in_thread(seen_beside, shows, window.guest.user)
            if beside is None:
                return window.end(HIDDEN)
            window.beside = beside
        window.shows = shows
        missed = await in_thread(_missed, since)
        if missed is None or rights not in ("", window.guest.mark):
            window.tell(all=True)
        else:
            window.hear(missed)
        window.tell(ready=True, cursor=signed(str(follower.cursor)), rights=window.guest.mark)
        if window.record:
            await in_thread(viewing.begin, window.id, window.record, window.guest.user.pk)
        return None

    async def close(self, window: Window) -> None:
        self._open.discard(window)
        if window.record:
            with suppress(OperationalError):  # with the database away; the row is dropped when nobody renews it
                await in_thread(viewing.end, window.id)
        if not self._open and self._leave is not None:
            self._leave()
            self._leave = None
            if self._rounds:
                self._rounds.cancel()

    # --- what the follower says ---------------------------------------------------------------------------------------

    def changes(self, entries: list[Entry]) -> None:
        concerns = Concern.all_of(entries)
        cursor = signed(str(follower.cursor))
        for window in self._open:
            window.hear(concerns)
            if window.news and not window.is_asked_about:
                window.news["cursor"] = cursor

    def control(self, kind: str, name: str) -> None:
        if kind == "lost":
            for window in self._open:
                window.tell(all=True)
        elif kind == "viewers":
            self._start(self._tell_viewers(name))
        elif kind == "session" and name != "*":
            for window in self._open:
                if window.guest.digest == name:
                    window.end(ENDED)
        elif kind in ("session", "rights"):
            self.ask_again({window for window in self._open if name in ("*", window.guest.user.pk)})

    def ask_again(self, asked: set[Window]) -> None:
        if not asked:
            return
        for window in asked:
            window.is_asked_about = True
        self._start(self._ask_again(asked))

    async def _ask_again(self, asked: set[Window]) -> None:
        try:
            found = await in_thread(guests, [window.guest.session for window in asked])
        except Error:
            for window in asked:
                window.end(AGAIN)
            raise
        for window in asked:
            guest = found.get(window.guest.session)
            if guest is None or guest.user.pk != window.guest.user.pk:
                window.end(ENDED)
            elif await self._is_lost(window, guest):
                window.lose()
            else:
                window.take(guest)

    async def _is_lost(self, window: Window, guest: Guest) -> bool:
        """Whether the rights of now hide its record."""
        if not window.record or guest.mark == window.guest.mark:
            return False
        return not await in_thread(_is_seen, window.record, guest)

    async def _tell_viewers(self, record: str) -> None:
        if not any(window.record == record for window in self._open):
            return
        people = await in_thread(viewing.of, record)
        for window in self._open:
            others = people - {window.guest.user.pk}
            if window.record == record and others != window.viewers:
                window.viewers = others
                window.tell(viewers=True)

    async def _look_round(self) -> None:
        """Sessions expire without a word, and a process that died took its viewers along without one."""
        while True:
            await asyncio.sleep(ROUND)
            self.ask_again(set(self._open))
            seen = [(window.id, window.record, window.guest.user.pk) for window in self._open if window.record]
            self._start(in_thread(viewing.still, seen))

    def _start(self, work: Awaitable[Any]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            log.error("Open pages could not be asked about", exc_info=task.exception())


def _is_seen(record: str, guest: Guest) -> bool:
    return seen_beside(record, guest.user) is not None


def _missed(since: str) -> list[Concern] | None:
    """What was committed since; None where it is too much to tell, or cannot be told."""
    try:
        cursor = Cursor.parse(Signer(salt="live.page").unsign(since))
        changes, _ = changes_since(cursor, MOST_MISSED)
    except (BadSignature, BadCursor):
        return None
    return Concern.all_of(changes) if len(changes) < MOST_MISSED else None


def signed(cursor: str) -> str:
    """As a page carries it: nobody but us decides what is read from the log."""
    return Signer(salt="live.page").sign(cursor)


windows = Windows()
