"""What a person does with the pages of the administration: open, fill in, send."""

from django.db.models import Model
from django.forms import Form, MultiWidget
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse


def listing(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def adding(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


def changing(row: Model, page: str = "change") -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


def listed(client: Client, model: type[Model], **query: str) -> set:
    """The rows of the list, by their ids."""
    return {row.pk for row in client.get(listing(model), query).context["cl"].result_list}


def suggested(client: Client, model: type[Model], field: str, term: str = "") -> list[str]:
    """The ids that the search of a pointer's field offers."""
    asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field}
    answer = client.get(reverse("admin:autocomplete"), {**asked, "term": term})
    assert answer.status_code == 200
    return [found["id"] for found in answer.json()["results"]]


def filled(page: HttpResponse) -> dict[str, str]:
    """What the browser would send back of the page as it stands."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    return {name: value for form in forms for name, value in _values(form)}


def _values(form: Form):
    for field in form:
        value, widget = field.value(), field.field.widget
        if isinstance(widget, MultiWidget):
            parts = widget.decompress(value)
            yield from ((f"{field.html_name}_{n}", _text(part)) for n, part in enumerate(parts))
        elif value is not None and value is not False:
            yield field.html_name, value if isinstance(value, list) else _text(value)


def _text(value) -> str:
    return "" if value is None else "on" if value is True else str(value)


def save(client: Client, address: str, **changes) -> HttpResponse:
    """Opens the form, changes some of it, sends it."""
    page = client.get(address)
    assert page.status_code == 200
    return client.post(address, filled(page) | changes)


def errors(page: HttpResponse) -> dict[str, list[str]]:
    """What a form that was shown again complains about."""
    found = dict(page.context["adminform"].form.errors)
    for inline in page.context["inline_admin_formsets"]:
        found |= {name: words for form in inline.formset.errors for name, words in form.items()}
        found |= {"__all__": inline.formset.non_form_errors()} if inline.formset.non_form_errors() else {}
    return found


def run(client: Client, action: str, *rows: Model, confirmed: bool = True) -> HttpResponse:
    """An action of the list over the ticked rows."""
    sent = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(listing(type(rows[0])), sent | ({"post": "yes"} if confirmed else {}))
