"""One filter class per model serves its page and its API; each field is listed by name."""

from typing import Any

import django_filters
from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet

from records.serializers import record_named


class RecordFilter(django_filters.FilterSet):
    """``q`` looks into the columns of ``searched``, or (``in_one``) into the column ``search`` of the model."""

    q = django_filters.CharFilter(method="search", label="Search", max_length=200)
    searched: tuple[str, ...] = ()
    in_one = False
    named_by = "name"

    @property
    def user(self) -> Any:
        return self.request.user

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Every word must be found somewhere."""
        for word in value.split()[:8]:
            queryset = queryset.filter(self.containing(word))
        return queryset

    def containing(self, word: str) -> Q:
        found = Q(search__contains=word.lower()) if self.in_one else Q()
        for column in self.searched:
            found |= Q(**{f"{column}__icontains": word})
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


class YesOrNoFilter(django_filters.TypedChoiceFilter):
    """``true`` or ``false``. Anything else is refused: read as "either" it would answer everything."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("true", "Yes"), ("false", "No")]
        super().__init__(**kwargs, choices=choices, coerce=lambda value: value == "true")


class WordsFilter(django_filters.BaseInFilter, django_filters.CharFilter):
    """``stage__in=lead,won``"""
