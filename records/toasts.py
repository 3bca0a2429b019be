"""What is said to a person after something was done, with the way to take it back."""

from django.contrib import messages
from django.http import HttpRequest

UNDO = "undo:"  # the tag that carries the change set


def toast(request: HttpRequest, text: str, *, undo: bool = False, level: int = messages.SUCCESS) -> None:
    """``undo``: offers to take back everything that this request wrote, where that was recorded as a change set."""
    change_set = getattr(request, "change_set", None) if undo else None
    messages.add_message(request, level, text, extra_tags=f"{UNDO}{change_set}" if change_set else "")
