from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from desk.day import my_day
from desk.finding import find


def my_day_view(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/my_day.html", my_day(request.user))


def search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:200]
    found = find(request, words) if words else {}
    return render(request, "desk/search.html", {"words": words, "found": found, "nothing": not any(found.values())})
