from crm.filters import COMPANY_ORDERINGS, CONTACT_ORDERINGS, CompanyFilter, ContactFilter
from crm.models import Company, Contact
from records.api import RecordViewSet
from records.serializers import RecordSerializer, VisiblePointer


class CompanySerializer(RecordSerializer):
    created_by = VisiblePointer(read_only=True)

    class Meta(RecordSerializer.Meta):
        model = Company
        fields = ["id", "name", "website", "industry", "address", "notes", "created_by", "created_at", "updated_at"]


class ContactSerializer(RecordSerializer):
    company = VisiblePointer(Company, required=False, allow_null=True)
    created_by = VisiblePointer(read_only=True)
    expandable = {"company": CompanySerializer}

    class Meta(RecordSerializer.Meta):
        model = Contact
        fields = ["id", "name", "email", "phone", "company", "notes", "created_by", "created_at", "updated_at"]


class CompanyViewSet(RecordViewSet):
    model = Company
    serializer_class = CompanySerializer
    filterset_class = CompanyFilter
    orderings = COMPANY_ORDERINGS


class ContactViewSet(RecordViewSet):
    model = Contact
    serializer_class = ContactSerializer
    filterset_class = ContactFilter
    orderings = CONTACT_ORDERINGS
