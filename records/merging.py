"""Two people in one form: who changed what is told apart field by field, so that neither undoes the other's work.

A form carries what it showed when it was opened, as a digest of each field. What only others changed since stays
theirs; what both changed is shown with both values, and whoever saves chooses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms

from records.templatetags.records import day, moment, money

THEIRS = "theirs"


@dataclass
class Conflict:
    """A field that both changed. ``theirs``: its value now; ``mine``: what was typed. ``who`` is known later."""

    name: str
    label: str
    mine: str
    theirs: Any
    who: str = ""

    @property
    def choice(self) -> str:
        """The name of the radio buttons."""
        return f"keep_{self.name}"


@dataclass
class Merge:
    """``kept``: the labels of what others changed and this form did not."""

    conflicts: list[Conflict] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


def seal(form: forms.BaseForm, version: str) -> str:
    """What the hidden field holds: the version of the record, and what each field of the form shows."""
    shown = [f"{name}={_digest(as_shown(form, name))}" for name in _compared(form)]
    return f"{version}|{','.join(shown)}"


def merge(form: forms.BaseForm, opened: str) -> Merge:
    """Compares what ``form`` was sent with what it showed when it was ``opened`` and with what it would show now."""
    was = _parsed(opened)
    found = Merge()
    for name in _compared(form):
        now, mine = as_shown(form, name), _as_sent(form, name)
        if was.get(name) == _digest(now):
            if form.data.get(form.add_prefix(f"keep_{name}")) == THEIRS:
                found.data[form.add_prefix(name)] = now
        elif mine == now:
            continue
        elif was.get(name) == _digest(mine):
            found.data[form.add_prefix(name)] = now
            found.kept.append(str(form[name].label))
        else:
            found.conflicts.append(Conflict(name, str(form[name].label), mine, _value(form, name)))
    return found


def is_changed(form: forms.BaseForm, name: str, opened: str) -> bool:
    """Whether a field shows something else by now than when the form was ``opened``."""
    return _parsed(opened).get(name) != _digest(as_shown(form, name))


def changed_since(form: forms.BaseForm, opened: str) -> list[Conflict]:
    """Every field that shows something else by now than when the form was ``opened``."""
    known = _parsed(opened)
    return [theirs(form, name) for name in _compared(form) if name in known and is_changed(form, name, opened)]


def theirs(form: forms.BaseForm, name: str) -> Conflict:
    """What a field shows by now, for somebody who is still typing in it."""
    return Conflict(name, str(form[name].label), "", _value(form, name))


def as_shown(form: forms.BaseForm, name: str) -> str:
    """The text of a field before anybody typed."""
    bound = form[name]
    return _plain(bound.field.widget.format_value(bound.field.prepare_value(bound.initial)))


def _as_sent(form: forms.BaseForm, name: str) -> str:
    return _plain(form[name].data)


def _compared(form: forms.BaseForm) -> list[str]:
    return [name for name, one in form.fields.items() if not one.widget.is_hidden]


def _plain(value: Any) -> str:
    """As it travels through a browser: one text, without the line ends and blanks that come and go on the way."""
    if isinstance(value, (list, tuple)):
        value = "\n".join(str(one) for one in value)
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def _parsed(opened: str) -> Mapping[str, str]:
    """Empty for what we never made: then whatever differs was changed by both."""
    pairs = (part.partition("=") for part in opened.partition("|")[2].split(","))
    return {name: digest for name, _, digest in pairs}


def _value(form: Any, name: str) -> Any:
    """Their value as a person reads it: of a choice its label."""
    one = form.fields[name]
    if isinstance(one, forms.ModelChoiceField):
        return getattr(form.instance, name, None)
    if isinstance(one, forms.ChoiceField):
        labels: Any = one.choices
        return dict(labels).get(form[name].initial, form[name].initial)
    for kind, written in ((forms.DateTimeField, moment), (forms.DateField, day), (forms.DecimalField, money)):
        if isinstance(one, kind):
            return written(form[name].initial)
    return as_shown(form, name)
