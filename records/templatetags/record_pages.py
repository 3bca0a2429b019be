"""What the pages and forms of records need beside how things are written."""

from typing import Any

from django import template

from records.drafts import new_token
from records.merging import Conflict

register = template.Library()


@register.simple_tag(takes_context=True)
def once(context: Any) -> str:
    """The token under which a form is done once (records/drafts.py). A form that came back keeps its own."""
    return context["request"].POST.get("once") or new_token()


@register.filter
def conflict(field: Any) -> Conflict | None:
    """Of a bound field: that somebody else changed it meanwhile."""
    merge = getattr(field.form, "merge", None)
    return next((one for one in merge.conflicts if one.name == field.name), None) if merge else None


@register.simple_tag(takes_context=True)
def here(context: Any) -> str:
    """The address of a record's page, still knowing the list it was opened from."""
    neighbours = context.get("neighbours")
    return neighbours.here if neighbours else context["record"].get_absolute_url()
