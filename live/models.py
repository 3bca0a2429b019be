"""The log of all changes, which triggers write, and which change sets were taken back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import models
from django.db.models.functions import Now

EDITS = ("insert", "update", "delete")


class TransactionId(models.Field):
    """PostgreSQL's ``xid8``: the number of a transaction, which never comes again."""

    def db_type(self, connection: Any) -> str:
        return "xid8"


class Image(models.JSONField):
    """A row as JSON. Numbers are read exactly: an amount has more digits than a float. To migrations a JSONField."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "decoder": partial(json.JSONDecoder, parse_float=Decimal)})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("decoder", None)
        return name, "django.db.models.JSONField", args, kwargs


class ChangeQuerySet(models.QuerySet):
    def edits(self) -> ChangeQuerySet:
        """Without what nobody did by hand."""
        return self.filter(op__in=EDITS)


class Change(models.Model):
    """One row, once changed. Written by the trigger ``live_log`` alone, whose SQL is in the migrations.

    ``model`` and ``key``: which row. ``record``: the record it belongs to: itself, or what a grant is on.
    ``before``: of an update the old values of the columns that it changed, of a deletion the row. ``after``: the row.
    A ``touch`` is an update that nobody made by hand: access arrays computed anew, or a save that changed nothing.
    ``actor``: null where nobody was signed in. ``change_set``: of one request; null outside of requests.
    """

    seq = models.BigAutoField(primary_key=True)
    xid = TransactionId()
    at = models.DateTimeField()
    model = models.TextField()
    key = models.TextField()
    record = models.TextField()
    op = models.TextField()
    actor = models.TextField(null=True)
    face = models.TextField()
    change_set = models.TextField(null=True)
    before = Image(null=True)
    after = Image(null=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        ordering = ["-seq"]

    def __str__(self) -> str:
        return f"{self.op} {self.model} {self.key}"

    @property
    def row(self) -> dict[str, Any]:
        """As it was left; of a deletion, as it was."""
        return (self.before if self.op == "delete" else self.after) or {}

    @property
    def old_row(self) -> dict[str, Any]:
        """As it was before; empty before it was made."""
        return {} if self.op == "insert" else {**(self.after or {}), **(self.before or {})}


class Undoing(models.Model):
    """That the change set ``undone`` was taken back by the change set ``by``, which can be taken back in turn."""

    undone = models.TextField(db_index=True)
    by = models.TextField(unique=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.undone} by {self.by}"


class Viewing(models.Model):
    """That a person has the page of a record open. ``window``: the page's socket. Not kept through a crash."""

    window = models.CharField(primary_key=True, max_length=10)
    record = models.TextField(db_index=True)
    user_id = models.CharField(max_length=10)
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id} at {self.record}"
