"""The table of contents of the whole CRM."""

from django.contrib import admin
from django.urls import include, path

from config.health import healthz
from developers.agents.entry import entry

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/", include("config.api")),
    path("parse", include("parse.urls")),
    path("graphql", include("parse.graphql.urls")),
    path("mcp", entry, name="mcp"),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("developers/", include("developers.urls")),
    path("", include("desk.urls")),
    path("", include("pipeline.urls")),
    path("", include("crm.urls")),
    path("", include("activities.urls")),
    path("", include("live.urls")),
]
handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
