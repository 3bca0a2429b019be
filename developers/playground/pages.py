"""/developers/playground/: a call is typed or chosen, run as oneself, and shown as programs would write it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from developers.pages import tabs
from developers.playground import sdk, session
from developers.playground.calls import MOUNTS, Call
from developers.playground.code import codes
from developers.playground.forms import FORMS
from developers.playground.running import run
from developers.playground.samples import SAMPLES, Rows, sample_named
from parse.classes import RECORDS

LIVE = "live"
FACES = (
    ("parse", lambda: _("Parse REST")),
    ("graphql", lambda: "GraphQL"),
    ("rest", lambda: _("REST API")),
    (LIVE, lambda: _("Live query")),
)


class PlaygroundView(View):
    def get(self, request: HttpRequest, face: str) -> HttpResponse:
        if face == LIVE:
            script = sdk.live_script(origin_of(request))
            context = {**_around(request, face), "classes": sorted(RECORDS), "script": script}
            return render(request, "developers/live.html", context)
        sample = self._sample(request, face)
        call = sample.make(Rows(request))
        return self._page(request, face, {"form": FORMS[face].of(call), "sample": sample}, call)

    def post(self, request: HttpRequest, face: str) -> HttpResponse:
        """The same page with the answer: the call's own status is told on it, and is not the page's."""
        if face not in FORMS:
            raise Http404
        form = FORMS[face](face, request.POST)
        sample = self._sample(request, face)
        if not form.is_valid():
            return self._page(request, face, {"form": form, "sample": sample}, status=422)
        _session, token = session.started(request)
        outcome = run(form.call, token, request, dry=form.cleaned_data["dry"])
        return self._page(request, face, {"form": form, "sample": sample, "outcome": outcome}, form.call)

    def _sample(self, request: HttpRequest, face: str) -> Any:
        if face not in SAMPLES:
            raise Http404
        return sample_named(face, request.GET.get("sample", ""))

    def _page(
        self, request: HttpRequest, face: str, told: dict[str, Any], call: Call | None = None, status: int = 200
    ) -> HttpResponse:
        context = {
            **_around(request, face),
            **told,
            "samples": SAMPLES[face],
            "mount": MOUNTS[face],
            "codes": codes(call, origin_of(request)) if call else [],
        }
        return render(request, "developers/playground.html", context, status=status)


class SessionView(View):
    """The keys and a token for code that was copied; as JSON for the page's own live query."""

    def post(self, request: HttpRequest) -> HttpResponse:
        _session, token = session.started(request)
        told = {
            "PARSE_APP_ID": settings.PARSE_APP_ID,
            "PARSE_REST_KEY": settings.PARSE_REST_KEY,
            "PARSE_JS_KEY": settings.PARSE_JS_KEY,
            "PARSE_SESSION_TOKEN": token,
        }
        if request.headers.get("Accept") == "application/json":
            response: HttpResponse = JsonResponse(told)
        else:
            response = render(request, "developers/session.html", {**_around(request, "session"), "told": told})
        response.headers["Cache-Control"] = "private, no-store"
        return response


def start(request: HttpRequest) -> HttpResponse:
    return redirect("developers:playground-face", face="parse")


def origin_of(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _around(request: HttpRequest, face: str) -> dict[str, Any]:
    faces = [
        {"url": reverse("developers:playground-face", args=[one]), "name": name(), "current": one == face}
        for one, name in FACES
    ]
    return {
        "tabs": tabs("playground"),
        "faces": faces,
        "face": face,
        "session": session.living(request),
        "closed": face != "rest" and not settings.PARSE_APP_ID,
    }
