"""What was done and what is to do: calls, e-mails, meetings and notes about a contact, a deal or a company."""

import hashlib
import secrets
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from activities.targets import name_targets
from records.access import Rule
from records.models import ReachedRecord, Record, RoleGrant, UserGrant
from records.querysets import RecordManager, RecordQuerySet, UnrestrictedManager

if TYPE_CHECKING:
    from datetime import datetime

# The classes an activity may be about, and their tables; every face asks here.
TARGETS = {"contact": "crm_contact", "deal": "pipeline_deal", "company": "crm_company"}
ABOUT = tuple(TARGETS)
KINDS = {
    "call": gettext_lazy("Call"),
    "email": gettext_lazy("E-mail"),
    "meeting": gettext_lazy("Meeting"),
    "note": gettext_lazy("Note"),
}
access = Rule("activities_activity", reach=True, targets=TARGETS)


class ActivityQuerySet(RecordQuerySet):
    def about(self, record: Record) -> Self:
        return self.filter(related_type=ContentType.objects.get_for_model(record), related_id=record.pk)

    def of(self, user) -> Self:
        return self.filter(created_by=user)

    def to_do(self) -> Self:
        """With a due date and not done: a task."""
        return self.filter(due_date__isnull=False, completed_at=None)

    def due_before(self, moment: "datetime") -> Self:
        return self.filter(due_date__lt=moment)

    def due_from(self, moment: "datetime") -> Self:
        return self.filter(due_date__gte=moment)

    def with_targets(self, user: Any) -> Self:
        """Adds ``target`` to each row: what it is about, if ``user`` may see that. One statement for all of them."""
        clone = self._chain()  # type: ignore[attr-defined]
        clone._viewer = user
        return clone

    _viewer: Any = None

    def _clone(self) -> Self:
        clone = super()._clone()
        clone._viewer = self._viewer
        return clone

    def _fetch_all(self) -> None:
        is_fresh = self._result_cache is None
        super()._fetch_all()
        if is_fresh and self._viewer is not None:
            name_targets(self._result_cache, self._viewer)


class Activity(ReachedRecord):
    plural = "activities"

    # Text columns are null, not empty, where nothing was said: Parse clients tell a value from its absence.
    type = models.CharField(
        gettext_lazy("type"),
        max_length=64,
        null=True,
        blank=True,
        help_text=gettext_lazy("call, email, meeting or note"),
    )
    subject = models.CharField(gettext_lazy("subject"), max_length=300, null=True, blank=True)
    description = models.TextField(
        gettext_lazy("description"), null=True, blank=True, validators=[MaxLengthValidator(65_535)]
    )
    due_date = models.DateTimeField(gettext_lazy("due"), null=True, blank=True)
    completed_at = models.DateTimeField(gettext_lazy("completed"), null=True, blank=True)
    related_type = models.ForeignKey(ContentType, models.PROTECT, null=True, blank=True, related_name="+")
    related_id = models.CharField(max_length=10, null=True, blank=True)
    related_to = GenericForeignKey("related_type", "related_id")

    objects = RecordManager.from_queryset(ActivityQuerySet)()
    unrestricted = UnrestrictedManager(ActivityQuerySet)

    class Meta(ReachedRecord.Meta):
        verbose_name = gettext_lazy("activity")
        verbose_name_plural = gettext_lazy("activities")
        indexes = [
            *ReachedRecord.Meta.indexes,
            models.Index(fields=["related_type", "related_id", "created_at", "id"], name="activity_about"),
            models.Index(
                fields=["created_by", "due_date", "id"], name="activity_to_do", condition=models.Q(completed_at=None)
            ),
            models.Index(
                fields=["created_by", "due_date", "id"],
                name="activity_own_due",
                condition=models.Q(due_date__isnull=False),
            ),
            models.Index(fields=["due_date", "id"], name="activity_due"),
            models.Index(fields=["created_at", "id"], name="activity_created"),
            models.Index(fields=["updated_at", "id"], name="activity_updated"),
        ]
        constraints = [
            models.CheckConstraint(
                name="activity_related_whole",
                condition=models.Q(related_type=None, related_id=None)
                | models.Q(related_type__isnull=False, related_id__isnull=False),
            )
        ]
        triggers = access.triggers()

    def __str__(self) -> str:
        return self.subject or self.get_type()

    def get_type(self) -> str:
        return str(KINDS.get(self.type or "", self.type or _("Activity")))

    @property
    def is_done(self) -> bool:
        return self.completed_at is not None

    @property
    def is_overdue(self) -> bool:
        return bool(self.due_date and not self.completed_at and self.due_date < timezone.now())

    def clean(self) -> None:
        if self.related_type and self.related_type.model not in ABOUT:
            about = _("An activity can be about a %(classes)s, nothing else.") % {"classes": ", ".join(ABOUT)}
            raise ValidationError({"related_to": about})
        if bool(self.related_type_id) != bool(self.related_id):
            raise ValidationError({"related_to": _("Name the class and the id of the record.")})

    def complete(self) -> None:
        self.completed_at = timezone.now()
        self.save(update_fields=["completed_at", "updated_at"])

    def reopen(self) -> None:
        self.completed_at = None
        self.save(update_fields=["completed_at", "updated_at"])

    def reschedule(self, due: "datetime") -> None:
        """Saves the due date alone, so that nobody's edit of another field is overwritten."""
        self.due_date = due
        self.save(update_fields=["due_date", "updated_at"])


class HasActivities(models.Model):
    """A record that activities can be about. Deleting it deletes them: none is left dangling."""

    class Meta:
        abstract = True

    def activities_for(self, user: Any) -> ActivityQuerySet:
        """Newest first. Whoever reads this record reads all of them; the rule is asked all the same."""
        return Activity.objects.visible_to(user).about(self).order_by("-created_at", "id")


class ActivityUserGrant(UserGrant):
    content_object = models.ForeignKey(Activity, models.DO_NOTHING)

    class Meta(UserGrant.Meta):
        db_table = "activities_activityuserobjectpermission"
        triggers = access.grant_triggers()


class ActivityRoleGrant(RoleGrant):
    content_object = models.ForeignKey(Activity, models.DO_NOTHING)

    class Meta(RoleGrant.Meta):
        db_table = "activities_activitygroupobjectpermission"
        triggers = access.grant_triggers()


class ActivityOwners(Membership):
    class Meta:
        proxy = True
        default_permissions = ()
        triggers = access.membership_triggers()


class CalendarFeed(models.Model):
    """The address from which a user's calendar program reads their tasks. Of its secret part only SHA-256 is stored."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="calendar_feed"
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"calendar feed of {self.user}"

    @classmethod
    def start(cls, user: Any) -> str:
        """A new token, shown this once. The one before it leads nowhere from now on."""
        token = secrets.token_urlsafe(32)
        fresh = {"digest": cls.digest_of(token), "created_at": timezone.now(), "last_used_at": None}
        cls.objects.update_or_create(user=user, defaults=fresh)
        return token

    @classmethod
    def found(cls, token: str) -> "CalendarFeed | None":
        """Of a user who is still active."""
        feeds = cls.objects.select_related("user").filter(user__is_active=True)
        return feeds.filter(digest=cls.digest_of(token)).first()

    @staticmethod
    def digest_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()

    def touch(self) -> None:
        self.last_used_at = timezone.now()
        self.save(update_fields=["last_used_at"])
