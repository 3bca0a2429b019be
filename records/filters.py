"""One filter class per model serves its page and its API; each field is listed by name, and has a label in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django_filters.filterset import FilterSetMetaclass
from django_filters.widgets import BaseCSVWidget
from drf_spectacular.drainage import set_override

from accounts.models import User
from records.fields import fields_of
from records.grams import held, with_grams
from records.serializers import record_named

ME = "me"
WORDS = 8  # of a search


class OfClass(FilterSetMetaclass):
    """The filters of a class are those it declares, and those of the fields that it has at this moment."""

    def _all(cls) -> dict[str, Any]:
        from records.field_filters import filters_for  # made of the filters below

        own, model = cls.__dict__.get("own_filters", {}), cls._meta.model  # type: ignore[attr-defined]
        definitions = fields_of(model) if model else ()
        if not definitions:
            return own
        if cls.__dict__.get("_made_for") is not definitions:
            cls._made, cls._made_for = {**own, **filters_for(model)}, definitions
        return cls._made

    def _declare(cls, filters: dict[str, Any]) -> None:
        cls.own_filters = filters

    base_filters = property(_all, _declare)


class RecordFilter(django_filters.FilterSet, metaclass=OfClass):
    """``q`` looks into the columns of ``searched``, or (``in_one``) into the column ``search`` of the model.

    ``said``: how a filter is told where "label: value" would not do, by name.
    """

    q = django_filters.CharFilter(
        method="search", label=lazy("Search"), max_length=200, widget=forms.TextInput({"type": "search"})
    )
    searched: tuple[str, ...] = ()
    in_one = False
    named_by = "name"
    said: dict[str, Any] = {}

    @property
    def base_filters(self) -> dict[str, Any]:
        return type(self).base_filters  # type: ignore[return-value]

    @property
    def user(self) -> Any:
        return self.request.user

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Every word must be found somewhere."""
        queryset = with_grams(queryset)
        for word in value.split()[:WORDS]:
            queryset = queryset.filter(self.containing(word))
        return queryset

    def containing(self, word: str) -> Q:
        # What costs least is asked first: the grams of a row that no index brought are made anew.
        found = Q(search__contains=word.lower()) & held(word) if self.in_one else Q()
        for column in self.searched:
            found |= Q(**{f"{column}__icontains": word})
        return found


def filters_of(model: Any) -> set[str]:
    """The names of the filters that lists of ``model`` have of their own."""
    ahead, found = [RecordFilter], set()
    while ahead:
        one = ahead.pop()
        ahead += one.__subclasses__()
        if getattr(getattr(one, "_meta", None), "model", None) is model:
            found |= set(one.own_filters)
    return found


class AboutFilter(django_filters.CharFilter):
    """``related_to=deal:<id>``: the activities about a record, as far as the caller may see that record."""

    def __init__(self, classes: tuple[str, ...], **kwargs: Any) -> None:
        self.classes = classes
        known = RegexValidator(
            rf"^({'|'.join(classes)}):.", f"Write the class and the id: {', '.join(classes)}, a colon, and the id."
        )
        super().__init__(**kwargs, validators=[known])

    def filter(self, queryset: Any, value: str) -> QuerySet:
        if not value:
            return queryset
        record = record_named(value, self.classes, self.parent.user)
        return queryset.about(record) if record else queryset.none()

    def words(self, value: Any, user: Any) -> list[str]:
        return [str(record_named(value, self.classes, user) or value)]


class YesOrNoFilter(django_filters.TypedChoiceFilter):
    """``true`` or ``false``. Anything else is refused: read as "either" it would answer everything."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", lazy("Either")), ("true", lazy("Yes")), ("false", lazy("No"))]
        super().__init__(**kwargs, choices=choices, coerce=lambda value: value == "true")
        set_override(self, "field", {"type": "string", "enum": [word for word, _label in choices]})


class AlsoWhatWasAsked:
    """Keeps a value that is no choice any more, so that sending the form again does not drop it."""

    choices: Any

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list:
        known = list(self.choices)
        names = {str(key) for key, _label in known}
        self.choices = [*known, *((each, each) for each in value if each and each not in names)]
        return super().optgroups(name, value, attrs)  # type: ignore[misc]


class Select(AlsoWhatWasAsked, forms.Select):
    def use_required_attribute(self, initial: Any) -> bool:
        """No filter is required; Django would ask for all that is offered to find that out."""
        return False


class Checkboxes(AlsoWhatWasAsked, forms.CheckboxSelectMultiple, BaseCSVWidget):
    """Several of one list, sent as ``name=a&name=b`` or ``name=a,b``. ``offered``: them, asked when shown."""

    offered: Callable[[], list[tuple[str, Any]]] = list

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, choices=type(self).offered)  # type: ignore[arg-type]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        given = data.getlist(name) if hasattr(data, "getlist") else [data.get(name) or ""]
        return [each for text in given for each in text.split(",") if each]


def people() -> list[tuple[str, Any]]:
    return [("", _("Anybody")), (ME, _("Me")), *((user.pk, str(user)) for user in User.objects.directory())]


class PersonFilter(django_filters.CharFilter):
    """The id of a colleague, or ``me``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs, widget=Select(choices=people))  # type: ignore[arg-type]

    def filter(self, queryset: QuerySet, value: str) -> QuerySet:
        return super().filter(queryset, self.parent.user.pk if value == ME else value)

    def words(self, value: str, user: Any) -> list[str]:
        """One who left is named as well: the filter finds what is still theirs."""
        if value in (ME, user.pk):
            return [_("me")]
        return [str(User.objects.filter(pk=value).first() or value)]


class RecordsFilter(django_filters.CharFilter):
    """The id of a record; told by its name to who may see it."""

    def __init__(self, model: Any, **kwargs: Any) -> None:
        self.pointed = model
        super().__init__(**kwargs)

    def words(self, value: str, user: Any) -> list[str]:
        return [str(self.pointed.objects.visible_to(user).filter(pk=value).first() or value)]


class WordsFilter(django_filters.BaseInFilter, django_filters.CharFilter):
    """``stage__in=lead,won``, or sent twice. ``choices``: what a page offers."""

    def __init__(self, *args: Any, choices: Callable[[], list[tuple[str, Any]]] | None = None, **kwargs: Any) -> None:
        self.offered = choices
        if choices:
            kwargs["widget"] = type("Checkboxes", (Checkboxes,), {"offered": staticmethod(choices)})
        super().__init__(*args, **kwargs)

    def words(self, value: list[str], user: Any) -> list[str]:
        names = {key: str(label) for key, label in (self.offered or list)()}
        return [names.get(each, each) for each in value]


class DayFilter(django_filters.DateFilter):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
