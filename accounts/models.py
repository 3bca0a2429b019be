"""People, the teams they work in, and the tokens their programs carry."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Upper
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.mixins import GuardianUserMixin

from accounts.hooks import Hooked
from accounts.ids import new_id
from accounts.principals import EVERYBODY, Rights
from accounts.signin import address_of
from accounts.times import ChangedAt

EVERYONE = "Everyone"  # the role that stands for all who are signed in; a trigger keeps its name
DENSITIES = [("comfortable", _("Comfortable")), ("compact", _("Compact"))]
THEMES = [("system", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))]


class UserQuerySet(models.QuerySet):
    def directory(self) -> "UserQuerySet":
        """Whom one may assign to and share with: the active users. Read by all who signed in."""
        return self.filter(is_active=True).order_by("name", "username")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Deactivates: rows keep their history, so a person never disappears from under them."""
        with transaction.atomic():
            for user in self.select_for_update():
                user.deactivate()  # type: ignore[attr-defined]
        return 0, {}


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)

    def create_user(self, username: str, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        return user

    def create_superuser(self, username: str, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, email, password, is_staff=True, is_superuser=True, **fields)


class User(Hooked, GuardianUserMixin, AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    id = models.CharField(primary_key=True, max_length=10, default=new_id, editable=False)
    username = models.CharField(
        _("username"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        help_text=_("Letters, digits and @ . + - _ only."),
    )
    email = models.EmailField(_("e-mail address"), null=True)  # asked for by every form; programs may leave it out
    # The address that was confirmed by mail (accounts/confirming.py), which need not be the one of today.
    confirmed_email = models.EmailField(_("confirmed e-mail address"), null=True, blank=True, editable=False)
    name = models.CharField(
        _("name"), max_length=150, blank=True, help_text=_("As colleagues know you; the username where empty.")
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Off instead of deleting: rows keep their owner.")
    )
    is_staff = models.BooleanField(_("may use the administration"), default=False)
    # Preferences: of the pages alone, no program is told of them.
    language = models.CharField(_("language"), max_length=10, blank=True, db_default="")
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    theme = models.CharField(_("theme"), max_length=12, choices=THEMES, default="system", db_default="system")
    density = models.CharField(_("density"), max_length=12, choices=DENSITIES, default="comfortable")
    single_keys = models.BooleanField(
        _("single keys as shortcuts"),
        default=True,
        db_default=True,
        help_text=_("Such as / for search and ? for the list. Turn them off if you dictate, or press keys by chance."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = ChangedAt()

    objects = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name", "username"]
        constraints = [
            models.UniqueConstraint(
                Upper("username"), name="user_username_unique", violation_error_message=_("This username is taken.")
            ),
            models.UniqueConstraint(
                Upper("email"), name="user_email_unique", violation_error_message=_("This e-mail address is taken.")
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def has_confirmed_email(self) -> bool:
        return bool(self.email) and self.confirmed_email == self.email

    @property
    def rights(self) -> Rights:
        """Roles, permissions and principals, asked once for each loaded user: load the user anew to ask anew."""
        if "_rights" not in self.__dict__:
            self._rights = Rights.of(self)
        return self._rights

    def take_rights(self, stamps: list[int]) -> None:
        """By the stamps that were asked along with the user."""
        self._rights = Rights.as_of(self, stamps)

    def deactivate(self) -> None:
        """Ends every session and token at once; what the user owns stays where it is."""
        self.is_active = False
        self.save(update_fields=["is_active", "updated_at"])
        self.end_sessions()

    def end_sessions(self, keep: "Session | None" = None) -> None:
        self.sessions.exclude(pk=keep.pk if keep else None).delete()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new password ends the tokens; browser sessions end by themselves, as they hold a hash of the password.

        A hash that is only brought up to date at sign-in is no new password: Django clears ``_password`` for it.
        """
        changed = self._password is not None and not self._state.adding  # type: ignore[attr-defined]
        super().save(*args, **kwargs)
        if changed:
            self.end_sessions()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Deactivates, see UserQuerySet.delete."""
        self.deactivate()
        return 0, {}


class Team(models.Model):
    """A team in a tree. Its leads read and write what its members, and those of the teams below, own."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    leads = models.ManyToManyField(User, blank=True, related_name="leads_teams", verbose_name=_("leads"))
    members = models.ManyToManyField(
        User, through="Membership", blank=True, related_name="teams", verbose_name=_("members")
    )

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        above = self.parent
        while above:
            if above.pk == self.pk:
                raise ValidationError({"parent": _("A team cannot stand below itself.")})
            above = above.parent


class Membership(models.Model):
    """That a user belongs to a team. The record apps hang their triggers on it, through proxies."""

    team = models.ForeignKey(Team, models.CASCADE)
    user = models.ForeignKey(User, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "team"], name="membership_unique")]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"


class Role(Group):
    """Django's group under the name that people use for it. Everyone keeps its name: the triggers know it by that."""

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        proxy = True
        triggers = [
            pgtrigger.Protect(
                name="everyone_stays", operation=pgtrigger.Delete, condition=pgtrigger.Q(old__name=EVERYONE)
            ),
            pgtrigger.Protect(
                name="everyone_keeps_name",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__name=EVERYONE) & ~pgtrigger.Q(new__name=EVERYONE),
            ),
            pgtrigger.Trigger(
                name="role_detail",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="""
                INSERT INTO accounts_roledetail (group_id, object_id, readers, writers, created_at, updated_at)
                VALUES (NEW.id, left(md5(gen_random_uuid()::text), 10), '{*}', '{}', now(), now())
                ON CONFLICT DO NOTHING;
                RETURN NULL;""",
            ),
        ]


def everybody() -> list[str]:
    return [EVERYBODY]


class RoleDetail(models.Model):
    """What programs know of a role beside its name. Made by a trigger for each role, whoever makes it.

    ``children``: roles whose members have the rights of this one as well. ``readers`` and ``writers``: principals that
    may see the role, and change who is in it.
    """

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="detail")
    object_id = models.CharField(max_length=10, unique=True, default=new_id, editable=False)
    children = models.ManyToManyField("self", symmetrical=False, related_name="parents", blank=True)
    readers = ArrayField(models.TextField(), default=everybody, blank=True)
    writers = ArrayField(models.TextField(), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = ChangedAt()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.group.name


class SessionQuerySet(models.QuerySet):
    def alive(self) -> "SessionQuerySet":
        return self.filter(expires_at__gt=timezone.now(), user__is_active=True)


class Session(models.Model):
    """A revocable token of one user, for programs: ``Authorization: Token r:…``. Only its SHA-256 is stored."""

    LIFETIME = timedelta(days=365)

    id = models.CharField(primary_key=True, max_length=10, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="sessions")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100, blank=True, help_text=_("What it is used for."))
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_address = models.CharField(max_length=64, blank=True, db_default="")
    last_agent = models.CharField(_("last program"), max_length=200, blank=True, db_default="")
    created_with = models.CharField(max_length=10, default="login", db_default="login", editable=False)
    installation_id = models.CharField(max_length=100, blank=True, db_default="", editable=False)
    expires_at = models.DateTimeField()

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name or 'token'} of {self.user}"

    @classmethod
    def start(
        cls, user: User, name: str = "", request: HttpRequest | None = None, **fields: Any
    ) -> tuple["Session", str]:
        """The new session and its token, which is shown this once. ``request``: where from, for the list of devices."""
        token = "r:" + secrets.token_hex(16)
        expires_at = timezone.now() + cls.LIFETIME
        seen = cls.place_of(request) if request else {}
        session = cls.objects.create(
            user=user, name=name[:100], digest=cls.digest_of(token), expires_at=expires_at, **seen, **fields
        )
        return session, token

    @staticmethod
    def place_of(request: HttpRequest) -> dict[str, Any]:
        """The columns that say when, from where and by which program a session was last used."""
        agent = request.headers.get("User-Agent", "")[:200]
        return {"last_used_at": timezone.now(), "last_address": address_of(request), "last_agent": agent}

    @staticmethod
    def digest_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()


class RightsStamp(models.Model):
    """A number that changes with the rights of ``holder``, a user's id, or of everybody: ``*``. Written by triggers."""

    holder = models.CharField(max_length=10, primary_key=True)
    stamp = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.holder


class Try(models.Model):
    """A failed try to sign in, counted for the account named and for the address it came from."""

    key = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("sign-in try")
        verbose_name_plural = _("sign-in tries")
        indexes = [models.Index(fields=["key", "at"], name="try_key_at")]

    def __str__(self) -> str:
        return f"{self.key} at {self.at:%H:%M:%S}"
