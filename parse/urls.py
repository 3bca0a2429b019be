from django.urls import re_path

from parse.views import entry

app_name = "parse"
urlpatterns = [re_path(r"^(?:/(?P<path>.*))?\Z", entry, name="entry")]
