"""What a page says of itself so that it is told when others change what it shows (static/js/shell.js)."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from live.feed import Cursor
from live.windows import signed

register = template.Library()


@register.simple_tag(takes_context=True)
def live(context: Any, shows: str) -> SafeString:
    """Attributes of an element: what is shown, and since when changes are news to it."""
    snapshot = getattr(context["request"].user, "snapshot", "")
    return format_html('data-live="{}" data-since="{}"', shows, signed(str(Cursor(snapshot))))
