"""Closed by default: a queryset of records yields nothing until it was told for whom."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q, Value

from accounts.hooks import has_delete_hooks, run, run_after
from accounts.principals import Rights, rights_of

# Writing includes reading wherever the row is shown to whoever writes it.
WRITTEN = {False: ("readers", "writers"), True: ("writers",)}


class ClosedQuerySet(RuntimeError):
    """Rows were asked for without saying for whom: a programming error that would have been a leak."""


def _names(rights: Rights) -> Value:
    """One parameter, however many they are: the statement is the same for everybody, so it can be kept prepared."""
    return Value(list(rights.principals), output_field=ArrayField(models.TextField()))


class RecordQuerySet(models.QuerySet):
    """Rows of one class behind the access rule of docs/permissions.md.

    ``visible_to``, ``editable_by`` and ``deletable_by`` open it. ``exists()`` stays open on a closed one: uniqueness
    checks of forms and serializers need it, and it says nothing about whose row it is.
    """

    _opened = False

    def visible_to(self, user) -> Self:
        return self._for(user, "view", "records.read_all", "readers")

    def editable_by(self, user, *, unseen: bool = False) -> Self:
        """``unseen``: also those that the user may write without reading them, for a face that shows none of them."""
        return self._for(user, "change", "records.write_all", *WRITTEN[unseen])

    def deletable_by(self, user, *, unseen: bool = False) -> Self:
        return self._for(user, "delete", "records.write_all", *WRITTEN[unseen])

    def with_rights(self, user) -> Self:
        """Adds ``may_change`` and ``may_delete`` to each row, in the same statement."""
        return self.annotate(
            may_change=self._may(user, "change"),
            may_delete=self._may(user, "delete"),
        )

    def open(self) -> Self:
        """Without a rule. Reached through ``Model.unrestricted`` alone, which is what greps find."""
        clone = self._chain()  # type: ignore[attr-defined]
        clone._opened = True
        return clone

    def _for(self, user, action: str, all_of_them: str, *columns: str) -> Self:
        opened = self.open()
        rights = rights_of(user)
        if not rights.may(self._permission(action)):
            return opened.none()
        if rights.may(all_of_them):
            return opened
        return opened.filter(**{f"{column}__overlap": _names(rights) for column in columns})

    def _may(self, user, action: str):
        rights = rights_of(user)
        if not rights.may(self._permission(action)):
            return Value(False)
        if rights.may("records.write_all"):
            return Value(True)
        return models.ExpressionWrapper(Q(writers__overlap=_names(rights)), output_field=models.BooleanField())

    def _permission(self, action: str) -> str:
        return f"{self.model._meta.app_label}.{action}_{self.model._meta.model_name}"

    def _guard(self) -> None:
        if not self._opened:
            raise ClosedQuerySet(
                f"{self.model.__name__}.objects was read without visible_to(user), editable_by(user) or "
                f"deletable_by(user). See docs/permissions.md."
            )

    # Every way to rows or numbers passes one of these.
    def _fetch_all(self) -> None:
        self._guard()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any):
        self._guard()
        return super().iterator(*args, **kwargs)

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._guard()
        return super().aggregate(*args, **kwargs)

    def count(self) -> int:
        self._guard()
        return super().count()

    def update(self, **kwargs: Any) -> int:
        self._guard()
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        """Of classes with hooks the rows are loaded for them first."""
        self._guard()
        if not has_delete_hooks(self.model):
            return super().delete()
        with transaction.atomic():
            rows = list(self)
            for row in rows:
                run("before_delete", self.model.__name__, row)
            deleted = super().delete()
            for row in rows:
                run_after("after_delete", row)
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def explain(self, **kwargs: Any) -> str:
        self._guard()
        return super().explain(**kwargs)

    def resolve_expression(self, *args: Any, **kwargs: Any):
        """As the right-hand side of another queryset's filter."""
        self._guard()
        return super().resolve_expression(*args, **kwargs)

    def _combinator_query(self, combinator: str, *others: Any, all: bool = False):
        for queryset in (self, *others):
            if isinstance(queryset, RecordQuerySet):  # people, say, stand in a union with records too
                queryset._guard()
        return super()._combinator_query(combinator, *others, all=all)  # type: ignore[misc]

    def __or__(self, other: Any):
        self._guard()
        other._guard()
        return super().__or__(other)

    def __and__(self, other: Any):
        self._guard()
        other._guard()
        return super().__and__(other)

    def __xor__(self, other: Any):
        self._guard()
        other._guard()
        return super().__xor__(other)

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone._opened = self._opened
        return clone


class RecordManager(models.Manager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """The closed door: ``Model.objects``."""


class UnrestrictedManager(models.Manager):
    """The greppable exception: ``Model.unrestricted``, for migrations, commands and tests."""

    def __init__(self, queryset_class: type[RecordQuerySet] = RecordQuerySet) -> None:
        super().__init__()
        self._queryset_class = queryset_class

    def get_queryset(self) -> RecordQuerySet:
        return self._queryset_class(self.model, using=self._db).open()
