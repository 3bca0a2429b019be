"""People, teams, roles and tokens in the administration. Nobody hands out what they do not hold themselves."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.admin_forms import PasswordForm, PersonCreationForm, PersonForm, RoleForm
from accounts.admin_lists import LargeTableAdmin
from accounts.models import EVERYONE, Membership, Role, Session, Team, Try, User
from accounts.principals import Rights

admin.site.unregister(Group)


def permissions_to_give(giver: User) -> QuerySet[Permission]:
    """The class-level permissions that ``giver`` holds: nobody hands out more."""
    permissions = Permission.objects.select_related("content_type").order_by("content_type__app_label", "codename")
    permissions = permissions.exclude(codename__startswith="overwrite_")  # of single rows alone (records/models.py)
    if giver.is_superuser:
        return permissions
    held = Q(group__user=giver) | Q(user=giver)
    return permissions.filter(pk__in=Permission.objects.filter(held).values("pk"))


def roles_to_give(giver: User) -> QuerySet[Group]:
    """The roles that hold nothing that ``giver`` does not hold. Everyone is not given: all who signed in have it."""
    roles = Group.objects.exclude(name=EVERYONE).order_by("name")
    if giver.is_superuser:
        return roles
    beyond = Permission.objects.exclude(pk__in=permissions_to_give(giver).order_by().values("pk"))
    return roles.exclude(permissions__in=beyond)


def may_manage(manager: User, person: User) -> bool:
    """Whoever sets a password can sign in as that person: only of those who hold no more than oneself."""
    if manager.is_superuser:
        return True
    return not person.is_superuser and Rights.held_by(person).permissions <= manager.rights.permissions


@admin.register(User)
class UserAdmin(LargeTableAdmin, DjangoUserAdmin):
    """Deleting deactivates. Only superusers decide who is staff or superuser, and nobody does so about themselves."""

    form = PersonForm
    add_form = PersonCreationForm
    change_password_form = PasswordForm
    list_display = ["username", "name", "email", "is_active", "is_staff", "is_superuser"]
    list_filter = ["is_active", "is_staff", "is_superuser"]
    ordering = ["username"]
    search_fields = ["username", "name"]
    readonly_fields = ["last_login", "created_at", "updated_at"]
    filter_horizontal = ["groups", "user_permissions"]
    actions = ["delete_selected"]
    add_fieldsets = [(None, {"fields": ["username", "email", "name", "password1", "password2", "groups"]})]
    person = ["username", "password", "name", "email", "time_zone", "density"]
    keys = ["is_active", "is_staff", "is_superuser"]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> list:
        if obj is None:
            return self.add_fieldsets
        permissions = [*self.keys, "groups", *(["user_permissions"] if request.user.is_superuser else [])]
        return [
            (None, {"fields": self.person}),
            (_("May"), {"fields": permissions}),
            (_("Dates"), {"fields": self.readonly_fields}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        kept = [] if request.user.is_superuser else ["is_staff", "is_superuser"]
        return [*self.readonly_fields, *(self.keys if obj == request.user else kept)]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """By e-mail address only for those who may read it: the directory, from which one chooses, does not tell it."""
        return [*self.search_fields, *(["email"] if request.user.has_perm("accounts.view_user") else [])]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs |= {
                "queryset": roles_to_give(request.user),  # type: ignore[arg-type]
                "label": "Roles",
                "help_text": lazy("What the person may do."),
            }
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or may_manage(request.user, obj))  # type: ignore[arg-type]

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        mine = obj is None or (obj != request.user and may_manage(request.user, obj))  # type: ignore[arg-type]
        return super().has_delete_permission(request, obj) and mine

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not obj.is_active and "is_active" in form.changed_data:
            obj.end_sessions()

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list, dict, set, list]:
        return [str(person) for person in objs], {}, set(), []

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:  # type: ignore[override]
        for person in queryset:
            self.log_change(request, person, "Deactivated.")

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: str) -> HttpResponse:  # type: ignore[override]
        self.message_user(
            request, _("%(who)s was deactivated: all sessions and tokens have ended.") % {"who": obj_display}
        )
        return HttpResponseRedirect(reverse("admin:accounts_user_changelist"))

    @admin.action(permissions=["delete"], description=lazy("Deactivate selected people"))
    def delete_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        chosen = [person.pk for person in queryset if self.has_delete_permission(request, person)]
        if len(chosen) < len(queryset):
            self.message_user(request, _("Left out: yourself, and who may do more than you."), messages.WARNING)
        if not request.POST.get("post"):
            return delete_selected(self, request, queryset.filter(pk__in=chosen))
        people = queryset.filter(pk__in=chosen, is_active=True)
        self.log_deletions(request, people)
        number = len(people)
        self.delete_queryset(request, people)
        self.message_user(request, _("Deactivated: %(number)s.") % {"number": number}, messages.SUCCESS)
        return None


class MembershipInline(admin.TabularInline):
    """Who is in the team. Whoever may change the team may change that."""

    model = Membership
    autocomplete_fields = ["user"]
    extra = 1
    verbose_name = lazy("member")
    verbose_name_plural = lazy("members")

    def has_add_permission(self, request: HttpRequest, obj: Team | None = None) -> bool:
        return request.user.has_perm("accounts.change_team")

    has_change_permission = has_delete_permission = has_add_permission

    def has_view_permission(self, request: HttpRequest, obj: Team | None = None) -> bool:
        return request.user.has_perm("accounts.view_team")


@admin.register(Team)
class TeamAdmin(LargeTableAdmin):
    """Leads read and write what the members, and those of the teams below, own."""

    list_display = ["name", "parent", "led_by"]
    list_select_related = ["parent"]
    search_fields = ["name"]
    fields = ["name", "parent", "leads"]
    autocomplete_fields = ["parent", "leads"]
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        return super().get_queryset(request).prefetch_related("leads")

    @admin.display(description=lazy("led by"))
    def led_by(self, team: Team) -> str:
        return ", ".join(str(lead) for lead in team.leads.all())


@admin.register(Role)
class RoleAdmin(LargeTableAdmin):
    """What a role may do to the classes. Everyone stays as it is: the access rule knows it by its name."""

    form = RoleForm
    list_display = ["name"]
    ordering = ["name"]
    search_fields = ["name"]
    filter_horizontal = ["permissions"]
    actions = ["delete_selected"]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = permissions_to_give(request.user)  # type: ignore[arg-type]
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or self._within(request.user, obj))  # type: ignore[arg-type]

    def has_delete_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        mine = obj is None or (obj.name != EVERYONE and self._within(request.user, obj))  # type: ignore[arg-type]
        return super().has_delete_permission(request, obj) and mine

    def _within(self, user: User, role: Role) -> bool:
        beyond = role.permissions.exclude(pk__in=permissions_to_give(user).order_by().values("pk"))
        return user.is_superuser or not beyond.exists()

    @admin.action(permissions=["delete"], description=lazy("Delete selected roles"))
    def delete_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        chosen = queryset.filter(pk__in=roles_to_give(request.user).order_by().values("pk"))  # type: ignore[arg-type]
        if len(chosen) < len(queryset):
            said = _("Left out: %(everyone)s, and roles that may do more than you.") % {"everyone": EVERYONE}
            self.message_user(request, said, messages.WARNING)
        return delete_selected(self, request, chosen)


@admin.register(Session)
class SessionAdmin(LargeTableAdmin):
    """Tokens of programs: who carries one, since when, until when. Deleting one revokes it at once."""

    list_display = ["user", "name", "created_at", "last_used_at", "expires_at"]
    list_select_related = ["user"]
    fields = ["user", "name", "created_at", "last_used_at", "expires_at"]
    search_fields = ["user__username", "user__name", "name"]
    actions = ["delete_selected"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Session | None = None) -> bool:
        return False

    @admin.action(permissions=["delete"], description=lazy("Revoke selected sessions"))
    def delete_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        return delete_selected(self, request, queryset)


@admin.register(Try)
class TryAdmin(LargeTableAdmin):
    """Failed sign-ins of the last day. Deleting those of an account or an address lets it try again at once."""

    list_display = ["key", "at"]
    ordering = ["-at"]
    search_fields = ["key"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Try | None = None) -> bool:
        return False
