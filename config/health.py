from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from config.errors import RETRY_SECONDS


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """Ready to serve: 200 ``{"status": "ok"}``, or 503 while the database is away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database away"}, status=503, headers={"Retry-After": RETRY_SECONDS})
    return JsonResponse({"status": "ok"})
