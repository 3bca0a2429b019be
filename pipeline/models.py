"""The sales pipeline: stages, and the deals that move through them."""

from datetime import date
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.lookups import Overlap
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Count, F, Func, OuterRef, Sum, Value
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.principals import rights_of
from activities.models import Activity, HasActivities
from crm.models import Company, Contact
from pipeline.labels import in_words
from pipeline.tally import Tally as Tally
from pipeline.tally import tallied
from records.access import Rule
from records.grams import Grams
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
        OPEN = "open", _("Open")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    slug = models.SlugField(_("slug"), primary_key=True, max_length=50)
    label = models.CharField(_("label"), max_length=50)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#5c6066",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write it as #2850c8."))],
    )
    probability = models.PositiveSmallIntegerField(
        _("win probability"), default=0, validators=[MaxValueValidator(100)], help_text=_("Percent.")
    )
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices, default=Kind.OPEN)
    reason_required = models.BooleanField(
        _("reason required"), default=False, help_text=_("Of a lost stage: a deal comes here only with a reason.")
    )
    rot_days = models.PositiveSmallIntegerField(
        _("days until it rots"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("A card shows its age when nothing happened for so many days. Empty: never."),
    )

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return in_words(self.label)


class LostReason(models.Model):
    """Why a deal was lost. One that deals have is not deleted: made inactive, it is offered no more."""

    slug = models.SlugField(_("slug"), primary_key=True, max_length=50)
    label = models.CharField(_("label"), max_length=50)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("lost reason")
        verbose_name_plural = _("lost reasons")
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return in_words(self.label)


# What must hold whoever writes, bulk updates and plain SQL included; Deal says it first, in words for a person.
_STANDING = """
    SELECT kind, reason_required INTO stage_kind, wanted FROM pipeline_stage WHERE slug = NEW.stage_id;
    IF stage_kind <> 'lost' THEN NEW.lost_reason_id := NULL;
    ELSIF wanted AND NEW.lost_reason_id IS NULL THEN
        RAISE EXCEPTION 'lost_reason: a deal in the stage % needs a reason', NEW.stage_id
            USING ERRCODE = 'check_violation', COLUMN = 'lost_reason_id';
    END IF;
    RETURN NEW;"""
_MOVED = """
    IF NEW.stage_id <> OLD.stage_id AND NEW.moved_at = OLD.moved_at THEN NEW.moved_at := clock_timestamp(); END IF;"""
_DECLARED = [("stage_kind", "text"), ("wanted", "boolean")]
standing = [
    pgtrigger.Trigger(
        name="stage_insert", when=pgtrigger.Before, operation=pgtrigger.Insert, declare=_DECLARED, func=_STANDING
    ),
    pgtrigger.Trigger(
        name="stage_update",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.stage_id IS DISTINCT FROM NEW.stage_id OR OLD.lost_reason_id IS DISTINCT FROM NEW.lost_reason_id"
        ),
        declare=_DECLARED,
        func=_MOVED + _STANDING,
    ),
]
# The time of day belongs to the day it came with: whoever sets another day, by any face, has none for it.
closing = pgtrigger.Trigger(
    name="close_time",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    condition=pgtrigger.Condition(
        "NEW.expected_close_at IS NOT NULL AND "
        "(NEW.expected_close_at AT TIME ZONE 'UTC')::date IS DISTINCT FROM NEW.expected_close_date"
    ),
    func="NEW.expected_close_at := NULL; RETURN NEW;",
)


def staged(readers: Any, stage: Any) -> Func:
    """Each reader with the stage: what the index deal_staged holds."""
    return Func(readers, stage, function="pipeline_staged", output_field=ArrayField(models.TextField()))


