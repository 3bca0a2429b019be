"""What every CRM record shares: identity, times, custom fields, and the access arrays with their grants."""

from collections.abc import Sequence
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat, Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accounts.hooks import Hooked
from accounts.ids import new_id
from accounts.times import ChangedAt
from records import fields
from records.definitions import CustomField as CustomField
from records.querysets import RecordManager, UnrestrictedManager
from records.saving import SavedInLoop


class PrincipalsField(ArrayField):
    """Who may, as the triggers wrote it. Whatever is saved here is replaced by the database (records/access.py)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs |= {"base_field": models.TextField(), "default": list, "editable": False, "blank": True}
        super().__init__(**kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for given in ("base_field", "default", "editable", "blank"):
            kwargs.pop(given, None)
        return name, path, args, kwargs


def searched(*columns: str) -> models.GeneratedField:
    """One column of lower-case text to look into: a third of the cost of asking each column without regard to case."""
    parts = [part for column in columns for part in (Value(" "), column)][1:]
    text = Lower(Concat(*parts) if len(parts) > 1 else parts[0])
    return models.GeneratedField(expression=text, output_field=models.TextField(), db_persist=True)


class Record(SavedInLoop, Hooked):
    """A row of Company, Contact, Deal or Activity. Subclasses declare their triggers and their grants."""

    id = models.CharField(primary_key=True, max_length=10, default=new_id, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = ChangedAt(verbose_name=_("updated at"))
    custom = models.JSONField(default=dict, blank=True, editable=False)
    readers = PrincipalsField()
    writers = PrincipalsField()

    objects = RecordManager()
    unrestricted = UnrestrictedManager()
    plural: ClassVar[str]  # as in addresses: /deals/, /api/v1/deals/

    class Meta:
        abstract = True
        default_manager_name = "objects"
        # The last is a grant on single rows alone: to write without reading, as Parse's ACL knows it.
        default_permissions = ("add", "change", "delete", "view", "overwrite")
        indexes = [
            GinIndex(fields=["readers"], name="%(class)s_readers"),
        ]

    _custom_was: dict[str, Any] | None = None  # as the database has it

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A new one starts with the defaults of its custom fields, whoever makes it."""
        super().__init__(*args, **kwargs)
        if not args and "custom" not in kwargs:
            self.custom = fields.defaults(type(self))

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        record = super().from_db(*args, **kwargs)
        record._custom_was = record.__dict__.get("custom")
        return record

    def clean_fields(self, exclude: Any = None) -> None:
        """Of the custom fields as well, unless ``custom`` is excluded."""
        errors: dict[str, Any] = {}
        for name, rule in (("", lambda: super(Record, self).clean_fields(exclude)), ("custom", self._clean_custom)):
            if name not in (exclude or ()):
                try:
                    rule()
                except ValidationError as error:
                    errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def _clean_custom(self) -> None:
        fields.check(self)

    def get_absolute_url(self) -> str:
        return reverse(f"{self._meta.app_label}:{self._meta.model_name}-detail", args=[self.pk])

    @classmethod
    def newest(cls, number: int) -> models.QuerySet:
        """The ids of what was changed last, whoever may see it: for rows that the rule is asked of besides."""
        return cls.unrestricted.order_by("-updated_at", "-id").values("pk")[:number]

    @property
    def version(self) -> str:
        """Changes with every save: the ETag of the API, the hidden field of forms."""
        return f"{self.updated_at:%Y%m%d%H%M%S%f}"

    @property
    def reference(self) -> str:
        """``deal:<id>``: how a record of any class is named in filters and forms."""
        return f"{self._meta.model_name}:{self.pk}"


class ReachedRecord(Record):
    """A record that readers of other records reach: their principals are kept apart from those of its own."""

    readers_own = PrincipalsField()
    readers_reach = PrincipalsField()

    class Meta(Record.Meta):
        abstract = True


class UserGrant(UserObjectPermissionBase):
    """``view_…``, ``change_…`` or ``overwrite_…`` of one record for one user.

    Guardian's table, with a real foreign key. It goes after its row, by the trigger access_delete: before it, the row's
    principals would be worked out once more for nothing.
    """

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True


class RoleGrant(GroupObjectPermissionBase):
    """``view_…``, ``change_…`` or ``overwrite_…`` of one record for one role.

    The role Everyone stands for all who are signed in.
    """

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = True


class AccessToAll(models.Model):  # noqa: DJ008 - there are no rows to name
    """No table: the model that the two permissions over all records hang on."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [("read_all", "May read all records"), ("write_all", "May change all records")]


class FileQuerySet(models.QuerySet):
    def visible_to(self, user: Any, record: Record | None = None) -> "FileQuerySet":
        """What nobody holds yet, of its uploader; and what ``record`` holds, which the caller is known to see."""
        mine = models.Q(holder_id=None, created_by_id=user.pk) if user.pk else models.Q(pk__in=())
        if record is None:
            return self.filter(mine)
        kind = ContentType.objects.get_for_model(record)
        return self.filter(mine | models.Q(holder_type=kind, holder_id=record.pk))


class File(models.Model):
    """A file that was uploaded. Whoever may read the record that holds it may read it; until then its uploader.

    ``name``: as in its address, an id and the name it came with. ``content_type``: found out from the first bytes.
    """

    id = models.CharField(primary_key=True, max_length=10, default=new_id, editable=False)
    name = models.CharField(max_length=150, unique=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    holder_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+")
    holder_id = models.CharField(max_length=10, null=True)
    holder = GenericForeignKey("holder_type", "holder_id")

    objects = FileQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["holder_type", "holder_id"], name="file_holder")]

    def __str__(self) -> str:
        return self.name

    def is_visible_to(self, user: Any) -> bool:
        if not self.holder_id:
            return bool(user.pk) and self.created_by_id == user.pk
        model = self.holder_type.model_class() if self.holder_type else None
        return model is not None and model.objects.visible_to(user).filter(pk=self.holder_id).exists()  # type: ignore[attr-defined]


class IdempotentReply(models.Model):
    """What was answered to a POST with an Idempotency-Key (records/idempotency.py)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(default=dict)
    headers = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotent_reply_once")]

    def __str__(self) -> str:
        return self.key


class ChosenColumns(models.Model):
    """The columns that a user wants to see in the list of a class (records/columns.py)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    names = ArrayField(models.CharField(max_length=50))

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="chosen_columns_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {', '.join(self.names)}"
