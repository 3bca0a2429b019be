"""The fields that an administrator adds to a class of records, and every rule about what such a field may be.

Values stand in the column ``custom`` of the record under the ``key`` of the field. It is the field's id: the name can
change, and no row is touched for it; a deleted field's values are nobody's, and are cleared away later.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts import principals
from accounts.ids import new_id
from records import values
from records.kept import Kept, typed
from records.values import ARRAY, CHOICE, OBJECT, POINTER, SORTED, TYPES

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
LONGEST_NAME, LONGEST_LABEL, MOST_FIELDS, MOST_CHOICES = 60, 100, 200, 200
CLASSES = ("company", "contact", "deal", "activity")
TARGETS = (*CLASSES, "user")
# What an address, a form or a protocol calls something else by.
# fmt: off
RESERVED = frozenset((
    "id", "pk", "object_id", "class_name", "acl", "length", "custom", "readers", "writers", "version", "next",
    "once", "likely", "creator", "q", "cursor", "ordering", "limit", "count", "expand", "columns", "saved",
    "view", "attachment", "search", "csrfmiddlewaretoken", "name_of_fact", "access",
))
# fmt: on
# What packages above say is built upon a field, a sentence each: then it is not deleted.
uses: list[Callable[[CustomField], list[str]]] = []


def new_key() -> str:
    """An id that begins with a letter: a path into JSON takes a number for a position in a list."""
    return f"f{new_id()[1:]}"


def snake_case(name: str) -> str:
    """``leadSource`` is ``lead_source`` for the pages and the REST API."""
    return WORDS.sub("_", name).lower()


def record_class(name: str) -> Any:
    from records.models import Record  # records know their fields, not the other way round

    return next(one for one in apps.get_models() if one._meta.model_name == name and issubclass(one, Record))


def target_class(name: str) -> Any:
    return apps.get_model(settings.AUTH_USER_MODEL) if name == "user" else record_class(name)


class CustomFieldQuerySet(models.QuerySet):
    def living(self) -> Self:
        return self.filter(deleted_at=None)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Each by itself, so that what is in use stays."""
        with transaction.atomic():
            for field in self.select_for_update():
                field.delete()  # type: ignore[attr-defined]
        return 0, {}


