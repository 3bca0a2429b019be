from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from desk.day import my_day
from desk.finding import find, meant
from desk.numbers import Numbers
from desk.palette import groups
from desk.styleguide import pieces

LONGEST = 200


def my_day_view(request: HttpRequest) -> HttpResponse:
    numbers = Numbers(request.user, request.GET.get("scope", ""))
    return render(request, "desk/my_day.html", {**my_day(request), "numbers": numbers})


def search(request: HttpRequest) -> HttpResponse:
    """With ``go`` straight to the record, where only one can be meant."""
    words = request.GET.get("q", "").strip()[:LONGEST]
    found = find(request, words) if words else {}
    record = meant(found, words) if "go" in request.GET else None
    if record is not None:
        return redirect(record.get_absolute_url())
    context = {"words": words, "found": found, "nothing": not any(found.values())}
    return render(request, "desk/search.html", context)


def palette(request: HttpRequest) -> HttpResponse:
    """The lines of the palette, for the script that has it open. ``from``: the page to come back to."""
    offered = groups(request, request.GET.get("q", "").strip()[:LONGEST])
    number = sum(len(lines) for _, lines in offered)
    context = {"groups": offered, "number": number, "from": request.GET.get("from", "/")}
    return render(request, "desk/_options.html", context)


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for who builds pages: while debugging, and for staff."""
    if not settings.DEBUG and not request.user.is_staff:  # type: ignore[union-attr]
        raise Http404
    return render(request, "desk/styleguide.html", pieces())
