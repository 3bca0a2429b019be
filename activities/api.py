from activities.filters import ORDERINGS, ActivityFilter
from activities.models import ABOUT, Activity
from records.api import RecordViewSet
from records.serializers import RecordSerializer, RelatedTo, VisiblePointer


class ActivitySerializer(RecordSerializer):
    related_to = RelatedTo(ABOUT, required=False, allow_null=True)
    created_by = VisiblePointer(read_only=True)

    class Meta(RecordSerializer.Meta):
        model = Activity
        fields = [
            "id",
            "type",
            "subject",
            "description",
            "due_date",
            "completed_at",
            "related_to",
            "created_by",
            "created_at",
            "updated_at",
        ]


class ActivityViewSet(RecordViewSet):
    model = Activity
    serializer_class = ActivitySerializer
    filterset_class = ActivityFilter
    orderings = ORDERINGS
