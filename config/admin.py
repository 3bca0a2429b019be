from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Suggestions(AutocompleteJsonView):
    """People come from the directory, which all who signed in may read; other rows as their own admin lists them."""

    @property
    def _people(self) -> bool:
        return self.model_admin.model is User

    def has_perm(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._people or super().has_perm(request, obj)

    def get_queryset(self) -> QuerySet:
        found = super().get_queryset()
        return found.filter(is_active=True) if self._people else found


class ParsleyAdminSite(admin.AdminSite):
    site_header = site_title = _("Parsley administration")
    index_title = _("Records, people and settings")
    site_url = "/"
    enable_nav_sidebar = True

    def get_urls(self) -> list:
        """Without Django's "view on site": it fetches any row of any class and tells whether it exists."""
        return [url for url in super().get_urls() if getattr(url, "name", None) != "view_on_site"]

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """One sign-in page for all: a second form would be a second door to guard."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or request.get_full_path())
        if not self.has_permission(request):
            raise PermissionDenied(_("Your account may not use the administration. A superuser can change that."))
        return redirect("admin:index")

    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """One page for it as well, the one of the profile."""
        return redirect("accounts:password-change")

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return Suggestions.as_view(admin_site=self)(request)
