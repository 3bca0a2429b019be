"""The pages of the portal, and the files that they offer. Everything on them is made from the models as they are."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from developers import diagram, dictionary, schema, typed
from developers.agents import guide as agents
from developers.agents.entry import PATH as AGENTS
from developers.drawing import drawing

ZOOMS = (50, 75, 100, 150, 200)
PARTS = (
    ("home", lambda: _("Overview")),
    ("dictionary", lambda: _("Dictionary")),
    ("diagram", lambda: _("Diagram")),
    ("models", lambda: _("Typed models")),
    ("playground", lambda: _("Playground")),
)


def tabs(current: str) -> list[dict[str, Any]]:
    return [
        {"url": reverse(f"developers:{part}"), "name": name(), "current": part == current, "count": None}
        for part, name in PARTS
    ]


def home(request: HttpRequest) -> HttpResponse:
    context = {"tabs": tabs("home"), "agents_address": request.build_absolute_uri(AGENTS)}
    return render(request, "developers/home.html", context)


def dictionary_page(request: HttpRequest) -> HttpResponse:
    context = {"tabs": tabs("dictionary"), "classes": dictionary.described()}
    return render(request, "developers/dictionary.html", context)


def diagram_page(request: HttpRequest) -> HttpResponse:
    """``zoom``: in percent; without, the drawing is as wide as the page."""
    asked = request.GET.get("zoom", "")
    zoom = int(asked) if asked in {str(one) for one in ZOOMS} else None
    classes = dictionary.described()
    drawn = drawing(classes)
    context = {
        "tabs": tabs("diagram"),
        "drawing": drawn,
        "width": drawn.width * zoom // 100 if zoom else None,
        "height": drawn.height * zoom // 100 if zoom else None,
        "zoom": zoom,
        "zooms": ZOOMS,
        "relations": diagram.relations(classes),
        "source": diagram.mermaid(classes),
    }
    return render(request, "developers/diagram.html", context)


def models_page(request: HttpRequest) -> HttpResponse:
    classes = _in_english()
    languages = [
        {"key": key, "name": name, "file": file, "text": write(classes)}
        for key, (name, file, write) in typed.LANGUAGES.items()
    ]
    return render(request, "developers/models.html", {"tabs": tabs("models"), "languages": languages})


# --- files: for programs, and so in English whoever asks --------------------------------------------------------------


def _in_english() -> list[dictionary.Described]:
    with override("en"):
        return dictionary.described()


def dictionary_file(request: HttpRequest, kind: str) -> HttpResponse:
    writers = {"csv": (dictionary.as_csv, "text/csv"), "json": (dictionary.as_json, "application/json")}
    if kind not in writers:
        raise Http404
    write, content_type = writers[kind]
    return _file(write(_in_english()), content_type, f"dictionary.{kind}")


def diagram_file(request: HttpRequest, kind: str) -> HttpResponse:
    if kind == "mmd":
        return _file(diagram.mermaid(_in_english()), "text/plain", "parsley.mmd")
    if kind != "svg":
        raise Http404
    context = {"drawing": drawing(_in_english()), "alone": True}
    response = render(request, "developers/_drawing.html", context, "image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="parsley.svg"'
    return response


def schema_file(request: HttpRequest) -> HttpResponse:
    return _file(schema.as_json(_in_english()), "application/json", "schema.json")


def agents_file(request: HttpRequest) -> HttpResponse:
    return _file(agents.as_json(request.build_absolute_uri(AGENTS)), "application/json", "agents.json")


def models_file(request: HttpRequest, key: str) -> HttpResponse:
    if key not in typed.LANGUAGES:
        raise Http404
    _name, file, write = typed.LANGUAGES[key]
    return _file(write(_in_english()), "text/plain", file)


def _file(text: str, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
