from django.urls import path

from desk import views

app_name = "desk"
urlpatterns = [
    path("", views.my_day_view, name="my-day"),
    path("search/", views.search, name="search"),
    path("palette/", views.palette, name="palette"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
