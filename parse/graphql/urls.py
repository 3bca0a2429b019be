from django.urls import re_path

from parse.graphql.entry import entry

app_name = "graphql"
urlpatterns = [re_path(r"^(?:/)?\Z", entry, name="entry")]
