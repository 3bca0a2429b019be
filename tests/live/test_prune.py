from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from live.history import entries
from live.management.commands import prune_changes
from live.models import Change

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("at_once", [1, 2, 10_000])
def test_what_is_older_than_is_kept_goes_and_nothing_else(rep, deal, call, monkeypatch, capsys, at_once):
    monkeypatch.setattr(prune_changes, "AT_ONCE", at_once)
    old = list(Change.objects.order_by("seq").values_list("seq", flat=True))[:-2]
    Change.objects.filter(pk__in=old).update(at=timezone.now() - timedelta(days=401))
    kept = set(Change.objects.exclude(pk__in=old).values_list("seq", flat=True))
    call_command("prune_changes")
    assert set(Change.objects.values_list("seq", flat=True)) == kept
    assert capsys.readouterr().out == f"{len(old)} changes forgotten, those of the last 400 days kept.\n"


def test_what_undo_and_the_trash_need_is_never_forgotten():
    with pytest.raises(CommandError, match="30 days"):
        call_command("prune_changes", days=29)


def test_a_record_whose_log_is_forgotten_still_has_a_beginning(rep, deal):
    Change.objects.update(at=timezone.now() - timedelta(days=500))
    call_command("prune_changes")
    assert [(entry.kind, entry.who) for entry in entries(deal, rep)] == [("created", rep)]
