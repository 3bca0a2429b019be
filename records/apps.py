from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created

from records import acting


class RecordsConfig(AppConfig):
    name = "records"

    def ready(self) -> None:
        """Modules with hooks are imported once all models are there."""
        connection_created.connect(acting.install, dispatch_uid="acting")
        for name in settings.HOOKS:
            import_module(name)
