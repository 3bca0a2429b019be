"""Forms of records: pointers written as names, a stale form shown again, and only what changed is saved."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import formats, timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.field_inputs import add_inputs, names_of, take_values
from records.merging import Merge, merge, seal
from records.models import Record

SUGGESTIONS = 20
LONGEST_NAME = 200


class NameInput(forms.TextInput):
    """A text field with suggestions: plain ``datalist`` without JavaScript, narrowed while typing with it.

    ``wanted``: the name that a person said is to be created.
    """

    template_name = "records/widgets/name_input.html"
    suggestions: Any = ()
    wanted = ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        self.wanted = (data.get(f"create_{name}") or "").strip()
        return super().value_from_datadict(data, files, name)

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)
        context["widget"]["suggestions"] = [str(one) for one in self.suggestions]
        context["widget"]["list"] = f"{context['widget']['attrs'].get('id', name)}-list"
        return context


class RecordPicker(forms.Field):
    """Names one visible record of the given classes: by its name, or ``Name #id`` where several share it.

    With more than one class the name may start with the class: ``Deal: Rollout``. A record that the user may not
    see can stay where it was (``#id``), but cannot be chosen. A name that is not there can be created along with the
    record, if the user may and says so (``create_<field>``): then the form saves ``created`` first.
    """

    widget = NameInput

    def __init__(self, *models: type[Record], **kwargs: Any) -> None:
        self.models = models
        self.user: Any = None
        self.kept: Record | None = None
        self.created: Any = None
        self.offered = ""  # the name that could be created
        super().__init__(**kwargs)

    def for_user(self, user: Any, kept: Record | None) -> None:
        """``kept``: what the field holds now, which may stay even if hidden."""
        self.user, self.kept = user, kept
        if len(self.models) == 1:
            self.widget.attrs["data-options"] = f"/{self.models[0].plural}/options/"
            self.widget.suggestions = self.models[0].objects.visible_to(user).order_by("-updated_at")[:SUGGESTIONS]

    @cached_property
    def kept_text(self) -> str:
        return self._shown(self.kept) if self.kept else ""

    @cached_property
    def may_create(self) -> bool:
        meta = self.models[0]._meta
        return len(self.models) == 1 and self.user.has_perm(f"{meta.app_label}.add_{meta.model_name}")

    @property
    def kind(self) -> str:
        return str(self.models[0]._meta.verbose_name)

    def prepare_value(self, value: Any) -> Any:
        if self.kept is not None and value in (self.kept, self.kept.pk):
            return self.kept_text
        return self._shown(value) if isinstance(value, Record) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another record is named: the field's own comparison would set a name against an id."""
        text = (data or "").strip()
        return not self._names_kept(text) if self.kept is not None else bool(text)

    def _names_kept(self, text: str) -> bool:
        return self.kept is not None and text in (f"#{self.kept.pk}", self.kept_text)

    def _shown(self, record: Record) -> str:
        if not type(record).objects.visible_to(self.user).filter(pk=record.pk).exists():
            return f"#{record.pk}"
        name = type(record)._meta.verbose_name.capitalize()  # type: ignore[union-attr]
        return f"{name}: {record}" if len(self.models) > 1 else str(record)

    def clean(self, value: Any) -> Record | None:
        text = (value or "").strip()
        super().validate(text)
        if not text:
            return None
        if self._names_kept(text):
            return self.kept
        found = [record for model in self.models for record in self._found(model, text)]
        if len(found) == 1:
            return found[0]
        if not found:
            self._missing(text)
            return None
        choices = ", ".join(f"“{record} #{record.pk}”" for record in found[:5])
        raise ValidationError(
            _("Several are called that. Write one of %(choices)s."), params={"choices": choices}, code="ambiguous"
        )

    def _missing(self, text: str) -> None:
        """Nothing yet where it is to be created; else an error, with the offer to create it."""
        if self.may_create and text == self.widget.wanted:
            self.created = self.models[0](**{_named_by(self.models[0]): text})
            named = _named_by(self.models[0])
            others = [field.name for field in self.models[0]._meta.fields if field.name != named]
            self.created.full_clean(exclude=others, validate_unique=False)
            return
        if self.may_create and len(text) <= LONGEST_NAME:
            self.offered = text
        kinds = _(" or ").join(str(model._meta.verbose_name) for model in self.models)
        raise ValidationError(
            _("There is no %(kinds)s called “%(name)s” that you can see."),
            params={"kinds": kinds, "name": text},
            code="unknown",
        )

    def _found(self, model: type[Record], text: str) -> list[Record]:
        kind = f"{model._meta.verbose_name}:"
        text = text[len(kind) :].strip() if text.casefold().startswith(kind.casefold()) else text
        visible = model.objects.visible_to(self.user)
        pk = text.rpartition("#")[2]
        if pk.isalnum() and len(pk) == 10 and (exact := visible.filter(pk=pk).first()):
            return [exact]
        return list(visible.filter(**{f"{_named_by(model)}__iexact": text})[:6])


def _named_by(model: type[Record]) -> str:
    return "title" if hasattr(model, "title") else "name"


class RecordForm(forms.ModelForm):
    """``user`` is whom it is shown to. The hidden ``version`` tells what changed since it was shown (merging.py)."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)
    watched: tuple[str, ...] = ()  # fields that may say: there is such a record already
    merges = True  # else whoever is late is refused as a whole

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.stale = False
        self.merge = Merge()
        self.fields["version"].initial = self._seal
        for name, field in self.fields.items():
            if isinstance(field, RecordPicker):
                field.for_user(user, getattr(self.instance, name, None))
            elif isinstance(field, forms.CharField) and name in self._may_be_null():
                field.empty_value = None
        add_inputs(self, user)

    def _may_be_null(self) -> set[str]:
        return {column.name for column in self._meta.model._meta.fields if column.null}

    def _seal(self) -> str:
        if self.is_new:
            return ""
        return seal(self, self.instance.version) if self.merges else self.instance.version

    @property
    def is_new(self) -> bool:
        return self.instance._state.adding

    def narrow_to(self, name: str) -> None:
        """Leaves one field of all, and what goes along with it."""
        for other in [one for one in self.fields if one not in (name, "version")]:
            del self.fields[other]

    def _post_clean(self) -> None:
        take_values(self)
        super()._post_clean()  # type: ignore[misc]

    def _get_validation_exclusions(self) -> set[str]:
        """The custom fields are checked where the form shows them, and of what is new in any case."""
        kept = {"custom"} if self.is_new or names_of(self) else set()
        return super()._get_validation_exclusions() - kept  # type: ignore[misc]

    def _update_errors(self, errors: ValidationError) -> None:
        """The model may speak of a field that this form has not: then it is said of the form."""
        if hasattr(errors, "error_dict"):
            strange = [one for name, all_of in errors.error_dict.items() if name not in self.fields for one in all_of]
            known = {name: all_of for name, all_of in errors.error_dict.items() if name in self.fields}
            errors = ValidationError(known | ({NON_FIELD_ERRORS: strange} if strange else {}))
        super()._update_errors(errors)  # type: ignore[misc]

    def full_clean(self) -> None:
        """What others changed meanwhile is put in first: the fields are cleaned as they will be saved."""
        if self.is_bound and not self.is_new and self.merges:
            self._take_in()
        super().full_clean()

    def _take_in(self) -> None:
        opened = self.data.get(self.add_prefix("version"), "")
        if not opened:
            return
        self.merge = merge(self, opened)
        self.data = self.data.copy()  # type: ignore[attr-defined]
        for name, value in self.merge.data.items():
            self.data[name] = value  # type: ignore[index]
        self.data[self.add_prefix("version")] = self._seal()  # type: ignore[index]

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        if self.merge.conflicts:
            self.stale = True
            raise ValidationError(
                _(
                    "Somebody changed the same as you, after you opened this. Nothing is lost: choose below "
                    "what is to stay, and save once more."
                ),
                code="stale",
            )
        if not self.merges:
            self._refuse_stale(cleaned.get("version"))
        return cleaned

    def _refuse_stale(self, given: str | None) -> None:
        if self.is_new or not given or given == self.instance.version:
            return
        self.stale = True
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix("version")] = self.instance.version  # type: ignore[index]
        when = formats.time_format(timezone.localtime(self.instance.updated_at))
        raise ValidationError(
            _(
                "Somebody changed this at %(when)s, after you opened it. Nothing of yours is lost: check the fields "
                "below and save once more to keep yours, or go back to see theirs."
            ),
            params={"when": when},
            code="stale",
        )

    def save(self, commit: bool = True) -> Record:
        record = self.instance
        self._create_named()
        if self.is_new:
            record.created_by = self.user
            record.save(force_insert=True)
            return record
        columns = [name for name in self.changed_data if name in {field.name for field in record._meta.fields}]
        columns += ["custom"] if set(self.changed_data) & set(names_of(self)) else []
        if columns:
            record.save(update_fields=[*columns, "updated_at"])
        return record

    def _create_named(self) -> None:
        """What a picker was told to create, now that all of the form is right."""
        for name, field in self.fields.items():
            if isinstance(field, RecordPicker) and field.created is not None:
                field.created.created_by = self.user
                field.created.save(force_insert=True)
                setattr(self.instance, name, field.created)


class SharingForm(forms.Form):
    """Read or write for one person or one role."""

    holder = forms.ChoiceField(label=gettext_lazy("Share with"))
    level = forms.ChoiceField(
        label=gettext_lazy("May"),
        choices=[("read", gettext_lazy("read it")), ("write", gettext_lazy("read and change it"))],
    )

    def __init__(self, *args: Any, users: Any, roles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holders = {f"user:{user.pk}": user for user in users} | {f"role:{role.pk}": role for role in roles}
        self.fields["holder"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose a person or a role")),
            (_("People"), [(key, str(who)) for key, who in self.holders.items() if key.startswith("user:")]),
            (_("Roles"), [(key, str(who)) for key, who in self.holders.items() if key.startswith("role:")]),
        ]

    def clean_holder(self) -> Any:
        return self.holders[self.cleaned_data["holder"]]
