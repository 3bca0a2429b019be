"""The table of contents of /api/v1/."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from accounts.api import TokenView, UserViewSet
from activities.api import ActivityViewSet
from crm.api import CompanyViewSet, ContactViewSet
from live.api import paths
from live.changes_api import ChangesView
from pipeline.api import DealViewSet, LostReasonViewSet, StageViewSet
from records.field_api import CustomFieldViewSet

router = SimpleRouter()
router.register("companies", CompanyViewSet, "company")
router.register("contacts", ContactViewSet, "contact")
router.register("deals", DealViewSet, "deal")
router.register("activities", ActivityViewSet, "activity")
router.register("stages", StageViewSet, "stage")
router.register("lost-reasons", LostReasonViewSet, "lost-reason")
router.register("users", UserViewSet, "user")
router.register("schema-fields", CustomFieldViewSet, "schema-field")

app_name = "api"
urlpatterns = [
    path("v1/", include(router.urls)),
    *paths(),
    path("v1/changes/", ChangesView.as_view(), name="changes"),
    path("v1/auth/token/", TokenView.as_view(), name="token"),
    path("v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path(
        "docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema", template_name="api/docs.html"), name="docs"
    ),
]
