from crm.pages import CompanyPages, ContactPages

app_name = "crm"
urlpatterns = [*CompanyPages.urls(), *ContactPages.urls()]
