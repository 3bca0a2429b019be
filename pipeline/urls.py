from pipeline.pages import urls

app_name = "pipeline"
urlpatterns = urls
