"""The cells of a list, from the columns that the class declares."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def cells(row: Any, columns: Any) -> SafeString:
    """All of a row; the first is its head. A label goes along where the value alone would not say what it is."""
    head, *rest = columns
    drawn = [format_html('<th scope="row">{}</th>', head.html(row))]
    drawn += [_cell(column, row) for column in rest]
    return mark_safe("".join(drawn))  # noqa: S308 - of format_html alone


def _cell(column: Any, row: Any) -> SafeString:
    value = column.html(row)
    css = column.cell.css_for(row)
    classes = format_html(' class="{}"', css) if css else ""
    label = format_html(' data-label="{}"', column.label) if value and column.cell.tells else ""
    return format_html("<td{}{}>{}</td>", classes, label, value)


@register.simple_tag(takes_context=True)
def may(context: Any, model: Any, verb: str) -> bool:
    """Whether the role lets its holder do something to rows of a class."""
    return context["request"].user.has_perm(f"{model._meta.app_label}.{verb}_{model._meta.model_name}")


@register.simple_tag
def label_of(filterset: Any, name: str) -> str:
    """What a filter is called, for what is wrong with it."""
    label = str(filterset.filters[name].label or "") if name in filterset.filters else ""
    return name if not label or label == "[invalid name]" else label


@register.simple_tag
def list_url(model: Any, page: str = "list") -> str:
    """``{% list_url model "export" %}``"""
    return reverse(f"{model._meta.app_label}:{model._meta.model_name}-{page}")


@register.filter
def verbose_name_plural(model: Any) -> str:
    return str(model._meta.verbose_name_plural)
