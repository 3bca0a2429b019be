from django.urls import path

from developers import pages

app_name = "developers"
urlpatterns = [
    path("", pages.home, name="home"),
    path("dictionary/", pages.dictionary_page, name="dictionary"),
    path("dictionary.<str:kind>", pages.dictionary_file, name="dictionary-file"),
    path("diagram/", pages.diagram_page, name="diagram"),
    path("diagram.<str:kind>", pages.diagram_file, name="diagram-file"),
    path("schema.json", pages.schema_file, name="schema-file"),
    path("models/", pages.models_page, name="models"),
    path("models/<str:key>/", pages.models_file, name="models-file"),
]
