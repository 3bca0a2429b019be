"""The addresses around a list: its columns, its file, and what is done with several rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import URLPattern, path

from records.bulk import ChangeView, SelectionView
from records.export import ExportView
from records.lists import ColumnsView

if TYPE_CHECKING:
    from records.pages import RecordPages


def around_list(pages: type[RecordPages]) -> list[URLPattern]:
    """Of a class that declares columns."""
    if not pages.columns:
        return []
    name, plural = pages.model._meta.model_name, pages.model.plural
    return [
        path(f"{plural}/columns/", ColumnsView.as_view(pages=pages), name=f"{name}-columns"),
        path(f"{plural}/export/", ExportView.as_view(pages=pages), name=f"{name}-export"),
        path(f"{plural}/selection/", SelectionView.as_view(pages=pages), name=f"{name}-selection"),
        path(f"{plural}/selection/change/", ChangeView.as_view(pages=pages), name=f"{name}-selection-change"),
    ]
