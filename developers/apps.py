from django.apps import AppConfig


class DevelopersConfig(AppConfig):
    name = "developers"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        from developers.playground.session import end

        user_logged_out.connect(end, dispatch_uid="playground")
