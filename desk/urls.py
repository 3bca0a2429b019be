from django.urls import path

from desk import field_pages, saved_views, views

app_name = "desk"
urlpatterns = [
    path("", views.my_day_view, name="my-day"),
    path("views/", saved_views.NewSavedView.as_view(), name="saved-view-new"),
    path("views/<str:pk>/", saved_views.EditSavedView.as_view(), name="saved-view"),
    path("views/<str:pk>/deletion/", saved_views.DeleteSavedView.as_view(), name="saved-view-deletion"),
    path("views/<str:pk>/first/", saved_views.FirstSavedView.as_view(), name="saved-view-first"),
    path("settings/fields/", field_pages.FieldsView.as_view(), name="fields"),
    path("settings/fields/new/", field_pages.NewField.as_view(), name="field-new"),
    path("settings/fields/<str:key>/", field_pages.EditField.as_view(), name="field"),
    path("settings/fields/<str:key>/deletion/", field_pages.DeleteField.as_view(), name="field-deletion"),
    path("search/", views.search, name="search"),
    path("palette/", views.palette, name="palette"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
