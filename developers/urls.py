from django.urls import path

from developers import pages
from developers.playground import pages as playground

app_name = "developers"
urlpatterns = [
    path("", pages.home, name="home"),
    path("dictionary/", pages.dictionary_page, name="dictionary"),
    path("dictionary.<str:kind>", pages.dictionary_file, name="dictionary-file"),
    path("diagram/", pages.diagram_page, name="diagram"),
    path("diagram.<str:kind>", pages.diagram_file, name="diagram-file"),
    path("schema.json", pages.schema_file, name="schema-file"),
    path("agents.json", pages.agents_file, name="agents-file"),
    path("playground/", playground.start, name="playground"),
    path("playground/session/", playground.SessionView.as_view(), name="playground-session"),
    path("playground/<slug:face>/", playground.PlaygroundView.as_view(), name="playground-face"),
    path("models/", pages.models_page, name="models"),
    path("models/<str:key>/", pages.models_file, name="models-file"),
]
