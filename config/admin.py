from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


class ParsleyAdminSite(admin.AdminSite):
    site_header = site_title = "Parsley administration"
    index_title = "Records, people and settings"
    site_url = "/"
    enable_nav_sidebar = True

    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """One sign-in page for all: a second form would be a second door to guard."""
        if request.user.is_authenticated and self.has_permission(request):
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next") or request.get_full_path())
