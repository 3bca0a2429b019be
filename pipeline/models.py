"""The sales pipeline: stages, and the deals that move through them."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MaxLengthValidator, MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Count, Sum
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import Membership
from activities.models import Activity, HasActivities
from crm.models import Company, Contact
from records.access import Rule
from records.models import Record, RoleGrant, UserGrant, searched
from records.querysets import RecordManager, RecordQuerySet, UnrestrictedManager

access = Rule(
    "pipeline_deal",
    assignee="assigned_to_id",
    passes_to=[("crm_contact", "contact_id"), ("crm_company", "company_id")],
)


class Stage(models.Model):
    """A column of the board. Its key is the plain word that travels over every wire: ``lead``, ``won`` …"""

    class Kind(models.TextChoices):
        OPEN = "open", "Open"
        WON = "won", "Won"
        LOST = "lost", "Lost"

    slug = models.SlugField(primary_key=True, max_length=50)
    label = models.CharField(max_length=50)
    order = models.PositiveSmallIntegerField(default=0)
    colour = models.CharField(
        max_length=7, default="#5c6066", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", "Write it as #2850c8.")]
    )
    probability = models.PositiveSmallIntegerField(
        "win probability", default=0, validators=[MaxValueValidator(100)], help_text="Percent."
    )
    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.OPEN)

    class Meta:
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return self.label


class DealQuerySet(RecordQuerySet):
    def in_stage(self, slug: str) -> Self:
        return self.filter(stage_id=slug)

    def closing_before(self, day: date) -> Self:
        return self.filter(expected_close_date__lt=day)

    def assigned_to(self, user: Any) -> Self:
        return self.filter(assigned_to=user)

    def with_parties(self) -> Self:
        """With company, contact, assignee and stage, in the same statement."""
        return self.select_related("company", "contact", "assigned_to", "stage")

    def on_cards(self) -> Self:
        """What a card of the board shows and nothing else: half of a board's time would go into the rest."""
        shown = ["title", "amount", "expected_close_date", "updated_at", "created_by"]
        joined = ["company__name", "assigned_to__name", "assigned_to__username", "stage__label", "stage__kind"]
        return self.select_related("company", "assigned_to", "stage").only(*shown, *joined)

    def totals(self) -> dict[str, tuple[int, Any]]:
        """Count and sum of all rows, by stage."""
        rows = self.order_by().values("stage_id").annotate(number=Count("*"), total=Sum("amount"))
        return {row["stage_id"]: (row["number"], row["total"]) for row in rows}


class Deal(HasActivities, Record):
    plural = "deals"

    title = models.CharField(max_length=300)
    amount = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    stage = models.ForeignKey(Stage, models.PROTECT, default="lead", related_name="deals")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="deals")
    company = models.ForeignKey(Company, models.SET_NULL, null=True, blank=True, related_name="deals")
    expected_close_date = models.DateField("expected close", null=True, blank=True)
    # Null where nothing was said: Parse clients tell a value from its absence.
    notes = models.TextField(null=True, blank=True, validators=[MaxLengthValidator(65_535)])
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="assigned_deals"
    )
    search = searched("title")
    activities = GenericRelation(Activity, "related_id", "related_type")

    objects = RecordManager.from_queryset(DealQuerySet)()
    unrestricted = UnrestrictedManager(DealQuerySet)

    class Meta(Record.Meta):
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["stage", "expected_close_date", "id"], name="deal_stage_close"),
            models.Index(fields=["stage", "updated_at", "id"], name="deal_stage_updated"),
            models.Index(fields=["expected_close_date", "id"], name="deal_close"),
            models.Index(fields=["updated_at", "id"], name="deal_updated"),
            models.Index(fields=["created_at", "id"], name="deal_created"),
            models.Index(Lower("title"), "id", name="deal_title"),
            models.Index(fields=["amount", "id"], name="deal_amount"),
        ]
        triggers = access.triggers()

    def __str__(self) -> str:
        return self.title

    def move_to(self, stage: str) -> None:
        """Saves the stage alone, so that nobody's edit of another field is overwritten."""
        self.stage_id = stage
        self.save(update_fields=["stage", "updated_at"])

    def assign_to(self, user: Any) -> None:
        self.assigned_to = user
        self.save(update_fields=["assigned_to", "updated_at"])

    @property
    def is_open(self) -> bool:
        return self.stage.kind == Stage.Kind.OPEN

    @property
    def is_late(self) -> bool:
        return bool(self.is_open and self.expected_close_date and self.expected_close_date < timezone.localdate())


class DealUserGrant(UserGrant):
    content_object = models.ForeignKey(Deal, models.CASCADE)

    class Meta(UserGrant.Meta):
        db_table = "pipeline_dealuserobjectpermission"
        triggers = access.grant_triggers()


class DealRoleGrant(RoleGrant):
    content_object = models.ForeignKey(Deal, models.CASCADE)

    class Meta(RoleGrant.Meta):
        db_table = "pipeline_dealgroupobjectpermission"
        triggers = access.grant_triggers()


class DealOwners(Membership):
    class Meta:
        proxy = True
        default_permissions = ()
        triggers = access.membership_triggers()
