"""The people one sells to, and where they work."""

from typing import Self

from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from activities.models import Activity, HasActivities
from crm.duplicates import CompanyKey, Domain, NameKey
from records.access import Rule
from records.grams import Grams
from records.models import ReachedRecord, RoleGrant, UserGrant, searched
from records.querysets import RecordManager, RecordQuerySet, UnrestrictedManager

company_access = Rule("crm_company", reach=True)
contact_access = Rule("crm_contact", reach=True)


class Company(HasActivities, ReachedRecord):
    plural = "companies"

    name = models.CharField(_("name"), max_length=200)
    # Null where nothing was said: Parse clients tell a value from its absence.
    website = models.CharField(_("website"), max_length=500, null=True, blank=True)
    industry = models.CharField(_("industry"), max_length=100, null=True, blank=True)
    address = models.CharField(_("address"), max_length=500, null=True, blank=True)
    notes = models.TextField(_("notes"), null=True, blank=True, validators=[MaxLengthValidator(65_535)])
    search = searched("name", "website", "industry")
    grams = Grams("search")
    activities = GenericRelation(Activity, "related_id", "related_type")

    class Meta(ReachedRecord.Meta):
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        indexes = [
            *ReachedRecord.Meta.indexes,
            models.Index(Lower("name"), "id", name="company_name"),
            models.Index(fields=["updated_at", "id"], name="company_updated"),
            models.Index(fields=["created_at", "id"], name="company_created"),
            models.Index(Lower("industry"), "id", name="company_industry"),
            GinIndex(Grams("search"), name="company_grams"),
            models.Index(CompanyKey("name"), name="company_likeness"),
            models.Index(Domain("website"), name="company_domain"),
        ]
        triggers = company_access.triggers()

    def __str__(self) -> str:
        return self.name


class ContactQuerySet(RecordQuerySet):
    def with_company(self) -> Self:
        return self.select_related("company")


class Contact(HasActivities, ReachedRecord):
    plural = "contacts"

    name = models.CharField(_("name"), max_length=200)
    email = models.CharField(_("e-mail"), max_length=254, null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=64, null=True, blank=True)
    company = models.ForeignKey(
        Company, models.SET_NULL, null=True, blank=True, related_name="contacts", verbose_name=_("company")
    )
    notes = models.TextField(_("notes"), null=True, blank=True, validators=[MaxLengthValidator(65_535)])
    search = searched("name", "email", "phone")
    grams = Grams("search", "phone")
    activities = GenericRelation(Activity, "related_id", "related_type")

    objects = RecordManager.from_queryset(ContactQuerySet)()
    unrestricted = UnrestrictedManager(ContactQuerySet)

    class Meta(ReachedRecord.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            *ReachedRecord.Meta.indexes,
            models.Index(Lower("name"), "id", name="contact_name"),
            models.Index(fields=["updated_at", "id"], name="contact_updated"),
            models.Index(fields=["created_at", "id"], name="contact_created"),
            models.Index(NameKey("name"), name="contact_likeness"),
            GinIndex(Grams("search", "phone"), name="contact_grams"),
            models.Index(Lower("email"), name="contact_mail"),
        ]
        triggers = contact_access.triggers()

    def __str__(self) -> str:
        return self.name


class CompanyUserGrant(UserGrant):
    content_object = models.ForeignKey(Company, models.DO_NOTHING)

    class Meta(UserGrant.Meta):
        db_table = "crm_companyuserobjectpermission"
        triggers = company_access.grant_triggers()


class CompanyRoleGrant(RoleGrant):
    content_object = models.ForeignKey(Company, models.DO_NOTHING)

    class Meta(RoleGrant.Meta):
        db_table = "crm_companygroupobjectpermission"
        triggers = company_access.grant_triggers()


class ContactUserGrant(UserGrant):
    content_object = models.ForeignKey(Contact, models.DO_NOTHING)

    class Meta(UserGrant.Meta):
        db_table = "crm_contactuserobjectpermission"
        triggers = contact_access.grant_triggers()


class ContactRoleGrant(RoleGrant):
    content_object = models.ForeignKey(Contact, models.DO_NOTHING)

    class Meta(RoleGrant.Meta):
        db_table = "crm_contactgroupobjectpermission"
        triggers = contact_access.grant_triggers()


class CompanyOwners(Membership):
    class Meta:
        proxy = True
        default_permissions = ()
        triggers = company_access.membership_triggers()


class ContactOwners(Membership):
    class Meta:
        proxy = True
        default_permissions = ()
        triggers = contact_access.membership_triggers()
