"""The five classes as the portal describes them."""

import pytest

from developers.dictionary import Described, described


@pytest.fixture
def classes(db) -> list[Described]:
    return described()
