"""What is said to a person after something was done, with the way to take it back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django_htmx.http import trigger_client_event

UNDO = "undo:"  # the tag that carries the change set
ELSEWHERE = ("HX-Redirect", "HX-Refresh", "HX-Location")


def toast(request: HttpRequest, text: str, *, undo: bool = False, level: int = messages.SUCCESS) -> None:
    """``undo``: offers to take back everything that this request wrote, where that was recorded as a change set."""
    change_set = getattr(request, "change_set", None) if undo else None
    messages.add_message(request, level, text, extra_tags=f"{UNDO}{change_set}" if change_set else "")


def undo_address(message: Message) -> str:
    """Where to post to take it back; empty where there is nothing to take back."""
    change_set = (message.extra_tags or "").removeprefix(UNDO)
    if not change_set or change_set == message.extra_tags:
        return ""
    try:
        return reverse("live:undo", args=[change_set])
    except NoReverseMatch:
        return ""


def detail(message: Message) -> dict[str, Any]:
    """As ``static/js/shell.js`` takes it in the event ``toast``."""
    said: dict[str, Any] = {"text": str(message), "kind": message.level_tag}
    if address := undo_address(message):
        said["undo"] = {"url": address}
    return said


class ToastsOfFragments:
    """A fragment has no place for toasts, so what was said during its request goes along in a header.

    Where the answer leads to another page, the messages wait for that page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        leaves = 300 <= response.status_code < 400 or any(name in response.headers for name in ELSEWHERE)
        if request.headers.get("HX-Request") == "true" and not leaves:
            said = [detail(message) for message in messages.get_messages(request)]
            if said:
                trigger_client_event(response, "toast", {"all": said})
        return response
