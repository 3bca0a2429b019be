"""Labels of stages and reasons, where a template has the text alone."""

from django import template

from pipeline.labels import in_words

register = template.Library()
register.filter("in_words", in_words)