class DealQuerySet(RecordQuerySet):
    _state: str | None = None

    def in_stage(self, slug: str) -> Self:
        return self.filter(stage_id=slug)

    def in_state(self, kind: str) -> Self:
        """In any stage of the kind: what is open, won or lost."""
        clone = self.filter(stage__kind=kind)
        clone._state = kind
        return clone

    def first_of_stages(self, number: int) -> ArraySubquery:
        """Of sorted deals, for rows of stages: the ids of the first in each."""
        return ArraySubquery(self.filter(stage_id=OuterRef("pk")).values("pk")[:number])

    def nearest(self, number: int) -> Self:
        """The first of sorted deals. Of a state, they are looked for in each of its stages, along the stage's index:

        in the order of all, the open ones may come after hundreds of thousands that are closed.
        """
        if self._state is None:
            return self[:number]
        stages = Stage.objects.filter(kind=self._state).values_list(self.first_of_stages(number))
        return self.filter(pk__in=[pk for (found,) in stages for pk in found or ()])[:number]

    def _clone(self) -> Self:
        clone = super()._clone()
        clone._state = self._state
        return clone

    def visible_in_stage(self, user: Any, slug: str) -> Self:
        """``visible_to(user).in_stage(slug)`` by the one index of both: for counts, which have no order to walk.

        Told of reader or stage as well, PostgreSQL would read their indexes too, which hold ten times as much.
        """
        rows = self.visible_to(user)
        if rights_of(user).may("records.read_all") or rows.query.is_empty():
            return rows.in_stage(slug)
        names = Value(list(rights_of(user).principals), output_field=ArrayField(models.TextField()))
        return self.open().filter(Overlap(staged(F("readers"), F("stage_id")), staged(names, Value(slug))))

    def closing_before(self, day: date) -> Self:
        return self.filter(expected_close_date__lt=day)

    def assigned_to(self, user: Any) -> Self:
        return self.filter(assigned_to=user)

    def with_parties(self) -> Self:
        """With company, contact, assignee and stage, in the same statement."""
        return self.select_related("company", "contact", "assigned_to", "stage")

    def on_cards(self) -> Self:
        """What a card of the board shows and nothing else: half of a board's time would go into the rest."""
        shown = ["title", "amount", "expected_close_date", "updated_at", "moved_at", "lost_reason", "created_by"]
        joined = [
            "company__name",
            "assigned_to__name",
            "assigned_to__username",
            "stage__label",
            "stage__kind",
            "stage__rot_days",
        ]
        return self.select_related("company", "assigned_to", "stage").only(*shown, *joined)

    def totals(self) -> dict[str, tuple[int, Any]]:
        """Count and sum of all rows, by stage."""
        rows = self.order_by().values("stage_id").annotate(number=Count("*"), total=Sum("amount"))
        return {row["stage_id"]: (row["number"], row["total"]) for row in rows}

    def by_stage(self) -> list[dict[str, Any]]:
        """The same as rows in the order of the board, each with the stage's slug, label and kind."""
        names = {"slug": models.F("stage_id"), "label": models.F("stage__label"), "kind": models.F("stage__kind")}
        rows = self.order_by("stage__order", "stage_id").values("stage__order", **names)
        rows = rows.annotate(number=Count("*"), total=Sum("amount"))
        return [{**row, "label": in_words(row["label"])} for row in rows]


