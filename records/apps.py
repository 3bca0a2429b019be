from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class RecordsConfig(AppConfig):
    name = "records"

    def ready(self) -> None:
        """Modules with hooks are imported once all models are there."""
        for name in settings.HOOKS:
            import_module(name)
