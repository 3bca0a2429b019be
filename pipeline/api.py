from typing import ClassVar

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers, viewsets

from accounts.api import DirectorySerializer
from crm.api import CompanySerializer, ContactSerializer
from crm.models import Company, Contact
from pipeline.filters import ORDERINGS, DealFilter
from pipeline.models import Deal, LostReason, Stage
from records.api import RecordViewSet
from records.schema import KEPT
from records.serializers import Instant, Money, RecordSerializer, VisiblePointer

DEAL = {
    "title": "Rollout in three plants",
    "amount": "12500.00",
    "stage": "proposal",
    "lost_reason": None,
    "contact": "c0NtAcTaB1",
    "company": "c0MpAnYaB1",
    "expected_close_date": "2026-06-30",
    "notes": "Waits for their budget round.",
    "assigned_to": "m3Xk0PqRsT",
}
MOVED = {"moved_at": "2026-02-11T09:30:00Z"}
WON = {"label": "Won", "order": 5, "colour": "#1b6e3c", "probability": 100, "kind": "won"}
KEPT_OF_STAGE = {"reason_required": False, "rot_days": None}


class StagePointer(serializers.PrimaryKeyRelatedField):
    """The word of a stage; a wrong one is answered with the right ones."""

    def __init__(self, **kwargs) -> None:
        super().__init__(queryset=Stage.objects.all(), **kwargs)

    def to_internal_value(self, data):
        stages = {stage.pk: stage for stage in self.get_queryset()}
        if not isinstance(data, str) or data not in stages:
            raise serializers.ValidationError(f"There is no such stage. The stages are {', '.join(stages)}.")
        return stages[data]


class LostReasonPointer(serializers.PrimaryKeyRelatedField):
    """The word of a reason; a wrong one is answered with the right ones."""

    def __init__(self, **kwargs) -> None:
        super().__init__(queryset=LostReason.objects.all(), **kwargs)

    def to_internal_value(self, data):
        reasons = {reason.pk: reason for reason in self.get_queryset()}
        if not isinstance(data, str) or data not in reasons:
            names = ", ".join(slug for slug, reason in reasons.items() if reason.active)
            raise serializers.ValidationError(f"There is no such reason. The reasons are {names}.")
        return reasons[data]


@extend_schema_serializer(examples=[OpenApiExample("Stage", {"slug": "won", **WON, **KEPT_OF_STAGE})])
class StageSerializer(serializers.ModelSerializer):
    """A stage. `slug` is the word that deals carry."""

    class Meta:
        model = Stage
        fields = ["slug", "label", "order", "colour", "probability", "kind", "reason_required", "rot_days"]


@extend_schema_serializer(
    examples=[OpenApiExample("Lost reason", {"slug": "price", "label": "Price", "order": 1, "active": True})]
)
class LostReasonSerializer(serializers.ModelSerializer):
    """Why deals are lost. `slug` is the word that deals carry; one that is not active is not chosen any more."""

    class Meta:
        model = LostReason
        fields = ["slug", "label", "order", "active"]


@extend_schema_serializer(
    examples=[
        OpenApiExample("New deal", DEAL, request_only=True),
        OpenApiExample("Deal", {"id": "d3AlD3aLaB", **DEAL, **MOVED, **KEPT}, response_only=True),
    ]
)
class DealSerializer(RecordSerializer):
    """A deal, in one of the stages of the pipeline."""

    amount = Money(required=False, allow_null=True)
    stage = StagePointer(required=False)
    lost_reason = LostReasonPointer(required=False, allow_null=True)
    moved_at = Instant(read_only=True)
    company = VisiblePointer(Company, required=False, allow_null=True)
    contact = VisiblePointer(Contact, required=False, allow_null=True)
    assigned_to = VisiblePointer(required=False, allow_null=True)
    created_by = VisiblePointer(read_only=True, allow_null=True)
    expandable = {"company": CompanySerializer, "contact": ContactSerializer, "assigned_to": DirectorySerializer}

    class Meta(RecordSerializer.Meta):
        model = Deal
        fields = [
            "id",
            "title",
            "amount",
            "stage",
            "moved_at",
            "lost_reason",
            "contact",
            "company",
            "expected_close_date",
            "notes",
            "assigned_to",
            "created_by",
            "created_at",
            "updated_at",
        ]


class DealViewSet(RecordViewSet):
    """Deals: those assigned to you, your own, and those shared with you."""

    model = Deal
    serializer_class = DealSerializer
    filterset_class = DealFilter
    orderings = ORDERINGS


class StageViewSet(viewsets.ReadOnlyModelViewSet):
    """The stages of the pipeline, in the order of the board. Administrators change them in the administration."""

    model = Stage
    queryset = Stage.objects.all()
    serializer_class = StageSerializer
    orderings: ClassVar[dict[str, str]] = {"order": "order", "slug": "slug"}
    ordering = "order"
    filter_backends: list = []


class LostReasonViewSet(viewsets.ReadOnlyModelViewSet):
    """The reasons for which deals are lost. Administrators change them in the administration."""

    model = LostReason
    queryset = LostReason.objects.all()
    serializer_class = LostReasonSerializer
    orderings: ClassVar[dict[str, str]] = {"order": "order", "slug": "slug"}
    ordering = "order"
    filter_backends: list = []