class Deal(HasActivities, Record):
    plural = "deals"

    title = models.CharField(_("title"), max_length=300)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=4, null=True, blank=True)
    # The indexes below begin with it.
    stage = models.ForeignKey(
        Stage, models.PROTECT, default="lead", related_name="deals", db_index=False, verbose_name=_("stage")
    )
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="deals", verbose_name=_("contact")
    )
    company = models.ForeignKey(
        Company, models.SET_NULL, null=True, blank=True, related_name="deals", verbose_name=_("company")
    )
    moved_at = models.DateTimeField(_("moved at"), db_default=Now(), editable=False)  # into its present stage
    lost_reason = models.ForeignKey(
        LostReason, models.PROTECT, null=True, blank=True, related_name="deals", verbose_name=_("lost reason")
    )
    expected_close_date = models.DateField(_("expected close"), null=True, blank=True)
    # The same with a time of day, where a Parse client sent one: it gets back what it sent. No page shows it.
    expected_close_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Null where nothing was said: Parse clients tell a value from its absence.
    notes = models.TextField(_("notes"), null=True, blank=True, validators=[MaxLengthValidator(65_535)])
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_deals",
        verbose_name=_("assigned to"),
        db_index=False,  # deal_assigned begins with it
    )
    search = searched("title")
    grams = Grams("search")
    activities = GenericRelation(Activity, "related_id", "related_type")

    objects = RecordManager.from_queryset(DealQuerySet)()
    unrestricted = UnrestrictedManager(DealQuerySet)

    class Meta(Record.Meta):
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        indexes = [
            *Record.Meta.indexes,
            GinIndex(staged(F("readers"), F("stage_id")), name="deal_staged"),
            models.Index(fields=["stage", "expected_close_date", "id"], name="deal_stage_close"),
            models.Index(fields=["stage", "updated_at", "id"], name="deal_stage_updated"),
            models.Index(fields=["stage", "moved_at"], name="deal_stage_moved"),
            models.Index(fields=["assigned_to", "stage", "expected_close_date", "id"], name="deal_assigned"),
            models.Index(fields=["expected_close_date", "id"], name="deal_close"),
            models.Index(fields=["updated_at", "id"], name="deal_updated"),
            models.Index(fields=["created_at", "id"], name="deal_created"),
            models.Index(Lower("title"), "id", name="deal_title"),
            models.Index(fields=["amount", "id"], name="deal_amount"),
            GinIndex(Grams("search"), name="deal_grams"),
        ]
        triggers = [*access.triggers(), *standing, closing, *tallied]

    def __str__(self) -> str:
        return self.title

    def move_to(self, stage: str, lost_reason: str | None = None) -> None:
        """Saves the stage and what hangs on it, so that nobody's edit of another field is overwritten.

        Raises ValidationError, naming ``lost_reason``, where the stage wants one.
        """
        self.stage_id = stage
        self.lost_reason_id = lost_reason or self.lost_reason_id
        self.save(update_fields=["stage", "updated_at"])

    # --- where it stands ----------------------------------------------------------------------------------------------

    _stood: tuple[str | None, str | None] = (None, None)  # as the database has it

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        deal = super().from_db(*args, **kwargs)
        deal._stood = deal._stands
        return deal

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self._stood = self._stands

    @property
    def _stands(self) -> tuple[str | None, str | None]:
        """Stage and reason, as far as they were fetched: to look must not fetch them."""
        return self.__dict__.get("stage_id"), self.__dict__.get("lost_reason_id")

    def clean(self) -> None:
        super().clean()
        self._settle_reason()

    def save_base(self, raw: bool = False, *args: Any, update_fields: Any = None, **kwargs: Any) -> None:
        """Here and not in save(): a hook may have moved it."""
        if not raw and (update_fields is None or {"stage", "stage_id", "lost_reason"} & set(update_fields)):
            self._settle_reason()
            (stage, reason), along = self._stood, set()
            if not self._state.adding and self.stage_id != stage:
                self.moved_at = timezone.now()
                along.add("moved_at")
            if self.lost_reason_id != reason:
                along.add("lost_reason")
            update_fields = frozenset({*update_fields, *along}) if update_fields else None
        super().save_base(raw, *args, update_fields=update_fields, **kwargs)  # type: ignore[misc]
        self._stood = self._stands

    def _settle_reason(self) -> None:
        """A deal that is not lost has no reason; a lost one needs it where the stage says so. Asked on change.

        The database holds it once more (stage_update), for writes that pass by here.
        """
        stage, reason = self._stood
        said = self.lost_reason_id is not None and self.lost_reason_id != reason
        if (self.stage_id, self.lost_reason_id) == (stage, reason):
            return
        try:
            is_lost, active = self.stage.kind == Stage.Kind.LOST, not said or self.lost_reason.active  # type: ignore[union-attr]
        except ObjectDoesNotExist:
            return  # which whoever looks at the pointers says
        if said and not is_lost:
            raise ValidationError({"lost_reason": _("Only a lost deal has a reason.")})
        if not active:
            raise ValidationError({"lost_reason": _("This reason is not in use any more. Choose another.")})
        if is_lost and self.stage.reason_required and not self.lost_reason_id:
            raise ValidationError({"lost_reason": ValidationError(_("Say why the deal is lost."), code="reason")})
        if not is_lost:
            self.lost_reason = None

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
    content_object = models.ForeignKey(Deal, models.DO_NOTHING)

    class Meta(UserGrant.Meta):
        db_table = "pipeline_dealuserobjectpermission"
        triggers = access.grant_triggers()


class DealRoleGrant(RoleGrant):
    content_object = models.ForeignKey(Deal, models.DO_NOTHING)

    class Meta(RoleGrant.Meta):
        db_table = "pipeline_dealgroupobjectpermission"
        triggers = access.grant_triggers()


class DealOwners(Membership):
    class Meta:
        proxy = True
        default_permissions = ()
        triggers = access.membership_triggers()
