"""What is typed into the playground, and the call that it means."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from developers.playground.calls import METHODS, MOUNTS, Call, is_too_deep

LONGEST = 200_000
TOO_DEEP = gettext_lazy("This is nested too deeply: at most 20 levels.")


class CallForm(forms.Form):
    """``face`` is told by the page. ``call``: once it is valid."""

    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=[(one, one) for one in METHODS])
    path = forms.CharField(label=gettext_lazy("Address"), max_length=500)
    parameters = forms.CharField(
        label=gettext_lazy("Parameters"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy("One a line, as in order=name. They are written as they are; what needs escaping is."),
    )
    body = forms.CharField(
        label=gettext_lazy("Body, as JSON"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 6, "spellcheck": "false"}),
    )
    dry = forms.BooleanField(label=gettext_lazy("Dry run: do it, show the answer, and take it back"), required=False)

    def __init__(self, face: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.face = face

    @classmethod
    def of(cls, call: Call) -> CallForm:
        told = {"method": call.method, "path": call.path, "parameters": call.lines, "body": call.text, "dry": True}
        return cls(call.face, initial=told)

    def clean_path(self) -> str:
        """Below the face's mount; what follows a question mark is taken for parameters."""
        path = self.cleaned_data["path"].removeprefix(MOUNTS[self.face])
        path, _mark, query = path.partition("?")
        self.more = tuple(parse_qsl(query, keep_blank_values=True))
        if not path.startswith("/") or "//" in path or "\\" in path or ".." in path.split("/") or "#" in path:
            raise ValidationError(_("Begin with a slash, and write what follows %s.") % MOUNTS[self.face])
        return path

    def clean_parameters(self) -> tuple[tuple[str, str], ...]:
        found = []
        for number, line in enumerate(self.cleaned_data["parameters"].splitlines(), 1):
            name, equals, value = line.strip().partition("=")
            if line.strip() and not (name and equals):
                raise ValidationError(_("Line %(number)s: write a name, = and the value.") % {"number": number})
            found += [(name, value)] if name else []
        return tuple(found)

    def clean_body(self) -> Any:
        return read_json(self.cleaned_data["body"])

    @property
    def call(self) -> Call:
        told = self.cleaned_data
        body = None if told["method"] == "GET" else told["body"]
        return Call(self.face, told["method"], told["path"], (*self.more, *told["parameters"]), body)


class GraphQLForm(forms.Form):
    query = forms.CharField(
        label=gettext_lazy("Query"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 14, "spellcheck": "false"}),
    )
    variables = forms.CharField(
        label=gettext_lazy("Variables, as JSON"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
    )
    dry = forms.BooleanField(label=gettext_lazy("Dry run: do it, show the answer, and take it back"), required=False)

    def __init__(self, face: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    @classmethod
    def of(cls, call: Call) -> GraphQLForm:
        variables = json.dumps(call.body["variables"], indent=2) if "variables" in call.body else ""
        return cls(call.face, initial={"query": call.body["query"], "variables": variables, "dry": True})

    def clean_variables(self) -> Any:
        variables = read_json(self.cleaned_data["variables"])
        if variables is not None and not isinstance(variables, dict):
            raise ValidationError(_("Write an object: { and }, with a name for each variable."))
        return variables

    @property
    def call(self) -> Call:
        told = self.cleaned_data
        variables = {"variables": told["variables"]} if told["variables"] else {}
        return Call("graphql", "POST", body={"query": told["query"], **variables})


def read_json(text: str) -> Any:
    """None where nothing is. Raises ValidationError in words that say where."""
    if not text.strip():
        return None
    try:
        value = json.loads(text, parse_constant=_refuse)
    except ValueError as error:
        if isinstance(error, json.JSONDecodeError):
            place = {"line": error.lineno, "column": error.colno}
            raise ValidationError(_("This is not JSON: look at line %(line)s, column %(column)s.") % place) from error
        raise ValidationError(_("This is not JSON: it has no NaN and no Infinity.")) from error
    except RecursionError as error:
        raise ValidationError(TOO_DEEP) from error
    if is_too_deep(value):
        raise ValidationError(TOO_DEEP)
    return value


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


FORMS: dict[str, type[CallForm] | type[GraphQLForm]] = {"parse": CallForm, "rest": CallForm, "graphql": GraphQLForm}
