"""What no request may carry, refused before any view looks at it."""

from collections.abc import Callable
from io import BytesIO

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, UnreadablePostError
from django.http.request import RawPostDataException
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from config.errors import expected, refuse, wants_json
from records.text import has_bad_text, printable

TOO_LARGE = "The request body is larger than 1 MB."
BAD_TEXT = "contains a character that no text can hold (NUL or half a surrogate pair)."


class PagesZipped(GZipMiddleware):
    """Pages and exports, and not the API: its ETags would become weak ones, which If-Match does not take.

    Django adds bytes at random, so that the length tells nothing of what stands beside a CSRF token.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_page = response.get("Content-Type", "").startswith(("text/html", "text/csv"))
        return super().process_response(request, response) if is_page else response


class Hygiene:
    """Bodies over the limit are answered 413; NUL bytes and lone surrogates, which PostgreSQL cannot store, 400."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refusal = self._length(request) or self._chunks(request) or self._address(request) or self._slash(request)
        response = refusal or self.get_response(request)
        if request.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        response.headers.setdefault("X-Robots-Tag", "noindex")
        return response

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        """Form fields: read here, after the URL is known to exist, so that a 404 costs no parsing."""
        if request.method != "POST" or not _is_form(request) or wants_json(request):
            return None
        try:
            fields = request.POST
        except (RawPostDataException, UnreadablePostError):
            return None
        for name, values in fields.lists():
            if any(has_bad_text(value) for value in values) or has_bad_text(name):
                return refuse(request, 400, f"The field “{printable(name)}” {BAD_TEXT}")
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return expected(request, error)

    def _length(self, request: HttpRequest) -> HttpResponse | None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()):
            return refuse(request, 400, "Content-Length is not a number.")
        too_large = len(length) > 15 or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        return refuse(request, 413, TOO_LARGE) if too_large else None

    def _chunks(self, request: HttpRequest) -> HttpResponse | None:
        """A body sent in chunks has no Content-Length, and Django would read it as an empty one."""
        if "chunked" not in request.headers.get("Transfer-Encoding", "") or request.META.get("CONTENT_LENGTH"):
            return None
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = request.META["wsgi.input"].read(limit + 1)
        if len(body) > limit:
            return refuse(request, 413, TOO_LARGE)
        request.META["CONTENT_LENGTH"] = str(len(body))
        request._stream = BytesIO(body)  # type: ignore[attr-defined]
        return None

    def _address(self, request: HttpRequest) -> HttpResponse | None:
        if has_bad_text(request.path_info):
            return refuse(request, 404)  # nothing has a name like that
        for name, values in request.GET.lists():
            if has_bad_text(name) or any(has_bad_text(value) for value in values):
                error = {"field": printable(name), "code": "bad_text", "detail": f"The value {BAD_TEXT}"}
                return refuse(request, 400, f"The parameter “{printable(name)}” {BAD_TEXT}", [error])
        return None

    def _slash(self, request: HttpRequest) -> HttpResponse | None:
        """Django would send a POST on with 301, which programs follow with a GET: nothing written, and no error."""
        path = request.path_info
        if request.method in ("GET", "HEAD") or not path.startswith("/api/v1/") or path.endswith("/"):
            return None
        return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True), preserve_request=True)


def _is_form(request: HttpRequest) -> bool:
    return request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data")
