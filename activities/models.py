"""What was done and what is to do: calls, e-mails, meetings and notes about a contact, a deal or a company."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone

from accounts.models import Membership
from records.access import Rule
from records.models import ReachedRecord, Record, RoleGrant, UserGrant
from records.querysets import RecordManager, RecordQuerySet, UnrestrictedManager

if TYPE_CHECKING:
    from datetime import datetime

# The classes an activity may be about, and their tables; every face asks here.
TARGETS = {"contact": "crm_contact", "deal": "pipeline_deal", "company": "crm_company"}
ABOUT = tuple(TARGETS)
KINDS = {"call": "Call", "email": "E-mail", "meeting": "Meeting", "note": "Note"}
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


class Activity(ReachedRecord):
    plural = "activities"

    # Text columns are null, not empty, where nothing was said: Parse clients tell a value from its absence.
    type = models.CharField(max_length=64, null=True, blank=True, help_text="call, email, meeting or note")
    subject = models.CharField(max_length=300, null=True, blank=True)
    description = models.TextField(null=True, blank=True, validators=[MaxLengthValidator(65_535)])
    due_date = models.DateTimeField("due", null=True, blank=True)
    completed_at = models.DateTimeField("completed", null=True, blank=True)
    related_type = models.ForeignKey(ContentType, models.PROTECT, null=True, blank=True, related_name="+")
    related_id = models.CharField(max_length=10, null=True, blank=True)
    related_to = GenericForeignKey("related_type", "related_id")

    objects = RecordManager.from_queryset(ActivityQuerySet)()
    unrestricted = UnrestrictedManager(ActivityQuerySet)

    class Meta(ReachedRecord.Meta):
        verbose_name_plural = "activities"
        indexes = [
            *ReachedRecord.Meta.indexes,
            models.Index(fields=["related_type", "related_id", "created_at", "id"], name="activity_about"),
            models.Index(
                fields=["created_by", "due_date", "id"], name="activity_to_do", condition=models.Q(completed_at=None)
            ),
            models.Index(fields=["due_date", "id"], name="activity_due"),
            models.Index(fields=["created_at", "id"], name="activity_created"),
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
        return KINDS.get(self.type or "", self.type or "Activity")

    @property
    def is_done(self) -> bool:
        return self.completed_at is not None

    @property
    def is_overdue(self) -> bool:
        return bool(self.due_date and not self.completed_at and self.due_date < timezone.now())

    def clean(self) -> None:
        if self.related_type and self.related_type.model not in ABOUT:
            raise ValidationError({"related_to": f"An activity can be about a {', '.join(ABOUT)}, nothing else."})
        if bool(self.related_type_id) != bool(self.related_id):
            raise ValidationError({"related_to": "Name the class and the id of the record."})

    def complete(self) -> None:
        self.completed_at = timezone.now()
        self.save(update_fields=["completed_at", "updated_at"])

    def reopen(self) -> None:
        self.completed_at = None
        self.save(update_fields=["completed_at", "updated_at"])


class HasActivities(models.Model):
    """A record that activities can be about. Deleting it deletes them: none is left dangling."""

    class Meta:
        abstract = True

    def activities_for(self, user: Any) -> ActivityQuerySet:
        """Newest first. Whoever reads this record reads all of them; the rule is asked all the same."""
        return Activity.objects.visible_to(user).about(self).order_by("-created_at", "id")


class ActivityUserGrant(UserGrant):
    content_object = models.ForeignKey(Activity, models.CASCADE)

    class Meta(UserGrant.Meta):
        db_table = "activities_activityuserobjectpermission"
        triggers = access.grant_triggers()


class ActivityRoleGrant(RoleGrant):
    content_object = models.ForeignKey(Activity, models.CASCADE)

    class Meta(RoleGrant.Meta):
        db_table = "activities_activitygroupobjectpermission"
        triggers = access.grant_triggers()


class ActivityOwners(Membership):
    class Meta:
        proxy = True
        default_permissions = ()
        triggers = access.membership_triggers()
