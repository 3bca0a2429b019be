from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest

from activities.pages import composer
from crm.columns import COMPANY_COLUMNS, CONTACT_COLUMNS
from crm.filters import COMPANY_ORDERINGS, CONTACT_ORDERINGS, CompanyFilter, ContactFilter
from crm.forms import CompanyForm, ContactForm
from crm.models import Company, Contact
from records.bulk import Delete, Share
from records.pages import RecordPages

RELATED = 10  # of each kind beside a record; the list behind the link has them all


class CompanyPages(RecordPages):
    model = Company
    form_class = CompanyForm
    filterset_class = CompanyFilter
    orderings = COMPANY_ORDERINGS
    ordering = "name"
    asked_for = ("q", "industry", "created_by")
    columns = COMPANY_COLUMNS
    actions = (Share, Delete)

    @classmethod
    def context(cls, record: Company, user: Any) -> dict[str, Any]:
        return {
            **composer(record, user),
            "contacts": record.contacts.visible_to(user).order_by("-updated_at")[:RELATED],  # type: ignore[attr-defined]
            "deals": record.deals.visible_to(user).with_parties().order_by("-updated_at")[:RELATED],  # type: ignore[attr-defined]
        }


class ContactPages(RecordPages):
    model = Contact
    form_class = ContactForm
    filterset_class = ContactFilter
    orderings = CONTACT_ORDERINGS
    ordering = "name"
    asked_for = ("q", "email", "created_by")
    columns = CONTACT_COLUMNS
    actions = (Share, Delete)
    pointers = ("company",)

    @classmethod
    def listed(cls, rows: QuerySet, user: Any) -> QuerySet:
        """The company only as far as the user may see it: a contact can be shared without its company."""
        visible = Prefetch("company", Company.objects.visible_to(user), to_attr="visible_company")
        return rows.prefetch_related(visible)

    @classmethod
    def context(cls, record: Contact, user: Any) -> dict[str, Any]:
        deals = record.deals.visible_to(user).with_parties().order_by("-updated_at")[:RELATED]  # type: ignore[attr-defined]
        return {**composer(record, user), "deals": deals}

    @classmethod
    def initial(cls, request: HttpRequest) -> dict[str, Any]:
        company = Company.objects.visible_to(request.user).filter(pk=request.GET.get("company")).first()
        return {"company": company} if company else {}
