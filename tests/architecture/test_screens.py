"""No page without a picture, or a reason for none; and the pictures that README shows are there."""

import re
from fnmatch import fnmatch

from tests.architecture.routes import routes
from tests.deploy.reading import ROOT
from tests.screens.pages import NOT_SHOWN, SCREENS, VARIANTS

NAMES = sorted({route.name for route in routes()})
SHOWN = {screen.route for screen in SCREENS}
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
ELSEWHERE = "404"  # the page of addresses that no route has


def reasons(name: str) -> list[str]:
    return [pattern for pattern in NOT_SHOWN if fnmatch(name, pattern)]


def test_every_route_has_a_picture_or_a_reason_for_none():
    tell = "add a Screen to tests/screens/pages.py, or a reason to NOT_SHOWN there, for"
    assert [f"{tell} {name}" for name in NAMES if name not in SHOWN and not reasons(name)] == []


def test_only_routes_that_are_there_have_pictures_and_reasons():
    assert [name for name in SHOWN - {ELSEWHERE} if name not in NAMES] == []
    assert [pattern for pattern in NOT_SHOWN if not any(fnmatch(name, pattern) for name in NAMES)] == []


def test_each_picture_has_a_name_of_its_own_and_each_page_every_variant():
    names = [screen.name for screen in SCREENS]
    assert len(names) == len(set(names))
    assert set(VARIANTS) == {"light", "dark", "phone", "arabic", "contrast", "print"}


def test_the_pictures_of_the_readme_are_there_and_say_what_they_show():
    pictures = PICTURE.findall((ROOT / "README.md").read_text())
    known = {f"docs/screens/{screen.name}-{variant}.webp" for screen in SCREENS for variant in screen.variants()}
    assert len(pictures) >= 3
    assert [path for words, path in pictures if not words or path not in known or not (ROOT / path).is_file()] == []
