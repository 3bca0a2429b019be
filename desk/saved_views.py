"""Saved views: kept, renamed, shared with a team, opened first, dropped. Only the owner changes one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views import View

from desk.models import LONGEST, PLACES, DefaultView, SavedView, teams_of, tidy
from records.definitions import CustomField
from records.toasts import toast

LISTS = {"deal": "pipeline:deal-list", "contact": "crm:contact-list", "company": "crm:company-list"}


def opening(request: HttpRequest) -> str | None:
    """The query that the user's default view opens a list with, where one is set and still seen."""
    place = next((name for name, route in PLACES.items() if reverse(route) == request.path), None)
    if place is None:
        return None
    mine = DefaultView.objects.filter(user=request.user, place=place)  # type: ignore[misc]
    kept = mine.filter(view__in=SavedView.objects.visible_to(request.user)).select_related("view").first()
    return kept.view.asked if kept else None


def views_with(field: CustomField) -> list[str]:
    """The saved views that show a custom field, or filter or sort by it, a sentence each: it is not deleted then."""
    route = LISTS.get(field.model)
    places = [place for place, one in PLACES.items() if one == route or (place == "board" and field.model == "deal")]
    views = SavedView.objects.filter(place__in=places, query__contains=field.api_name).select_related("owner")
    words = _("The saved view “%(view)s” of %(who)s uses it.")
    return [words % {"view": view, "who": view.owner} for view in views if _asks(view, field.api_name)]


def _asks(view: SavedView, name: str) -> bool:
    asked = QueryDict(view.query)
    shown = [column for columns in asked.getlist("columns") for column in columns.split(",")]
    sorted_by = asked.get("ordering", "").removeprefix("-")
    return name in {*shown, sorted_by} or any(one.partition("__")[0] == name for one in asked)


class SavedViewForm(forms.ModelForm):
    class Meta:
        model = SavedView
        fields = ["name", "team"]
        widgets = {"name": forms.TextInput({"autocomplete": "off"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team: Any = self.fields["team"]
        team.queryset = teams_of(self.instance.owner)
        team.empty_label = lazy("Only me")

    def clean_name(self) -> str:
        view, name = self.instance, self.cleaned_data["name"]
        others = SavedView.objects.filter(owner=view.owner, place=view.place, name__iexact=name)
        if others.exclude(pk=view.pk).exists():
            raise ValidationError(_("You have a view of this name already. Choose another name."))
        return name


class ViewOfOne(View):
    """POST changes one saved view, of those that the user owns (or, for ``seen``, sees); others do not exist."""

    seen = False

    def get_view(self, pk: str) -> SavedView:
        views = SavedView.objects.visible_to(self.request.user)
        view = (views if self.seen else views.owned_by(self.request.user)).filter(pk=pk).first()
        if view is None:
            raise Http404
        return view

    def form_page(self, form: SavedViewForm, status: int = 200) -> HttpResponse:
        view = form.instance
        is_new = view._state.adding
        is_default = not is_new and DefaultView.objects.filter(user=self.request.user, view=view).exists()  # type: ignore[misc]
        back = f"{reverse(PLACES[view.place])}?{view.query or 'saved=all'}" if is_new else view.get_absolute_url()
        context = {"form": form, "view": view, "is_new": is_new, "is_default": is_default, "back": back}
        return render(self.request, "desk/saved_view.html", context, status=status)

    def go(self, address: str) -> HttpResponse:
        return HttpResponseRedirect(address, status=303)


class NewSavedView(ViewOfOne):
    """POST ``name``, ``team``, ``place`` and ``query``. A reload of the page with its errors leads to my day."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.go(reverse("desk:my-day"))

    def post(self, request: HttpRequest) -> HttpResponse:
        place, query = request.POST.get("place", ""), tidy(request.POST.get("query", ""))
        if place not in PLACES:
            raise Http404
        view = SavedView(owner=request.user, place=place, query=query[:LONGEST])  # type: ignore[misc]
        form = SavedViewForm(request.POST, instance=view)
        if len(query) > LONGEST:
            form.add_error(None, _("There are too many filters to keep. Take some away first."))
        if not form.is_valid():
            return self.form_page(form, 422)
        form.save()
        toast(request, _("The view “%(name)s” is saved.") % {"name": view})
        return self.go(view.get_absolute_url())


class EditSavedView(ViewOfOne):
    """Its name and who sees it; with ``query`` also what it shows."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        return self.form_page(SavedViewForm(instance=self.get_view(pk)))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        view = self.get_view(pk)
        if "query" in request.POST:
            view.query = tidy(request.POST["query"])[:LONGEST]
            view.save(update_fields=["query"])
        else:
            form = SavedViewForm(request.POST, instance=view)
            if not form.is_valid():
                return self.form_page(form, 422)
            view.save(update_fields=["name", "team"])
        toast(request, _("The view “%(name)s” is saved.") % {"name": view})
        return self.go(view.get_absolute_url())


class DeleteSavedView(ViewOfOne):
    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        view = self.get_view(pk)
        name = str(view)
        view.delete()
        toast(request, _("The view “%(name)s” is deleted.") % {"name": name})
        return self.go(f"{reverse(PLACES[view.place])}?saved=all")


class FirstSavedView(ViewOfOne):
    """The list opens with it from now on, for who asks; with ``undo`` no more."""

    seen = True

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        view = self.get_view(pk)
        if request.POST.get("undo"):
            view.open_no_more_for(request.user)
            toast(request, _("The view “%(name)s” does not open first any more.") % {"name": view})
        else:
            view.open_first_for(request.user)
            toast(request, _("The view “%(name)s” opens first from now on.") % {"name": view})
        return self.go(view.get_absolute_url())
