"""The system's Chromium: where it is, and what becomes of the browser tests where it is not.

On a desk without one they are left out, and the run says so; in CI they fail.
"""

import os
import shutil

import pytest

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
LEFT_OUT = "Browser tests left out: no Chromium found. Install one, or name it in CHROMIUM."


def executable() -> str | None:
    """The path of the browser to drive, for Playwright's ``executable_path``."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def _are_left_out() -> bool:
    return not executable() and not os.environ.get("CI")


def pytest_collection_modifyitems(config, items: list[pytest.Item]) -> None:
    if _are_left_out():
        browser = [item for item in items if item.get_closest_marker("browser")]
        config.hook.pytest_deselected(items=browser)
        items[:] = [item for item in items if item not in set(browser)]


def pytest_terminal_summary(terminalreporter) -> None:
    if _are_left_out():
        terminalreporter.write_line(LEFT_OUT)
