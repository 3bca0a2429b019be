"""The values of custom fields in SQL.

The key stands in the SQL itself and not among its parameters: only then is a statement that is kept prepared answered
by the index, whose expression is the same. Text is compared by the order of the database, numbers exactly.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, DecimalField, F, Func, JSONField, Lookup, Q, TextField, Value

from records.values import ARRAY, NUMBER, OBJECT

KEY = re.compile(r"f[A-Za-z0-9]{9}\Z")


def _in_sql(key: str) -> str:
    if not KEY.match(key):
        raise ValueError(f"{key} is no key of a field.")
    return key


class Kept(Func):
    """The JSON under a key, null where there is none."""

    def __init__(self, key: str) -> None:
        template = f"(%(expressions)s -> '{_in_sql(key)}')"
        super().__init__(F("custom"), template=template, output_field=JSONField())


class KeptText(Func):
    """The same as text: of text without its quotation marks."""

    def __init__(self, key: str, column: Any = None, **extra: Any) -> None:
        template = f"(%(expressions)s ->> '{_in_sql(key)}')"
        super().__init__(column or F("custom"), template=template, output_field=TextField(), **extra)


class KeptNumber(Func):
    """The same as a number; null where it is none, whatever stands there."""

    def __init__(self, key: str, column: Any = None) -> None:
        key = _in_sql(key)
        template = (
            f"CASE WHEN jsonb_typeof(%(expressions)s -> '{key}') = 'number' "
            f"THEN (%(expressions)s -> '{key}')::numeric END"
        )
        output_field = DecimalField(max_digits=1000, decimal_places=100)
        super().__init__(column or F("custom"), template=template, output_field=output_field)


class KeptPath(Func):
    """What stands further inside of an object: of ``meta.colour`` the path is ``["colour"]``. ``#>>`` gives text."""

    def __init__(self, key: str, path: list[str], arrow: str = "#>") -> None:
        inner = Value("{" + ",".join(_quoted(part) for part in path) + "}")
        output_field = TextField() if arrow == "#>>" else JSONField()
        template = "(%(expressions)s::text[])"
        super().__init__(Kept(key), inner, template=template, arg_joiner=f" {arrow} ", output_field=output_field)


def _quoted(part: str) -> str:
    return '"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"'


def as_json(text: str) -> Func:
    """A parameter of its own, as plain text: by the places of such parse/shapes.py keeps statements."""
    return Func(Value(text), template="to_jsonb(%(expressions)s::text)", output_field=JSONField())


def typed(key: str, kind: str) -> Func:
    """As it is compared and sorted, and as its index has it: numbers and text, of which the planner knows how many
    lie between two; lists and objects as JSON."""
    if kind == NUMBER:
        return KeptNumber(key)
    return Kept(key) if kind in (ARRAY, OBJECT) else KeptText(key)


def compared(expression: Any, lookup: str, value: Any) -> Q:
    """``expression`` is that of a field, or KeptPath. ``lookup``: exact, gt, gte, lt, lte, in, isnull."""
    if lookup == "in":
        return Q(looked_up(expression, lookup, [_operand(expression, one) for one in value]))
    return Q(looked_up(expression, lookup, _operand(expression, value)))


def _operand(expression: Any, value: Any) -> Any:
    if isinstance(expression, KeptNumber) and isinstance(value, int | float):
        return Decimal(repr(value))
    if isinstance(expression, KeptText) and isinstance(value, bool):
        return "true" if value else "false"
    is_json = isinstance(expression.output_field, JSONField)
    return as_json(value) if is_json and isinstance(value, str) else value


def looked_up(expression: Any, lookup: str, value: Any) -> Lookup:
    return expression.output_field.get_lookup(lookup)(expression, value)


class Holds(Func):
    """``@>``: whether the JSON holds another; ``<@`` turned round."""

    def __init__(self, expression: Any, held: Any, sign: str = "@>") -> None:
        value = Value(held, JSONField())
        super().__init__(expression, value, template="(%(expressions)s)", arg_joiner=f" {sign} ")
        self.output_field = BooleanField()
