"""What a page says of itself so that it is told when others change what it shows (static/js/shell.js)."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from live.feed import Cursor
from live.guests import mark_of
from live.windows import signed

register = template.Library()


@register.simple_tag(takes_context=True)
def live(context: Any, shows: str) -> SafeString:
    """Attributes of an element: what is shown, since when changes are news to it, and by which rights it is shown."""
    user = context["request"].user
    since = signed(str(Cursor(getattr(user, "snapshot", ""))))
    return format_html('data-live="{}" data-since="{}" data-rights="{}"', shows, since, mark_of(user.rights))
