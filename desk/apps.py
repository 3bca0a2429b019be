from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"

    def ready(self) -> None:
        from desk.saved_views import opening
        from records.lists import openings

        openings.append(opening)
