"""How a record is saved and deleted in the event loop (accounts/loop.py), where Django has no connection."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.core.exceptions import SynchronousOnlyOperation
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import sql
from django.db.models.deletion import get_candidate_relations_to_delete

from accounts.hooks import has_delete_hooks
from accounts.loop import in_loop
from accounts.statements import write
from records.acting import noted


class SavedInLoop(models.Model):
    """The statements that Django would write, sent by our connections. On behalf of whom goes in front, as ever.

    Plain values are put into a text that is kept, which a compiler takes half of a row's time to make.
    """

    class Meta:
        abstract = True

    def _do_insert(self, manager: Any, using: str, fields: Any, returning_fields: Any, raw: bool) -> Any:
        if not in_loop():
            return super()._do_insert(manager, using, fields, returning_fields, raw)  # type: ignore[misc]
        values = [getattr(self, field.attname) if raw else field.pre_save(self, add=True) for field in fields]
        if any(_is_expression(value) and not _is_default(value) for value in values):
            return self._compiled_insert(fields, returning_fields, raw)
        defaults = tuple(_is_default(value) for value in values)
        text = _insert(type(self), tuple(fields), defaults, tuple(returning_fields))
        given = [(field, value) for field, value in zip(fields, values, strict=True) if not _is_default(value)]
        return write(text, [field.get_db_prep_save(value, _dialect()) for field, value in given], noted())

    def _compiled_insert(self, fields: Any, returning_fields: Any, raw: bool) -> Any:
        query = sql.InsertQuery(type(self))
        query.insert_values(fields, [self], raw=raw)
        compiler = query.get_compiler(connection=_dialect())
        compiler.returning_fields = returning_fields
        [(text, values)] = compiler.as_sql()
        return write(text, values, noted())

    def _do_update(self, *told: Any) -> Any:
        if not in_loop():
            return super()._do_update(*told)  # type: ignore[misc]
        base_qs, _, pk_val, values, *_ = told
        if any(_is_expression(value) for _, _, value in values):
            query = base_qs.filter(pk=pk_val).query.chain(sql.UpdateQuery)
            query.add_update_fields(values)
            text, given = query.get_compiler(connection=_dialect()).as_sql()
            return bool(write(f"{text} RETURNING 1", given, noted()))
        text = _update(type(self), tuple(field for field, _, _ in values))
        given = [field.get_db_prep_save(value, _dialect()) for field, _, value in values]
        return bool(write(text, [*given, pk_val], noted()))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if not in_loop():
            return super().delete(*args, **kwargs)
        if not goes_alone(type(self)):
            raise SynchronousOnlyOperation("More than its triggers has to do with its deletion.")
        text = f'DELETE FROM "{self._meta.db_table}" WHERE "id" = %s RETURNING 1'  # noqa: S608
        gone = len(write(text, [self.pk], noted()))
        return gone, {self._meta.label: gone}


def goes_alone(model: type[models.Model]) -> bool:
    """Whether triggers alone see to what hangs on a row of it: no other row points to it, and no hook wants to hear."""
    pointing = get_candidate_relations_to_delete(model._meta)
    return not has_delete_hooks(model) and all(getattr(one, "on_delete", None) is models.DO_NOTHING for one in pointing)


def _is_expression(value: Any) -> bool:
    return hasattr(value, "resolve_expression")


def _is_default(value: Any) -> bool:
    return isinstance(value, models.expressions.DatabaseDefault)


@lru_cache(maxsize=1)
def _dialect() -> BaseDatabaseWrapper:
    """How values are written. It never connects."""
    return connections.create_connection("default")


@lru_cache(maxsize=64)
def _insert(model: type[models.Model], fields: tuple, defaults: tuple[bool, ...], returning: tuple) -> str:
    values = ", ".join("DEFAULT" if is_default else "%s" for is_default in defaults)
    back = f" RETURNING {_columns(returning)}" if returning else ""
    return f'INSERT INTO "{model._meta.db_table}" ({_columns(fields)}) VALUES ({values}){back}'  # noqa: S608


@lru_cache(maxsize=256)
def _update(model: type[models.Model], fields: tuple) -> str:
    values = ", ".join(f'"{field.column}" = %s' for field in fields)
    return f'UPDATE "{model._meta.db_table}" SET {values} WHERE "id" = %s RETURNING 1'  # noqa: S608


def _columns(fields: tuple) -> str:
    return ", ".join(f'"{field.column}"' for field in fields)
