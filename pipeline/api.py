from rest_framework import serializers, viewsets

from accounts.api import DirectorySerializer
from crm.api import CompanySerializer, ContactSerializer
from crm.models import Company, Contact
from pipeline.filters import ORDERINGS, DealFilter
from pipeline.models import Deal, Stage
from records.api import RecordViewSet
from records.serializers import Money, RecordSerializer, VisiblePointer


class StagePointer(serializers.PrimaryKeyRelatedField):
    """The word of a stage; a wrong one is answered with the right ones."""

    def __init__(self, **kwargs) -> None:
        super().__init__(queryset=Stage.objects.all(), **kwargs)

    def to_internal_value(self, data):
        stages = {stage.pk: stage for stage in self.get_queryset()}
        if not isinstance(data, str) or data not in stages:
            raise serializers.ValidationError(f"There is no such stage. The stages are {', '.join(stages)}.")
        return stages[data]


class StageSerializer(serializers.ModelSerializer):
    class Meta:
        model = Stage
        fields = ["slug", "label", "order", "colour", "probability", "kind"]


class DealSerializer(RecordSerializer):
    amount = Money(required=False, allow_null=True)
    stage = StagePointer(required=False)
    company = VisiblePointer(Company, required=False, allow_null=True)
    contact = VisiblePointer(Contact, required=False, allow_null=True)
    assigned_to = VisiblePointer(required=False, allow_null=True)
    created_by = VisiblePointer(read_only=True)
    expandable = {"company": CompanySerializer, "contact": ContactSerializer, "assigned_to": DirectorySerializer}

    class Meta(RecordSerializer.Meta):
        model = Deal
        fields = [
            "id",
            "title",
            "amount",
            "stage",
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
    model = Deal
    serializer_class = DealSerializer
    filterset_class = DealFilter
    orderings = ORDERINGS


class StageViewSet(viewsets.ReadOnlyModelViewSet):
    """The stages of the pipeline, in the order of the board."""

    queryset = Stage.objects.all()
    serializer_class = StageSerializer
    pagination_class = None
    filter_backends: list = []
