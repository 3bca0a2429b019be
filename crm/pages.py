from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import ngettext

from activities.timeline import TimelinePages
from crm.columns import COMPANY_COLUMNS, CONTACT_COLUMNS
from crm.duplicates import likely_companies, likely_contacts
from crm.filters import COMPANY_ORDERINGS, CONTACT_ORDERINGS, CompanyFilter, ContactFilter
from crm.forms import CompanyForm, ContactForm
from crm.models import Company, Contact
from records.bulk import Delete, Share
from records.door import RecordView
from records.forms import RecordForm
from records.models import Record

RELATED = 10  # of each kind beside a record; the list behind the link has them all


class LikelyPages(TimelinePages):
    """The pages of a class that somebody may add once more by mistake."""

    @classmethod
    def like(cls, rows: Any, typed: Callable[[str], str]) -> QuerySet:
        raise NotImplementedError

    @classmethod
    def likely(cls, form: RecordForm) -> list[Record]:
        """Asked where one of the fields was written that say who it is; an old record is not like itself."""
        if not form.is_new and not set(cls.form_class.watched) & set(form.changed_data):
            return []
        rows = cls.model.objects.visible_to(form.user).exclude(pk=form.instance.pk)
        return list(cls.like(rows, lambda name: str(form[name].data or "")))

    @classmethod
    def urls(cls) -> list[URLPattern]:
        address, name = f"{cls.model.plural}/likely/", f"{cls.model._meta.model_name}-likely"
        return [path(address, LikelyView.as_view(pages=cls), name=name), *super().urls()]


class LikelyView(RecordView):
    """Records that what is being typed may be already, for the form while one types."""

    pages: type[LikelyPages]  # type: ignore[assignment]

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = self.visible().exclude(pk=request.GET.get("not", ""))
        found = self.pages.like(rows, lambda name: request.GET.get(name, ""))
        return render(request, "crm/_likely.html", {"likely": list(found), "model": self.model})


class CompanyPages(LikelyPages):
    model = Company
    form_class = CompanyForm
    filterset_class = CompanyFilter
    orderings = COMPANY_ORDERINGS
    ordering = "name"
    more_filters = ("industry", "created_by")
    columns = COMPANY_COLUMNS
    actions = (Share, Delete)
    facts = ("website", "industry", "address", "notes")

    @classmethod
    def context(cls, record: Company, user: Any) -> dict[str, Any]:
        deals = record.deals.visible_to(user)  # type: ignore[attr-defined]
        return {
            **super().context(record, user),
            **_stake(deals),
            "contacts": record.contacts.visible_to(user).order_by("-updated_at")[:RELATED],  # type: ignore[attr-defined]
            "deals": deals.with_parties().order_by("-updated_at")[:RELATED],
        }

    @classmethod
    def summary(cls, record: Company, user: Any) -> dict[str, Any]:
        return {**super().summary(record, user), **_stake(record.deals.visible_to(user))}  # type: ignore[attr-defined]

    @classmethod
    def like(cls, rows: Any, typed: Callable[[str], str]) -> QuerySet:
        return likely_companies(rows, typed("name"), typed("website"))

    @classmethod
    def hanging_on(cls, record: Company, user: Any) -> list[str]:
        contacts = record.contacts.visible_to(user).count()  # type: ignore[attr-defined]
        return [*super().hanging_on(record, user), *_left(contacts, contacts_stay), *_deals_left(record, user)]


class ContactPages(LikelyPages):
    model = Contact
    form_class = ContactForm
    filterset_class = ContactFilter
    orderings = CONTACT_ORDERINGS
    ordering = "name"
    more_filters = ("email", "created_by")
    columns = CONTACT_COLUMNS
    actions = (Share, Delete)
    pointers = ("company",)
    facts = ("company", "email", "phone", "notes")

    @classmethod
    def listed(cls, rows: QuerySet, user: Any) -> QuerySet:
        """The company only as far as the user may see it: a contact can be shared without its company."""
        visible = Prefetch("company", Company.objects.visible_to(user), to_attr="visible_company")
        return rows.prefetch_related(visible)

    @classmethod
    def context(cls, record: Contact, user: Any) -> dict[str, Any]:
        deals = record.deals.visible_to(user)  # type: ignore[attr-defined]
        return {
            **super().context(record, user),
            **_stake(deals),
            "deals": deals.with_parties().order_by("-updated_at")[:RELATED],
        }

    @classmethod
    def summary(cls, record: Contact, user: Any) -> dict[str, Any]:
        return {**super().summary(record, user), **_stake(record.deals.visible_to(user))}  # type: ignore[attr-defined]

    @classmethod
    def like(cls, rows: Any, typed: Callable[[str], str]) -> QuerySet:
        return likely_contacts(rows, typed("name"), typed("email"))

    @classmethod
    def hanging_on(cls, record: Contact, user: Any) -> list[str]:
        return [*super().hanging_on(record, user), *_deals_left(record, user)]

    @classmethod
    def initial(cls, request: HttpRequest) -> dict[str, Any]:
        company = Company.objects.visible_to(request.user).filter(pk=request.GET.get("company")).first()
        return {"company": company} if company else {}


def _stake(deals: Any) -> dict[str, Any]:
    """What the deals of a record come to, stage by stage and open in all. One statement."""
    stages = deals.by_stage()
    going = [stage for stage in stages if stage["kind"] == "open"]
    most = max((stage["total"] or 0 for stage in stages), default=0)
    return {
        "stages_of_deals": stages,
        "most": most,
        "open_deals": sum(stage["number"] for stage in going),
        "open_value": sum((stage["total"] or Decimal() for stage in going), Decimal()),
    }


def contacts_stay(count: int) -> str:
    return ngettext(
        "%(count)s contact stays, without its company.", "%(count)s contacts stay, without their company.", count
    )


def _deals_left(record: Any, user: Any) -> list[str]:
    def deals_stay(count: int) -> str:
        if isinstance(record, Company):
            return ngettext(
                "%(count)s deal stays, without its company.", "%(count)s deals stay, without their company.", count
            )
        return ngettext(
            "%(count)s deal stays, without its contact.", "%(count)s deals stay, without their contact.", count
        )

    return _left(record.deals.visible_to(user).count(), deals_stay)


def _left(count: int, words: Callable[[int], str]) -> list[str]:
    return [words(count) % {"count": count}] if count else []
