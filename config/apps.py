from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    """The stock admin behind our own sign-in page, which is where tries are counted and explained."""

    default_site = "config.admin.ParsleyAdminSite"

    def ready(self) -> None:
        from config.labels import name_all

        name_all()
        super().ready()
