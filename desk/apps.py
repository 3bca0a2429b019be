from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"

    def ready(self) -> None:
        from desk.saved_views import opening, views_with
        from records.definitions import uses
        from records.lists import openings

        openings.append(opening)
        uses.append(views_with)
