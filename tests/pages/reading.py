"""What a person does with a page: read it, follow its links, fill in its forms and send them as they stand."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

VOID = {"input", "link", "meta", "br", "img", "hr", "path"}


@dataclass
class Form:
    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """The links, forms, words and elements of an answer."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._form: Form | None = None
        self._choice: list | None = None  # name, options, chosen
        self._area: tuple[str, list[str]] | None = None
        self._silent = 0
        self._shelved = 0  # templates: a form in one is not on the page yet
        self.feed(response.content.decode())

    def handle_starttag(self, tag: str, pairs: list) -> None:
        attributes = {name: value or "" for name, value in pairs}
        self.elements.append((tag, attributes))
        self._silent += tag in ("script", "style", "title", "option")
        self._shelved += tag == "template"
        name, value = attributes.get("name", ""), attributes.get("value", "")
        if tag == "form" and not self._shelved:
            self._form = Form(attributes.get("action", ""), attributes.get("method", "get"))
            self.forms.append(self._form)
        elif tag == "input" and name and self._form:
            if attributes.get("type") not in ("radio", "checkbox") or "checked" in attributes:
                self._form.fields.append((name, value))
        elif tag == "select":
            self._choice = [name, [], None]
        elif tag == "option" and self._choice:
            self._choice[1].append(value)
            self._choice[2] = value if "selected" in attributes else self._choice[2]
        elif tag == "textarea":
            self._area = (name, [])

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style", "title", "option")
        self._shelved -= tag == "template"
        if tag == "form":
            self._form = None
        elif tag == "select" and self._choice:
            name, options, chosen = self._choice
            if self._form and name and options:
                self._form.fields.append((name, options[0] if chosen is None else chosen))
            self._choice = None
        elif tag == "textarea" and self._area:
            name, parts = self._area
            if self._form and name:
                self._form.fields.append((name, "".join(parts).removeprefix("\n").removeprefix("\r\n")))
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self._area[1].append(data)
        elif not self._silent:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def links(self) -> list[str]:
        return [attributes["href"] for tag, attributes in self.elements if tag == "a" and "href" in attributes]

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        """The attributes of each element of a kind; ``class_`` asks for one of its classes."""
        chosen = wanted.pop("class_", None)
        return [
            attributes
            for name, attributes in self.elements
            if name == tag
            and (chosen is None or chosen in attributes.get("class", "").split())
            and all(attributes.get(key) == value for key, value in wanted.items())
        ]

    def form(self, action: str | None = None, holding: str | None = None) -> Form:
        """The form that is sent to an address, or that has a field of a name."""
        for form in self.forms:
            names = {name for name, _ in form.fields}
            if (action is None or form.action == action) and (holding is None or holding in names):
                return form
        raise LookupError(f"No form to {action or 'here'} with {holding or 'anything'}.")


def shown(response: HttpResponse, model: type[Model]) -> set[str]:
    """The ids of the rows of a class that a page links to."""
    address = re.compile(rf"^/{model.plural}/(\w{{10}})/$")
    return {found[1] for link in Page(response).links if (found := address.match(link))}


def in_order(response: HttpResponse, model: type[Model]) -> list[str]:
    address = re.compile(rf"^/{model.plural}/(\w{{10}})/$")
    return [found[1] for link in Page(response).links if (found := address.match(link))]


def sent(client: Client, address: str, /, action: str | None = None, holding: str | None = None, **changes):
    """Opens a page, changes some of a form, and sends it as a browser would, to where the form says."""
    page = client.get(address)
    assert page.status_code == 200, page.status_code
    return again(client, address, page, action, holding, **changes)


def again(client: Client, address: str, page: HttpResponse, /, action=None, holding=None, **changes):
    """Sends the form of a page that was answered to ``address``."""
    form = Page(page).form(action, holding)
    data: dict[str, list[str]] = {}
    for name, value in form.fields:
        data.setdefault(name, []).append(value)
    send = client.post if form.method == "post" else client.get
    return send(form.action or address, data | changes)


def edited(client: Client, row: Model, **changes):
    return sent(client, at(row, "edit"), holding="version", **changes)


def at(row: Model, page: str = "") -> str:
    return f"{row.get_absolute_url()}{page}/" if page else row.get_absolute_url()


def listing(model: type[Model]) -> str:
    return reverse(f"{model._meta.app_label}:{model._meta.model_name}-list")


def adding(model: type[Model]) -> str:
    return reverse(f"{model._meta.app_label}:{model._meta.model_name}-new")


def typed(response: HttpResponse, holding: str = "version") -> dict[str, str]:
    """What stands in the fields of the form that was answered, without what only the server reads."""
    unread = {"csrfmiddlewaretoken", "version", "next", "once"}
    return {name: value for name, value in Page(response).form(holding=holding).fields if name not in unread}


def told(response: HttpResponse) -> str:
    """The words of the page without its navigation."""
    return Page(response).text
