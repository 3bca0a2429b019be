"""How many deals stand in each stage and what they come to, kept for every set of readers.

A viewer's numbers are the sum over the sets that name them: exact for everybody, and as quick for a million deals as
for a thousand, since deals of one owner have one set (docs/decisions/0020-flat-at-a-million.md). Triggers add a line
for every change and never change one: nobody waits for anybody. Now and then lines are put together.
"""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Sum

from accounts.principals import rights_of
from records.models import PrincipalsField


class TallyManager(models.Manager):
    def of(self, user: Any) -> dict[str, tuple[int, Any]]:
        """Count and sum of all deals that the user sees, by stage: what ``visible_to(user).totals()`` says."""
        rights = rights_of(user)
        if not rights.may("pipeline.view_deal"):
            return {}
        rows = self.all() if rights.may("records.read_all") else self.filter(readers__overlap=list(rights.principals))
        rows = rows.order_by().values("stage").annotate(n=Sum("deals"), p=Sum("priced"), total=Sum("amount"))
        return {row["stage"]: (row["n"], row["total"] if row["p"] else None) for row in rows if row["n"]}


class Tally(models.Model):
    """A line: so many deals more or fewer with these readers in this stage, and what that is in money.

    ``priced``: how many of them have an amount at all.
    """

    readers = PrincipalsField()
    stage = models.CharField(max_length=50)
    deals = models.BigIntegerField()
    priced = models.BigIntegerField()
    amount = models.DecimalField(max_digits=40, decimal_places=4)
    settled = models.BooleanField(default=False)

    objects = TallyManager()

    class Meta:
        default_permissions = ()
        indexes = [GinIndex(fields=["readers"], name="tally_readers")]

    def __str__(self) -> str:
        return f"{self.stage}: {self.deals:+}"


def _line(row: str, sign: int) -> str:
    return f"PERFORM pipeline_tally_line({row}.readers, {row}.stage_id, {row}.amount, {sign});"


_COUNTED = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in ("readers", "stage_id", "amount"))
tallied = [
    pgtrigger.Trigger(
        name="tally_insert",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        func=f"{_line('NEW', 1)} RETURN NULL;",
    ),
    pgtrigger.Trigger(
        name="tally_update",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(_COUNTED),
        func=f"{_line('OLD', -1)} {_line('NEW', 1)} RETURN NULL;",
    ),
    pgtrigger.Trigger(
        name="tally_delete",
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        func=f"{_line('OLD', -1)} RETURN NULL;",
    ),
    pgtrigger.Trigger(
        name="tally_truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Truncate,
        func="DELETE FROM pipeline_tally; RETURN NULL;",
    ),
]
# By manage.py count_deals, and after rows came in without triggers.
COUNTED_ANEW = """
DELETE FROM pipeline_tally;
INSERT INTO pipeline_tally (readers, stage, deals, priced, amount, settled)
SELECT readers, stage_id, count(*), count(amount), coalesce(sum(amount), 0), true FROM pipeline_deal GROUP BY 1, 2
"""
