"""What the command palette offers: records that match, then what can be done."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import DENSITIES, THEMES
from desk.finding import Found, find_few
from desk.places import PLACES, makings_of

ICONS = {"contacts": "user", "companies": "building-office-2", "deals": "banknotes"}


@dataclass(frozen=True)
class Option:
    """One line. It leads to ``url``; or ``form`` is sent with ``field`` of ``value``."""

    name: Any
    icon: str
    url: str = ""
    found: Found | None = None
    form: str = ""
    field: str = ""
    value: str = ""


@dataclass(frozen=True)
class About:
    """Something to do with one record: ``words`` and its name say it. ``offered`` for any record that is the first."""

    words: Any
    icon: str
    permission: str
    kinds: dict[str, str]
    """The classes it can be done with, and how the address names a record of each."""
    route: str

    def of(self, record: Found) -> Option:
        address = f"{reverse(self.route)}?{self.kinds[record.kind].format(record.pk)}"
        return Option(f"{self.words} {record.name}", self.icon, address)


ABOUT = (
    About(
        gettext_lazy("New deal for"),
        "banknotes",
        "pipeline.add_deal",
        {"contacts": "contact={}", "companies": "company={}"},
        "pipeline:deal-new",
    ),
    About(
        gettext_lazy("Log a call with"),
        "phone",
        "activities.add_activity",
        {"contacts": "about=contact:{}&type=call", "companies": "about=company:{}&type=call"},
        "activities:activity-new",
    ),
    About(
        gettext_lazy("New task about"),
        "check-circle",
        "activities.add_activity",
        {"contacts": "about=contact:{}", "companies": "about=company:{}", "deals": "about=deal:{}"},
        "activities:activity-new",
    ),
)


def groups(request: HttpRequest, words: str) -> list[tuple[str, list[Option]]]:
    """Headings, and the lines below each."""
    user = request.user
    asked = [about for about in ABOUT if words.casefold().startswith(f"{about.words} ".casefold())]
    if asked:
        rest = words[len(str(asked[0].words)) :].strip()
        records = find_few(request, rest)
        return _filled([(_("Do"), list(_done_with(records, asked, user)))])
    records = find_few(request, words)
    lines = [Option(record.name, ICONS[record.kind], record.url, record) for record in records]
    if not words:
        return _filled([(_("Changed last"), lines), (_("Do"), _makings(user)), (_("Go to"), _places())])
    deeds = [*_makings(user), *_places(), *_preferences(user)]
    about = list(_done_with(records[:1], ABOUT, user))
    everything = Option(_("All that is found for “%s”") % words, "magnifying-glass", _search(words))
    parts = [(_("Found"), [*lines, everything]), (_("Do"), [*_holding(deeds, words), *about])]
    return _filled(parts if lines else parts[::-1])


def _search(words: str) -> str:
    return f"{reverse('desk:search')}?{urlencode({'q': words})}"


def _filled(parts: list[tuple[str, list[Option]]]) -> list[tuple[str, list[Option]]]:
    return [(label, lines) for label, lines in parts if lines]


def _holding(lines: list[Option], words: str) -> list[Option]:
    """Those with a word that begins with each of the words."""
    wanted = words.casefold().split()
    return [line for line in lines if all(_begins(word, str(line.name).casefold().split()) for word in wanted)]


def _begins(start: str, words: list[str]) -> bool:
    return any(word.startswith(start) for word in words)


def _done_with(records: list[Found], abouts: Any, user: Any) -> Iterator[Option]:
    for about in abouts:
        if user.has_perm(about.permission):
            yield from (about.of(record) for record in records if record.kind in about.kinds)


def _makings(user: Any) -> list[Option]:
    return [Option(making.name, making.icon, making.url) for making in makings_of(user)]


def _places() -> list[Option]:
    return [
        *(Option(place.name, place.icon, place.url) for place in PLACES),
        Option(_("Profile and preferences"), "adjustments-horizontal", reverse("accounts:profile")),
        Option(_("Change password"), "key", reverse("accounts:password-change")),
    ]


def _preferences(user: Any) -> list[Option]:
    themes = [(format_lazy("{}: {}", _("Theme"), label), "theme", value) for value, label in THEMES]
    densities = [(format_lazy("{}: {}", _("Density"), label), "density", value) for value, label in DENSITIES]
    others = [(label, field, value) for label, field, value in [*themes, *densities] if getattr(user, field) != value]
    icons = {"theme": "moon", "density": "bars-4"}
    chosen = [
        Option(label, icons[field], form="preferences", field=field, value=value) for label, field, value in others
    ]
    return [*chosen, Option(_("Sign out"), "arrow-right-start-on-rectangle", form="logout")]
