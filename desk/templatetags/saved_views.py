"""The saved views of a list or of the board, above it."""

from typing import Any

from django import template
from django.urls import reverse

from desk.models import PLACES, SavedView, teams_of, tidy

register = template.Library()


@register.inclusion_tag("desk/_saved_views.html", takes_context=True)
def saved_views(context: Any, place: str) -> dict[str, Any]:
    """Two statements, however many there are. ``place``: deals, board, contacts or companies."""
    request = context["request"]
    views = list(SavedView.objects.visible_to(request.user).filter(place=place).with_default(request.user))
    current = next((view for view in views if view.pk == request.GET.get("saved")), None)
    now = tidy(request.GET.urlencode())
    return {
        "request": request,
        "user": request.user,
        "csrf_token": context.get("csrf_token"),
        "place": place,
        "address": reverse(PLACES[place]),
        "views": views,
        "current": current,
        "is_mine": current is not None and current.owner_id == request.user.pk,
        "is_changed": current is not None and now != tidy(current.query),
        "query": _with_columns(now, context),
        "teams": teams_of(request.user),
        "plain": not now,
    }


def _with_columns(query: str, context: Any) -> str:
    """The columns belong to the view, also those that its maker had chosen before."""
    names, declared = context.get("names"), context.get("declared")
    if not names or "columns=" in query or names == [one.name for one in declared if one.shown]:
        return query
    return tidy(f"{query}&columns={','.join(names)}")
