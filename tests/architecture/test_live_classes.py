"""Every class that is live declares what it takes to hear of it: the permission that reading it takes everywhere."""

import pytest
from django.contrib.auth.models import Permission

from live.logged import records
from parse.classes import CLASSES, NAMES, RECORDS
from tests.parse.livequery.conftest import opened, playing


@pytest.mark.django_db
def test_every_live_class_has_a_permission_of_its_own_that_exists():
    permissions = {name: parse_class.permission("view") for name, parse_class in RECORDS.items()}
    known = {
        f"{one.content_type.app_label}.{one.codename}" for one in Permission.objects.select_related("content_type")
    }
    assert set(permissions.values()) <= known
    assert len(set(permissions.values())) == len(permissions)


def test_the_live_classes_are_the_records_and_all_of_them_are_logged():
    assert {NAMES[name] for name in records()} == set(RECORDS)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(CLASSES))
def test_who_has_not_signed_in_hears_of_no_class(name):
    async def story():
        async with opened() as client:
            return await client.subscribe("", name), client.heard

    told, more = playing(story)
    silent = name in {"_User", "_Role"}  # which are not live: nothing is told of them to anybody
    assert (told["op"], more) == ("subscribed" if silent else "error", [])
