"""How bin/test spreads the tests over its workers: what starts whole servers first, and together what shares a set-up.

pytest-xdist's own groups do not reach it: it renames tests in a way that this pytest does not notice any more.
"""

from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

LONGEST = "tests/setup/"  # one after the other, over one first start
SHARED = ('scope="module"', 'xdist_group("clients")', 'xdist_group("server")')


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browsers last: Playwright's loop runs on in its worker, and no test could start one of its own there."""
    items.sort(key=_place)  # what has the same place stays as it stands


def _place(item: pytest.Item) -> int:
    return 0 if item.nodeid.startswith(LONGEST) else 2 if item.get_closest_marker("browser") else 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    return Spread(config, log) if config.getoption("dist") == "loadgroup" else None


class Spread(LoadScopeScheduling):
    """Test by test, but for the modules that share a set-up."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False
        self._shared: dict[str, bool] = {}

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        if module.startswith(LONGEST):
            return LONGEST
        if module not in self._shared:
            text = (Path(self.config.rootpath) / module).read_text()
            self._shared[module] = any(word in text for word in SHARED)
        return module if self._shared[module] else nodeid
