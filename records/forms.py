"""Forms of records: pointers written as names, a stale form shown again, and only what changed is saved."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from records.models import Record

SUGGESTIONS = 20


class NameInput(forms.TextInput):
    """A text field with suggestions: plain ``datalist`` without JavaScript, narrowed while typing with it."""

    template_name = "records/widgets/name_input.html"
    suggestions: Any = ()

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)
        context["widget"]["suggestions"] = list(self.suggestions)
        context["widget"]["list"] = f"{context['widget']['attrs'].get('id', name)}-list"
        return context


class RecordPicker(forms.Field):
    """Names one visible record of the given classes: by its name, or ``Name #id`` where several share it.

    With more than one class the name may start with the class: ``Deal: Rollout``. A record that the user may not
    see can stay where it was (``#id``), but cannot be chosen.
    """

    widget = NameInput

    def __init__(self, *models: type[Record], **kwargs: Any) -> None:
        self.models = models
        self.user: Any = None
        self.kept: Record | None = None
        self.kept_text = ""
        super().__init__(**kwargs)

    def for_user(self, user: Any, kept: Record | None) -> None:
        """``kept``: what the field holds now, which may stay even if hidden."""
        self.user, self.kept = user, kept
        self.kept_text = self._shown(kept) if kept else ""
        if len(self.models) == 1:
            self.widget.attrs["data-options"] = f"/{self.models[0].plural}/options/"
            recent = self.models[0].objects.visible_to(user).order_by("-updated_at")[:SUGGESTIONS]
            self.widget.suggestions = [str(record) for record in recent]

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
        kinds = " or ".join(str(model._meta.verbose_name) for model in self.models)
        if not found:
            raise ValidationError(f"There is no {kinds} called “{text}” that you can see.", code="unknown")
        choices = ", ".join(f"“{record} #{record.pk}”" for record in found[:5])
        raise ValidationError(f"Several are called that. Write one of {choices}.", code="ambiguous")

    def _found(self, model: type[Record], text: str) -> list[Record]:
        kind = f"{model._meta.verbose_name}:"
        text = text[len(kind) :].strip() if text.casefold().startswith(kind.casefold()) else text
        visible = model.objects.visible_to(self.user)
        pk = text.rpartition("#")[2]
        if pk.isalnum() and len(pk) == 10 and (exact := visible.filter(pk=pk).first()):
            return [exact]
        column = "title" if hasattr(model, "title") else "name"
        return list(visible.filter(**{f"{column}__iexact": text})[:6])


class RecordForm(forms.ModelForm):
    """``user`` is whom it is shown to. The hidden ``version`` tells whether the record changed since it was shown."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.stale = False
        self.fields["version"].initial = "" if self.is_new else self.instance.version
        for name, field in self.fields.items():
            if isinstance(field, RecordPicker):
                field.for_user(user, getattr(self.instance, name, None))
            elif isinstance(field, forms.CharField) and name in self._may_be_null():
                field.empty_value = None

    def _may_be_null(self) -> set[str]:
        return {column.name for column in self._meta.model._meta.fields if column.null}

    @property
    def is_new(self) -> bool:
        return self.instance._state.adding

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        given = cleaned.get("version")
        if not self.is_new and given and given != self.instance.version:
            self.stale = True
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data[self.add_prefix("version")] = self.instance.version  # type: ignore[index]
            when = timezone.localtime(self.instance.updated_at).strftime("%H:%M")
            raise ValidationError(
                f"Somebody changed this at {when}, after you opened it. Nothing of yours is lost: check the fields "
                "below and save once more to keep yours, or go back to see theirs.",
                code="stale",
            )
        return cleaned

    def save(self, commit: bool = True) -> Record:
        record = self.instance
        if self.is_new:
            record.created_by = self.user
            record.save(force_insert=True)
            return record
        columns = [name for name in self.changed_data if name in {field.name for field in record._meta.fields}]
        if columns:
            record.save(update_fields=[*columns, "updated_at"])
        return record


class SharingForm(forms.Form):
    """Read or write for one person or one role."""

    holder = forms.ChoiceField(label="Share with")
    level = forms.ChoiceField(label="May", choices=[("read", "read it"), ("write", "read and change it")])

    def __init__(self, *args: Any, users: Any, roles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holders = {f"user:{user.pk}": user for user in users} | {f"role:{role.pk}": role for role in roles}
        self.fields["holder"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a person or a role"),
            ("People", [(key, str(who)) for key, who in self.holders.items() if key.startswith("user:")]),
            ("Roles", [(key, str(who)) for key, who in self.holders.items() if key.startswith("role:")]),
        ]

    def clean_holder(self) -> Any:
        return self.holders[self.cleaned_data["holder"]]
