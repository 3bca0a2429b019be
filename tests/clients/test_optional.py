"""What the prompt leaves optional, by the SDK that the template names."""

import os

import pytest

from tests.acceptance.prompt import proves

pytestmark = [pytest.mark.clients, pytest.mark.xdist_group("clients"), pytest.mark.django_db(transaction=True)]


@proves(12)
@proves(13)
def test_records_are_followed_live_and_kept_on_the_device(node):
    if "PARSE_URL" in os.environ:
        pytest.skip("The reference's pointers take one class.")
    report = node("optional.mjs", "newest")
    assert list(report.values()) == ["ok"] * 3, report
