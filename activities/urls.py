from activities.pages import urls

app_name = "activities"
urlpatterns = urls
