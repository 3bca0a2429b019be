"""Says for each request on whose behalf and through which face its writes are made."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from records.acting import ChangeSet, acting

FACES = {"/api/": "api", "/admin/": "admin", "/parse": "parse", "/graphql": "parse"}
FACE = "parsley.face"  # in META, where no header can put it: another face that calls the REST API in its own name


class WhoWrites:
    """``request.change_set``: the id of all that the request writes, once it has written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.change_set = change_set = ChangeSet()  # type: ignore[attr-defined]
        face = request.META.get(FACE) or next(
            (face for start, face in FACES.items() if request.path_info.startswith(start)), "page"
        )
        # Asked for only when something is written: the API knows after its view has begun, a read never.
        with acting(lambda: request.user, face, change_set):
            response = self.get_response(request)
        if change_set and face == "page":
            response.headers["Parsley-Change-Set"] = str(change_set)  # a page knows by it what it did itself
        return response
