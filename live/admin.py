"""The log in the administration: read only, for who may read all records, since images hold what rules would hide."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_lists import LargeTableAdmin
from accounts.models import User
from live.logged import FACES, logged
from live.models import EDITS, Change


class Choice(admin.SimpleListFilter):
    """Of words that are known beforehand: to look for those in use would read the whole log."""

    words: tuple[str, ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(word, word) for word in self.words]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(**{str(self.parameter_name): self.value()}) if self.value() in self.words else queryset


class ModelChoice(Choice):
    title, parameter_name = gettext_lazy("class"), "model"

    @property
    def words(self) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(logged())


class FaceChoice(Choice):
    title, parameter_name, words = gettext_lazy("face"), "face", FACES


class OpChoice(Choice):
    title, parameter_name, words = gettext_lazy("what was done"), "op", EDITS


@lru_cache
def columns() -> frozenset[str]:
    return frozenset(str(field.column) for model in logged().values() for field in model._meta.concrete_fields)


@admin.register(Change)
class ChangeAdmin(LargeTableAdmin):
    list_display = ["at", "by", "op", "model", "record", "changed", "face"]
    list_filter = [ModelChoice, OpChoice, FaceChoice, "at"]
    search_fields = ["record"]
    search_help_text = gettext_lazy("A person, a field (stage), the id of a record or of a change set. All must fit.")
    ordering = ["-seq"]
    list_display_links = ["at"]
    readonly_fields = ["at", "by", "op", "model", "key", "record", "face", "change_set", "values"]
    fields = readonly_fields  # type: ignore[assignment]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        user = User.objects.filter(pk=OuterRef("actor")).order_by()
        name = user.values_list(Coalesce(NullIf("name", Value("")), "username"))
        return Change.objects.edits().annotate(who=Subquery(name))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        for word in search_term[:200].split()[:5]:
            queryset = queryset.filter(self._meant(word))
        return queryset, False

    def _meant(self, word: str) -> Q:
        """Decided by what there is, so that each search can use an index."""
        named = {word, f"{word}_id"} & columns()
        if named:
            return Q(op="update", before__has_any_keys=sorted(named))
        people = User.objects.filter(Q(username__icontains=word) | Q(name__icontains=word)).values_list("pk", flat=True)
        if found := list(people[:100]):
            return Q(actor__in=found)
        return Q(record=word) | Q(change_set=word)

    @admin.display(description=gettext_lazy("by"))
    def by(self, change: Change) -> str:
        return change.who or _("somebody")  # type: ignore[attr-defined]

    @admin.display(description=gettext_lazy("fields"))
    def changed(self, change: Change) -> str:
        return ", ".join(sorted(change.before or {})) if change.op == "update" else ""

    @admin.display(description=gettext_lazy("values"))
    def values(self, change: Change) -> SafeString:
        before, after = change.before or {}, change.after or {}
        names = sorted(before) if change.op == "update" else sorted({**before, **after})
        rows = [(name, _text(before.get(name)), _text(after.get(name))) for name in names]
        return format_html_join("", "<p><strong>{}</strong>: {} → {}</p>", rows)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Change | None = None) -> bool:
        return request.user.is_active and request.user.rights.may("records.read_all")  # type: ignore[union-attr]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Change | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Change | None = None) -> bool:
        return False


def _text(value: Any) -> str:
    return "–" if value is None else value if isinstance(value, str) else json.dumps(value, default=str)
