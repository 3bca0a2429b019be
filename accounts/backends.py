"""The one door a password goes through: forms, the admin, token requests and the Parse face all call authenticate()."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.db.models import TextField
from django.db.models.expressions import RawSQL
from django.http import HttpRequest

from accounts.hooks import LOGIN, run
from accounts.models import Try, User
from accounts.principals import rights_of
from accounts.signin import count_try, forget_tries, keys


class PasswordBackend(ModelBackend):
    """Username or e-mail address and password, with tries counted. Raises TooManyTries instead of answering."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        username = username if username is not None else kwargs.get(User.USERNAME_FIELD)
        if not username or password is None:
            return None
        user = _named(username)
        names = keys(user.pk if user else username.casefold(), request)
        counted = count_try(Try.objects, names)
        if user is None:
            make_password(password)  # the same work as for a known name, so that time tells nothing
            return None
        if not user.check_password(password) or not self.user_can_authenticate(user):
            return None
        forget_tries(Try.objects, names[0], counted)
        run("before_login", LOGIN, user)
        return user

    def get_user(self, user_id: Any) -> User | None:
        """Of a session. ``snapshot``: what was committed by then, which is before the page reads anything it shows."""
        snapshot = RawSQL("pg_current_snapshot()::text", [], output_field=TextField())
        user = User.objects.annotate(snapshot=snapshot).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Class-level permissions. About a single record records.backends answers."""
        return obj is None and rights_of(user_obj).may(perm)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if obj is not None:
            return set()
        return super().get_all_permissions(user_obj) if user_obj.is_superuser else set(rights_of(user_obj).permissions)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        rights = rights_of(user_obj)
        return rights.everything or any(name.startswith(f"{app_label}.") for name in rights.permissions)


def _named(username: str) -> User | None:
    """The address first: nobody takes over another's by choosing it as a user name."""
    by_address = User.objects.filter(email__iexact=username).first() if "@" in username else None
    return by_address or User.objects.filter(username__iexact=username).first()