class CustomField(models.Model):
    """``model``: the class: deal. ``name``: as Parse clients write it. ``target``: what a pointer points to.

    ``indexed``: whether lists filter and sort by an index, which a job builds (records/indexes.py). Deleting takes the
    field away at once and its values later: until they are gone the row stays, with ``deleted_at``.
    """

    class Index(models.TextChoices):
        NONE = "", lazy("none")
        WAITING = "waiting", lazy("waiting")
        BUILDING = "building", lazy("being built")
        READY = "ready", lazy("ready")
        FAILED = "failed", lazy("failed")

    key = models.CharField(primary_key=True, max_length=10, default=new_key, editable=False)
    model = models.CharField(
        lazy("class"),
        max_length=20,
        choices=[
            ("company", lazy("Company")),
            ("contact", lazy("Contact")),
            ("deal", lazy("Deal")),
            ("activity", lazy("Activity")),
        ],
    )
    name = models.CharField(
        lazy("name"),
        max_length=LONGEST_NAME,
        help_text=lazy("For programs: letters and digits, as in leadSource. The REST API writes it lead_source."),
    )
    label = models.CharField(lazy("label"), max_length=LONGEST_LABEL, blank=True, help_text=lazy("As people read it."))
    type = models.CharField(lazy("type"), max_length=10, choices=TYPES)
    target = models.CharField(
        lazy("points to"),
        max_length=20,
        blank=True,
        default="",
        choices=[
            ("company", lazy("Company")),
            ("contact", lazy("Contact")),
            ("deal", lazy("Deal")),
            ("activity", lazy("Activity")),
            ("user", lazy("Person")),
        ],
    )
    choices = ArrayField(models.CharField(max_length=200), verbose_name=lazy("choices"), default=list, blank=True)
    required = models.BooleanField(
        lazy("required"),
        default=False,
        help_text=lazy("Of new records. Old ones stay as they are until it is changed."),
    )
    default = models.JSONField(lazy("default"), null=True, blank=True, help_text=lazy("What a new record starts with."))
    description = models.CharField(lazy("description"), max_length=500, blank=True, default="")
    hidden = models.BooleanField(
        lazy("hidden"),
        default=False,
        help_text=lazy("Not shown on pages and in files. Programs still read and write it."),
    )
    order = models.PositiveSmallIntegerField(lazy("order"), default=0)
    indexed = models.BooleanField(
        lazy("indexed"), default=False, help_text=lazy("Quick to filter and sort by, in lists of any length.")
    )
    index_state = models.CharField(max_length=10, blank=True, default="", choices=Index, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    deleted_at = models.DateTimeField(null=True, editable=False)

    TARGETS = TARGETS

    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        verbose_name = lazy("field")
        verbose_name_plural = lazy("fields")
        ordering = ["model", "order", "created_at", "key"]
        # Whoever has it adds a field to the class by writing it (addField of the Parse face).
        permissions = [(f"add_field_{name}", f"May add fields to {name} by writing them") for name in CLASSES]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), "model", condition=models.Q(deleted_at=None), name="custom_field_once"
            )
        ]

    def __str__(self) -> str:
        return self.label or self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        wanted = self.indexed and not self.deleted_at
        if wanted and self.index_state in ("", self.Index.FAILED):
            self.index_state = self.Index.WAITING
        super().save(*args, **kwargs)
        principals.fields_changed()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises ValidationError where something is built upon it. Touches no record: what it held is cleared later."""
        if reasons := self.used_by():
            raise ValidationError(
                [*reasons, _("Change or delete that first, or hide the field instead.")], code="in_use"
            )
        self.deleted_at = timezone.now()
        self.save(update_fields=["deleted_at"])
        return 1, {}

    # --- names --------------------------------------------------------------------------------------------------------

    @property
    def api_name(self) -> str:
        """On the pages, in the REST API and in files."""
        return snake_case(self.name)

    @staticmethod
    def label_of(name: str) -> str:
        """``leadSource`` is ``Lead source`` where nobody gave a label."""
        return snake_case(name).replace("_", " ").strip().capitalize()

    @property
    def path(self) -> str:
        """For querysets: ``Deal.objects.filter(**{field.path: kept})``."""
        return f"custom__{self.key}"

    @property
    def expression(self) -> Any:
        """Its value in SQL, as its index has it."""
        return typed(self.key, self.type)

    @property
    def json(self) -> Kept:
        """Its value in SQL, as it is kept."""
        return Kept(self.key)

    @property
    def is_sorted(self) -> bool:
        return self.type in SORTED

    @property
    def record_model(self) -> Any:
        return record_class(self.model)

    @property
    def target_model(self) -> Any:
        return target_class(self.target) if self.target else None

    # --- values -------------------------------------------------------------------------------------------------------

    def stored(self, value: Any) -> Any:
        """``value`` as it is kept, None for none. Raises ValidationError."""
        kept = values.stored(self.type, value)
        if self.type == CHOICE and kept is not None and kept not in self.choices:
            choices = {"choices": ", ".join(self.choices)}
            raise ValidationError(_("There is no such choice. The choices are %(choices)s."), params=choices)
        return kept

    def of(self, record: Any) -> Any:
        """The value in ``record``, as Python works with it."""
        return values.python(self.type, (record.custom or {}).get(self.key))

    def put(self, record: Any, value: Any) -> bool:
        """Sets what ``stored`` gave; None takes the value away. Whether that changed anything.

        Nothing is saved: add ``custom`` to the columns that are.
        """
        held = record.custom or {}
        if held.get(self.key) == value and type(held.get(self.key)) is type(value):
            return False
        rest = {key: one for key, one in held.items() if key != self.key}
        record.custom = rest if value is None else {**rest, self.key: value}
        return True

    # --- rules --------------------------------------------------------------------------------------------------------

    def clean(self) -> None:
        super().clean()
        self._settle()
        errors: dict[str, Any] = {}
        for name, rule in (
            ("name", self._check_name),
            ("target", self._check_target),
            ("choices", self._check_choices),
            ("type", self._check_type),
            ("default", self._check_default),
            ("indexed", self._check_index),
        ):
            try:
                rule()
            except ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise ValidationError(errors)

    def _settle(self) -> None:
        self.label = (self.label or "").strip() or self.label_of(self.name or "")
        if self.type != POINTER:
            self.target = ""
        if self.type != CHOICE:
            self.choices = []

    def _check_name(self) -> None:
        name = self.name or ""
        if not NAME.match(name) or "__" in name or name.endswith("_"):
            raise ValidationError(
                _("Begin with a letter of A to Z, and go on with letters, digits and single _ only."), code="name"
            )
        if self.api_name in RESERVED or self.api_name in _taken_names(self.model):
            raise ValidationError(
                _("“%(name)s” is a name that the class has already, or that Parsley needs itself. Choose another."),
                params={"name": name},
                code="reserved",
            )
        others = CustomField.objects.living().filter(model=self.model).exclude(pk=self.pk)
        taken = {form for one in others.values_list("name", flat=True) for form in (snake_case(one), one.lower())}
        if taken & {self.api_name, name.lower()}:
            words = _("There is a field “%(name)s” already. Choose another name, or change that one.")
            raise ValidationError(words, params={"name": name}, code="unique")
        if self._state.adding and len(others) >= MOST_FIELDS:
            raise ValidationError(
                _("A class has at most %(most)s fields. Delete one first."), params={"most": MOST_FIELDS}
            )

    def _check_target(self) -> None:
        if self.type == POINTER and not self.target:
            raise ValidationError(_("Say what it points to."))

    def _check_choices(self) -> None:
        self.choices = list(dict.fromkeys(one.strip() for one in self.choices if one.strip()))
        if self.type == CHOICE and not self.choices:
            raise ValidationError(_("Write at least one choice."))
        if len(self.choices) > MOST_CHOICES:
            raise ValidationError(_("At most %(most)s choices."), params={"most": MOST_CHOICES})

    def _check_type(self) -> None:
        before = None if self._state.adding else CustomField.objects.filter(pk=self.pk).first()
        if before is None:
            return
        if self.model != before.model:
            raise ValidationError(_("A field stays with its class. Add one to the other class."), code="class")
        same_text = {before.type, self.type} == {values.STRING, CHOICE}
        if (before.type, before.target) == (self.type, self.target) or (same_text and self.type == values.STRING):
            return
        if self.has_values():
            raise ValidationError(
                _(
                    "Records hold values of the type %(type)s in it. Add a field of the new type under another name "
                    "and copy them, or empty this field in all records first."
                ),
                params={"type": TYPES[before.type]},
                code="in_use",
            )

    def _check_default(self) -> None:
        if self.default is None:
            return
        if self.type == POINTER:
            raise ValidationError(_("A field that points to a record has no default."))
        if self.type in TYPES:
            self.default = self.stored(self.default)

    def _check_index(self) -> None:
        if self.indexed and self.type in (ARRAY, OBJECT):
            raise ValidationError(_("Lists and objects are not indexed. Choose another type, or no index."))

    def has_values(self) -> bool:
        return self.record_model.unrestricted.filter(custom__has_key=self.key).exists()

    def used_by(self) -> list[str]:
        return [words for ask in uses for words in ask(self)]

    def forget(self) -> None:
        """Once no record holds a value any more."""
        super().delete()
        principals.fields_changed()


def _taken_names(model: str) -> set[str]:
    """Names of the class itself, and of the filters of its lists: an address cannot mean two things."""
    from records.filters import filters_of  # filters ask for the fields

    meta = record_class(model)._meta if model in CLASSES else None
    if meta is None:
        return set()
    columns = {one.name for one in (*meta.get_fields(), *meta.private_fields)}
    columns |= {getattr(one, "attname", one.name) for one in meta.get_fields()}
    return columns | filters_of(record_class(model))
