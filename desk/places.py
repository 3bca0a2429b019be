"""The places that the shell, the palette and the keys lead to, in one list."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """``key``: after ``g``. ``first``: has room in the bar of a phone; the others are under “More” there."""

    name: Any
    route: str
    icon: str
    key: str
    first: bool = True

    @property
    def url(self) -> str:
        return reverse(self.route)

    def holds(self, path: str) -> bool:
        return path == self.url if self.url == "/" else path.startswith(self.url)


PLACES = (
    Place(_("My day"), "desk:my-day", "sun", "h"),
    Place(_("Pipeline"), "pipeline:board", "view-columns", "p"),
    Place(_("Deals"), "pipeline:deal-list", "banknotes", "d", first=False),
    Place(_("Contacts"), "crm:contact-list", "user", "c"),
    Place(_("Companies"), "crm:company-list", "building-office-2", "o"),
    Place(_("Activities"), "activities:activity-list", "calendar", "a", first=False),
)


@dataclass(frozen=True)
class Making:
    """A thing that one may make from anywhere. ``permission``: who may."""

    name: Any
    route: str
    icon: str
    permission: str

    @property
    def url(self) -> str:
        return reverse(self.route)


MAKINGS = (
    Making(_("New contact"), "crm:contact-new", "user-plus", "crm.add_contact"),
    Making(_("New company"), "crm:company-new", "building-office-2", "crm.add_company"),
    Making(_("New deal"), "pipeline:deal-new", "banknotes", "pipeline.add_deal"),
    Making(_("New activity"), "activities:activity-new", "calendar", "activities.add_activity"),
)


def makings_of(user: Any) -> list[Making]:
    return [making for making in MAKINGS if user.has_perm(making.permission)]
