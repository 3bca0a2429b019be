"""How the OpenAPI description names the two ways to sign in."""

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.SessionTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema) -> dict:
        words = "A token from `POST /api/v1/auth/token/`. `Authorization: Token …` does as well as `Bearer …`."
        return {"type": "http", "scheme": "bearer", "description": words}


class BrowserScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.BrowserAuthentication"
    name = "browser"

    def get_security_definition(self, auto_schema) -> dict:
        words = "The session of the pages. Whatever changes something needs the header X-CSRFToken too."
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME, "description": words}
