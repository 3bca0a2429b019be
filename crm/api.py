from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

from crm.filters import COMPANY_ORDERINGS, CONTACT_ORDERINGS, CompanyFilter, ContactFilter
from crm.models import Company, Contact
from records.api import RecordViewSet
from records.schema import KEPT
from records.serializers import RecordSerializer, VisiblePointer

COMPANY = {
    "name": "Acme Tools",
    "website": "https://acme.example",
    "industry": "Manufacturing",
    "address": "1 High Street, Springfield",
    "notes": "Met at the spring fair.",
}
CONTACT = {
    "name": "Ada Adams",
    "email": "ada@acme.example",
    "phone": "+44 20 7946 0018",
    "company": "c0MpAnYaB1",
    "notes": "Prefers to be called in the morning.",
}


@extend_schema_serializer(
    examples=[
        OpenApiExample("New company", COMPANY, request_only=True),
        OpenApiExample("Company", {"id": "c0MpAnYaB1", **COMPANY, **KEPT}, response_only=True),
    ]
)
class CompanySerializer(RecordSerializer):
    """A company."""

    created_by = VisiblePointer(read_only=True, allow_null=True)

    class Meta(RecordSerializer.Meta):
        model = Company
        fields = ["id", "name", "website", "industry", "address", "notes", "created_by", "created_at", "updated_at"]


@extend_schema_serializer(
    examples=[
        OpenApiExample("New contact", CONTACT, request_only=True),
        OpenApiExample("Contact", {"id": "c0NtAcTaB1", **CONTACT, **KEPT}, response_only=True),
    ]
)
class ContactSerializer(RecordSerializer):
    """A person, perhaps of a company."""

    company = VisiblePointer(Company, required=False, allow_null=True)
    created_by = VisiblePointer(read_only=True, allow_null=True)
    expandable = {"company": CompanySerializer}

    class Meta(RecordSerializer.Meta):
        model = Contact
        fields = ["id", "name", "email", "phone", "company", "notes", "created_by", "created_at", "updated_at"]


class CompanyViewSet(RecordViewSet):
    """Companies: your own, those shared with you, and those of the deals that you can see."""

    model = Company
    serializer_class = CompanySerializer
    filterset_class = CompanyFilter
    orderings = COMPANY_ORDERINGS


class ContactViewSet(RecordViewSet):
    """Contacts: your own, those shared with you, and those of the deals that you can see."""

    model = Contact
    serializer_class = ContactSerializer
    filterset_class = ContactFilter
    orderings = CONTACT_ORDERINGS
