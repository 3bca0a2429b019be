from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

from activities.filters import ORDERINGS, ActivityFilter
from activities.models import ABOUT, Activity
from records.api import RecordViewSet
from records.schema import KEPT
from records.serializers import RecordSerializer, RelatedTo, VisiblePointer

CALL = {
    "type": "call",
    "subject": "Ask for the decision",
    "description": "Budget round was on Monday.",
    "due_date": "2026-03-12T10:00:00Z",
    "completed_at": None,
    "related_to": "deal:d3AlD3aLaB",
}


@extend_schema_serializer(
    examples=[
        OpenApiExample("New activity", CALL, request_only=True),
        OpenApiExample("Activity", {"id": "a0CtIvItY1", **CALL, **KEPT}, response_only=True),
    ]
)
class ActivitySerializer(RecordSerializer):
    """A call, e-mail, meeting or note; with a due date and not completed, a task."""

    related_to = RelatedTo(ABOUT, required=False, allow_null=True)
    created_by = VisiblePointer(read_only=True, allow_null=True)

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
    """Calls, e-mails, meetings and notes: your own, and those about what you can see."""

    model = Activity
    serializer_class = ActivitySerializer
    filterset_class = ActivityFilter
    orderings = ORDERINGS
