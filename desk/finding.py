"""One question, asked of contacts, companies and deals."""

from datetime import timedelta
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, F
from django.http import HttpRequest

from crm.filters import CompanyFilter, ContactFilter
from crm.models import Company, Contact
from crm.pages import ContactPages
from pipeline.filters import DealFilter
from pipeline.models import Deal

SHOWN = 10  # of each class
# Plus nothing, so that no index can be walked in this order: whoever sees little, or asks for what is rare, would have
# it walked to its end. The rows that match are found by who may see them, and sorted.
NEWEST = ExpressionWrapper(F("updated_at") + timedelta(0), output_field=DateTimeField()).desc()


def find(request: HttpRequest, words: str) -> dict[str, Any]:
    """The newest changed rows that hold every word, of each class."""
    user, data = request.user, {"q": words}
    contacts = ContactFilter(data, ContactPages.listed(Contact.objects.visible_to(user), user), request=request).qs
    companies = CompanyFilter(data, Company.objects.visible_to(user), request=request).qs
    deals = DealFilter(data, Deal.objects.visible_to(user).with_parties(), request=request).qs
    found = {"contacts": contacts, "companies": companies, "deals": deals}
    return {name: list(rows.order_by(NEWEST)[:SHOWN]) for name, rows in found.items()}
