"""What stands around every page."""

from typing import Any

from django import template
from django.contrib.messages.storage.base import Message

from desk.places import PLACES, Making, Place, makings_of
from records.toasts import undo_address

register = template.Library()


@register.simple_tag(takes_context=True)
def places(context: Any) -> list[dict[str, Any]]:
    """Where one can go, and which of these places the page belongs to."""
    path = context["request"].path
    return [{"place": place, "current": _current(place, path)} for place in PLACES]


def _current(place: Place, path: str) -> str:
    """As ``aria-current`` says it: the page itself, or one that stands below it."""
    if place.url == path:
        return "page"
    return "true" if place.holds(path) else ""


@register.simple_tag(takes_context=True)
def makings(context: Any) -> list[Making]:
    return makings_of(context["user"])


@register.filter
def undo(message: Message) -> str:
    return undo_address(message)
