"""Event loops of tests: as strict as the server's, and nobody is connected any more when the database is dropped."""

import asyncio
import gc
import os
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from unittest.mock import patch

from django.db import connection

POOLS = ("live.threads", "parse.door", "developers.agents.door")  # whose threads keep their connections
GUARD = "DJANGO_ALLOW_ASYNC_UNSAFE"  # set for Playwright's sake: tests/embedded.py


def run(story: Callable[[], Awaitable[Any]]) -> Any:
    """Whatever asks Django's own connection in the loop fails, as it would in the server. Threads may."""

    async def told() -> Any:
        return await story()

    with patch.dict(os.environ):
        os.environ.pop(GUARD, None)
        return asyncio.run(told())


def let_go() -> None:
    for name in POOLS:
        if name in sys.modules:
            _let_go(sys.modules[name].pool)
    gc.collect()  # threads that ended left theirs
    connection.close()
    connection.close_pool()
    _wait_for_others()


def _wait_for_others() -> None:
    """A server that was stopped is gone before PostgreSQL has noticed."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
    with connection._nodb_cursor() as cursor:
        for _ in range(100):
            cursor.execute(others, [connection.settings_dict["NAME"]])
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.05)


def _let_go(pool: ThreadPoolExecutor) -> None:
    number = pool._max_workers
    together = Barrier(number)
    for work in [pool.submit(lambda: (connection.close(), together.wait(5))) for _ in range(number)]:
        work.result()
