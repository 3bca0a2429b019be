"""Views of lists and of the board that people keep: filters, order and columns under a name."""

from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.ids import new_id
from accounts.models import Team

LONGEST = 2_000
NOT_KEPT = ("cursor", "saved", "csrfmiddlewaretoken")
PLACES = {
    "deals": "pipeline:deal-list",
    "board": "pipeline:board",
    "contacts": "crm:contact-list",
    "companies": "crm:company-list",
}


def teams_of(user: Any) -> models.QuerySet[Team]:
    """Those that the user belongs to, or leads."""
    return Team.objects.filter(pk__in=Team.objects.filter(Q(members=user) | Q(leads=user)).values("pk"))


def tidy(query: str) -> str:
    """A query string without what belongs to one visit, and without what is empty."""
    kept = QueryDict(mutable=True)
    for name, values in QueryDict(query).lists():
        if name not in NOT_KEPT and any(values):
            kept.setlist(name, [value for value in values if value])
    return kept.urlencode()


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.filter(Q(owner=user) | Q(team__in=teams_of(user).values("pk")))

    def owned_by(self, user: Any) -> Self:
        return self.filter(owner=user)

    def with_default(self, user: Any) -> Self:
        """Adds ``is_default``: whether the user's list opens with it."""
        return self.annotate(is_default=Exists(DefaultView.objects.filter(user=user, view=OuterRef("pk"))))


class SavedView(models.Model):
    """``team``: who sees it beside its owner, who alone may change it. ``query``: as it stands in the address."""

    id = models.CharField(primary_key=True, max_length=10, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", editable=False)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("seen by"))
    place = models.CharField(max_length=20, choices=[(name, name) for name in PLACES], editable=False)
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField(blank=True, default="", validators=[MaxLengthValidator(LONGEST)], editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "place", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The list or the board as it was saved."""
        return f"{reverse(PLACES[self.place])}?{self.asked}"

    @property
    def asked(self) -> str:
        return f"{self.query}&saved={self.pk}" if self.query else f"saved={self.pk}"

    def open_first_for(self, user: Any) -> None:
        DefaultView.objects.update_or_create(user=user, place=self.place, defaults={"view": self})

    def open_no_more_for(self, user: Any) -> None:
        DefaultView.objects.filter(user=user, view=self).delete()


class DefaultView(models.Model):
    """What a list opens with for one person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    place = models.CharField(max_length=20)
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "place"], name="default_view_once")]

    def __str__(self) -> str:
        return f"{self.place} of {self.user}"
