"""Hooks: code of one's own that runs before and after a row is saved or deleted, and before somebody signs in.

At the bottom of the layers, so that every package can call them. For people: docs/hooks.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

Hook = Callable[[Any], None]
_hooks: dict[tuple[str, str], list[Hook]] = defaultdict(list)
functions: dict[str, Callable[[dict, Any], Any]] = {}
LOGIN = "login"


class Refused(ValidationError):
    """Raised by a hook to stop what is being done; the words reach whoever does it, at every face."""


def before_save(*classes: str) -> Callable[[Hook], Hook]:
    """The hook gets the row, may change it, and may raise Refused. ``classes``: "Deal", "Contact", "User" …"""
    return _registering("before_save", classes)


def after_save(*classes: str) -> Callable[[Hook], Hook]:
    """The hook gets the row once the transaction is committed; what it raises is logged and undoes nothing."""
    return _registering("after_save", classes)


def before_delete(*classes: str) -> Callable[[Hook], Hook]:
    return _registering("before_delete", classes)


def after_delete(*classes: str) -> Callable[[Hook], Hook]:
    """As after_save. The row is gone; the hook gets what it was."""
    return _registering("after_delete", classes)


def before_login(hook: Hook) -> Hook:
    """The hook gets the user, whose password was right, and may raise Refused."""
    _hooks["before_login", LOGIN].append(hook)
    return hook


def function(name: str) -> Callable[[Callable], Callable]:
    """Makes ``run(parameters, user)`` callable by programs under ``name``; what it returns is answered as JSON."""

    def register(run: Callable[[dict, Any], Any]) -> Callable[[dict, Any], Any]:
        functions[name] = run
        return run

    return register


def _registering(event: str, classes: tuple[str, ...]) -> Callable[[Hook], Hook]:
    def register(hook: Hook) -> Hook:
        for name in classes:
            _hooks[event, name].append(hook)
        return hook

    return register


def run(event: str, name: str, row: Any) -> None:
    for hook in _hooks.get((event, name), ()):
        hook(row)


def run_after(event: str, row: Any) -> None:
    """When the transaction is committed, each by itself."""
    for hook in _hooks.get((event, type(row).__name__), ()):
        transaction.on_commit(partial(hook, row), robust=True)


def forget() -> None:
    """Drops all hooks: for tests."""
    _hooks.clear()
    functions.clear()


class Hooked(models.Model):
    """A model whose rows run hooks when they are saved or deleted, whoever does it."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if _hooks:
            self._run_before_save(kwargs)
        super().save(*args, **kwargs)
        if _hooks:
            run_after("after_save", self)

    def put_back(self, columns: Iterable[str] | None = None) -> None:
        """Writes the values as they stand, times included: a new row, or ``columns`` of an old one. Hooks run."""
        kwargs: dict[str, Any] = {"force_insert": True} if columns is None else {"update_fields": set(columns)}
        if _hooks:
            self._run_before_save(kwargs)
        self.save_base(raw=True, **kwargs)
        if _hooks:
            run_after("after_save", self)

    def _run_before_save(self, kwargs: dict[str, Any]) -> None:
        """What a hook changes is saved as well, where only some columns were to be."""
        before = self._values()
        run("before_save", type(self).__name__, self)
        if kwargs.get("update_fields") is not None:
            changed = {name for name, value in self._values().items() if value != before[name]}
            kwargs["update_fields"] = {*kwargs["update_fields"], *changed}

    def _values(self) -> dict[str, Any]:
        """What can be set: a column that the database makes has no value before the row is written."""
        return {one.name: getattr(self, one.attname) for one in self._meta.concrete_fields if not one.generated}

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        run("before_delete", type(self).__name__, self)
        deleted = super().delete(*args, **kwargs)
        run_after("after_delete", self)
        return deleted


def has_hooks(model: type[models.Model]) -> bool:
    return any(name == model.__name__ and hooks for (_, name), hooks in _hooks.items())


def has_delete_hooks(model: type[models.Model]) -> bool:
    return any((event, model.__name__) in _hooks for event in ("before_delete", "after_delete"))
