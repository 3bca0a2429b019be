"""The one door of the administration to records: rows, pointers and rights all come through the access rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from accounts.admin_lists import LargeTableAdmin
from records import field_admin as field_admin
from records.admin_forms import MAY, GrantForm, GrantPermission, Pointer, RecordAdminForm, hidden, targets_for
from records.fields import shown_fields
from records.filters import RecordFilter
from records.models import Record

MOST_DELETED = 1_000  # at once: what goes along is loaded and counted first


def open_to(request: HttpRequest, db_field: Any) -> dict[str, Any]:
    """What formfield() of a foreign key needs, so that an id typed into the request is refused like any other."""
    targets = targets_for(request.user, db_field.remote_field.model)
    return {} if targets is None else {"queryset": targets, "form_class": Pointer}


class RecordChangeList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        self.model_admin.name_targets(request.user, self.result_list)  # type: ignore[attr-defined]


class GrantInline(admin.TabularInline):
    """Grants on the record. Who may change the record may share it, and who may see it sees with whom."""

    form = GrantForm
    extra = 0

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.remote_field.model is Permission:
            codes = [f"{verb}_{self.parent_model._meta.model_name}" for verb in MAY]
            of_class = Permission.objects.filter(
                content_type__app_label=self.parent_model._meta.app_label, codename__in=codes
            )
            return GrantPermission(of_class.order_by("-codename"), label=_("may"), empty_label=None)
        if db_field.remote_field.model is Group:
            kwargs |= {"queryset": Group.objects.order_by("name"), "label": "role"}
        return super().formfield_for_foreignkey(db_field, request, **{**open_to(request, db_field), **kwargs})

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("permission", self.fields[0])  # type: ignore[arg-type, index]

    def _of_parent(self, request: HttpRequest, action: str, obj: Record | None) -> bool:
        opts = self.parent_model._meta
        name = f"{opts.app_label}.{get_permission_codename(action, opts)}"
        return request.user.has_perm(name) and (obj is None or request.user.has_perm(name, obj))

    def has_view_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        return self._of_parent(request, "view", obj)

    def has_change_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        return self._of_parent(request, "change", obj)

    has_add_permission = has_delete_permission = has_change_permission


def grants(*models: type[Model]) -> list[type[GrantInline]]:
    """Inlines for the grant models of one class: to people, and to roles."""
    return [
        type(
            f"{model.__name__}Inline",
            (GrantInline,),
            {
                "model": model,
                "fields": ["user" if hasattr(model, "user") else "group", "permission"],
                "autocomplete_fields": ["user"] if hasattr(model, "user") else [],
                "verbose_name": _("grant to a person") if hasattr(model, "user") else _("grant to a role"),
                "verbose_name_plural": _("grants to people") if hasattr(model, "user") else _("grants to roles"),
            },
        )
        for model in models
    ]


class RecordAdmin(LargeTableAdmin):
    """Subclasses name ``record_fields``, ``filterset_class`` and the grants.

    ``pointer``: a field whose target may be hidden from one who sees the row; it is shown through ``target``.
    """

    form = RecordAdminForm
    filterset_class: type[RecordFilter]
    record_fields: list[str]
    pointer: tuple[str, ...] = ()
    ordering = ["-updated_at", "-id"]
    readonly_fields = ["author", "created_at", "updated_at", "readers", "writers"]
    actions = ["delete_selected"]

    # --- rows ---------------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.model.objects.visible_to(request.user).order_by(*self.get_ordering(request))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Record | None:
        """Locked while it is written, so that the check for a stale form holds until the save."""
        rows = self.get_queryset(request)
        try:
            found = (rows.select_for_update() if request.method == "POST" else rows).filter(pk=object_id).first()
        except (ValidationError, ValueError):
            return None
        if found:
            self.name_targets(request.user, [found])
        return found

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RecordChangeList

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """As the pages and the API search."""
        return self.filterset_class({"q": search_term[:200]}, queryset, request=request).qs, False

    def target_of(self, row: Any) -> tuple[type[Record], str] | None:
        """Class and id of what ``pointer`` points to."""
        return None

    def name_targets(self, user: Any, rows: Iterable[Any]) -> None:
        """Sets ``target_name`` of each row: one statement for each class pointed to, however many rows."""
        wanted: dict[type[Record], set[str]] = defaultdict(set)
        targets = [(row, self.target_of(row)) for row in rows]
        for _row, found in targets:
            if found:
                wanted[found[0]].add(found[1])
        visible = {model: model.objects.visible_to(user).in_bulk(ids) for model, ids in wanted.items()}
        for row, found in targets:
            row.target_name = "" if not found else str(visible[found[0]].get(found[1]) or hidden(found[1]))

    def target(self, row: Any) -> str:
        return row.target_name or self.get_empty_value_display()

    @admin.display(description=_("created by"))
    def author(self, row: Any) -> str:
        return str(row.created_by or self.get_empty_value_display())

    def view_on_site(self, row: Record) -> str:
        return row.get_absolute_url()

    # --- rights -------------------------------------------------------------------------------------------------------

    def _may(self, request: HttpRequest, action: str, obj: Record | None) -> bool:
        name = f"{self.opts.app_label}.{get_permission_codename(action, self.opts)}"
        return request.user.has_perm(name) and (obj is None or request.user.has_perm(name, obj))

    def has_view_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        return self._may(request, "view", obj)

    def has_change_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        return self._may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        return self._may(request, "delete", obj)

    # --- forms --------------------------------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Record | None = None) -> list:
        everything = request.user.has_perm("records.write_all")
        names = [field.api_name for field in shown_fields(self.model)]
        added = [(_("Fields of your own"), {"fields": names})] if names else []
        if obj is None:
            return [(None, {"fields": [*self.record_fields, *(["creator"] if everything else [])]}), *added]
        if not self.has_change_permission(request, obj):
            shown = [name for name in self.record_fields if name not in self.pointer]
            return [(None, {"fields": [*shown, *(["target"] if self.pointer else []), *self.readonly_fields[:3]]})]
        sets = [
            (None, {"fields": [*self.record_fields, "version"]}),
            *added,
            (_("Known"), {"fields": ["creator" if everything else "author", "created_at", "updated_at"]}),
        ]
        if everything:
            kept = _("The principals that the grants, owners and teams give, as the database keeps them.")
            arrays = {"fields": ["readers", "writers"], "description": kept, "classes": ["collapse"]}
            sets.append((_("Who may"), arrays))  # type: ignore[arg-type]
        return sets

    def get_form(self, request: HttpRequest, obj: Record | None = None, change: bool = False, **kwargs: Any) -> Any:
        added = {field.api_name for field in shown_fields(self.model)}  # which the form adds by itself
        asked = kwargs.pop("fields", None) or flatten_fieldsets(self.get_fieldsets(request, obj))
        names = [name for name in asked if name not in added]
        form = super().get_form(request, obj, change=change, fields=names, **kwargs)
        form.viewer = request.user  # type: ignore[attr-defined]
        return form

    def get_inlines(self, request: HttpRequest, obj: Record | None) -> list:
        """Not on a new record: its first grant, the creator's, is made by the database."""
        return self.inlines if obj else []  # type: ignore[return-value]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, **{**open_to(request, db_field), **kwargs})

    def save_model(self, request: HttpRequest, obj: Record, form: Any, change: bool) -> None:
        """Writes only what changed."""
        changed = [name for name in form.changed_data if name not in ("version", "creator")]
        if "creator" in form.changed_data:
            obj.created_by = form.cleaned_data["creator"]
            changed.append("created_by")
        if not change:
            obj.created_by = obj.created_by or request.user  # type: ignore[assignment]
            obj.save(force_insert=True)
        elif changed:
            added = {field.api_name for field in shown_fields(self.model)}
            columns = {"custom" if name in added else name for name in changed}
            obj.save(update_fields=[*columns, "updated_at"])

    # --- deleting -----------------------------------------------------------------------------------------------------

    @admin.action(permissions=["delete"], description=_("Delete selected %(verbose_name_plural)s"))
    def delete_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Of the chosen rows those that the user may delete."""
        if queryset.order_by()[: MOST_DELETED + 1].count() > MOST_DELETED:
            self.message_user(
                request,
                _("Choose at most %(most)s rows at a time.") % {"most": number_format(MOST_DELETED)},
                messages.ERROR,
            )
            return None
        chosen = self.model.objects.deletable_by(request.user).filter(
            pk__in=list(queryset.values_list("pk", flat=True))
        )
        if len(chosen) < len(queryset):
            self.message_user(request, _("Left out: what you may see but not delete."), messages.WARNING)
        return delete_selected(self, request, chosen)
