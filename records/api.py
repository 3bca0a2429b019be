"""The one door of the REST API to records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import status, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.serializers import BaseSerializer

from records.field_lists import orderings_of
from records.idempotency import once
from records.models import Record
from records.pagination import Asked, RecordPagination, refuse_unknown, together
from records.preconditions import etag, is_unchanged, refuse_stale
from records.serializers import RecordSerializer, expand
from records.transactions import atomically


class RecordViewSet(viewsets.ModelViewSet):
    """List, read, create, change and delete the records of one class, as the caller may.

    Rows are fetched through the caller and nothing else: a hidden one is 404. Subclasses name the model, the
    serializer, the filters and the orderings.
    """

    model: ClassVar[type[Record]]
    serializer_class: type[RecordSerializer]
    orderings: ClassVar[Mapping[str, Any]]
    ordering = "-updated_at"
    parameters = ("expand",)
    pagination_class = RecordPagination
    lookup_value_regex = "[^/]+"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.orderings = orderings_of(cls.model, cls.orderings)

    @property
    def queryset(self) -> QuerySet:  # type: ignore[override]
        """For DRF's own questions about the model: closed, so it cannot become an answer."""
        return self.model.objects.all()

    def get_queryset(self) -> QuerySet:
        return self.model.objects.visible_to(self.request.user)

    def get_object(self) -> Any:
        """On a write the row is locked first, so that what is checked is what is changed."""
        if self.request.method in ("GET", "HEAD"):
            return super().get_object()
        rows = self.get_queryset().select_for_update(of=("self",))
        record = rows.filter(pk=self.kwargs["pk"]).first()
        if record is None:
            raise Http404
        self.check_object_permissions(self.request, record)
        refuse_stale(self.request, record)
        return record

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Filters are for lists: a record has its address, whatever a list would show."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def list(self, request, *args: Any, **kwargs: Any) -> Response:
        inners, rows, _ = together(
            lambda: expanded(request, self.serializer_class),
            lambda: self.filter_queryset(self.get_queryset()),
            lambda: Asked.of(request, self),
        )
        page = list(self.paginate_queryset(rows) or [])
        rows = self.get_serializer(page, many=True).data
        expand(rows, page, inners, request)
        return self.get_paginated_response(rows)

    def retrieve(self, request, *args: Any, **kwargs: Any) -> Response:
        inners, _ = together(
            lambda: expanded(request, self.serializer_class),
            lambda: refuse_unknown(request, set(self.parameters)),
        )
        record = self.get_object()
        headers = {"ETag": etag(record)}
        # What is expanded may have changed though the record itself did not.
        if not inners and is_unchanged(request, record):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        row = self.get_serializer(record).data
        expand([row], [record], inners, request)
        return Response(row, headers=headers)

    def create(self, request, *args: Any, **kwargs: Any) -> Response:
        refuse_unknown(request, set())
        return atomically(once, request, self._create)

    def _create(self) -> Response:
        serializer = self.get_serializer(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        record = serializer.save()
        address = reverse(f"api:{self.basename}-detail", args=[record.pk], request=self.request)
        headers = {"Location": address, "ETag": etag(record)}
        return Response(self.get_serializer(record).data, status.HTTP_201_CREATED, headers=headers)

    def update(self, request, *args: Any, partial: bool = False, **kwargs: Any) -> Response:
        refuse_unknown(request, set())
        return atomically(self._update, partial)

    def _update(self, partial: bool) -> Response:
        serializer = self.get_serializer(self.get_object(), data=self.request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        record = serializer.save()
        return Response(self.get_serializer(record).data, headers={"ETag": etag(record)})

    def destroy(self, request, *args: Any, **kwargs: Any) -> Response:
        refuse_unknown(request, set())
        return atomically(self._destroy)

    def _destroy(self) -> Response:
        self.get_object().delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


def expanded(request, serializer: type[RecordSerializer]) -> dict[str, type[BaseSerializer]]:
    """What ``?expand=`` asks for, with the serializer of each. Raises ValidationError."""
    names = dict.fromkeys(name for name in request.query_params.get("expand", "").split(",") if name)
    if not names.keys() <= serializer.expandable.keys():
        raise ValidationError({"expand": [f"Choose from {', '.join(serializer.expandable) or 'nothing'}."]})
    return {name: serializer.expandable[name] for name in names}
