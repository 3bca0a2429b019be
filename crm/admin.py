from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from crm.filters import CompanyFilter, ContactFilter
from crm.models import Company, CompanyRoleGrant, CompanyUserGrant, Contact, ContactRoleGrant, ContactUserGrant
from records.admin import RecordAdmin, grants
from records.models import Record


@admin.register(Company)
class CompanyAdmin(RecordAdmin):
    filterset_class = CompanyFilter
    list_display = ["name", "industry", "website", "author", "updated_at"]
    list_select_related = ["created_by"]
    list_filter = ["created_at"]
    sortable_by = ["updated_at"]
    search_fields = ["name", "website", "industry"]
    record_fields = ["name", "website", "industry", "address", "notes"]
    inlines = grants(CompanyUserGrant, CompanyRoleGrant)


@admin.register(Contact)
class ContactAdmin(RecordAdmin):
    """A contact may be shared without its company: then the company is a bare pointer."""

    filterset_class = ContactFilter
    list_display = ["name", "email", "phone", "target", "author", "updated_at"]
    list_select_related = ["created_by"]
    list_filter = ["created_at"]
    sortable_by = ["updated_at"]
    search_fields = ["name", "email", "phone"]
    record_fields = ["name", "email", "phone", "company", "notes"]
    pointer = ("company",)
    autocomplete_fields = ["company"]
    inlines = grants(ContactUserGrant, ContactRoleGrant)

    def target_of(self, row: Contact) -> tuple[type[Record], str] | None:
        return (Company, row.company_id) if row.company_id else None

    @admin.display(description=_("company"))
    def target(self, row: Any) -> str:
        return super().target(row)
