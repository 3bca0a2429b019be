"""Everything that a person reads is said in every language (decision 0012)."""

import re

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.template.base import DebugLexer, TokenType

from config import catalogues
from tests.architecture.test_code import files, text

LANGUAGES = sorted(catalogues.PLURALS)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!%)%s|\{\w+\}|%%n|</?\w+[^>]*>")
WORDS_OF_NUMBERS = {0, 1, 2}  # forms that may say the number in words: “two deals” has a word of its own in Arabic

# What is a name, a key or a sign, and is the same in every language.
SAME = {
    "Parsley",
    "Ctrl",
    "Ctrl K",
    "Enter",
    "Esc",
    "Shift",
    "Tab",
    "CRM",
    "Home",
    "End",
    "–",
    "·",
    "CSV",
    "JSON",
    "SVG",
    "Mermaid",
}
NOT_READ = {
    "templates/admin/base_site.html",
}
ATTRIBUTES = re.compile(r"""\b(?:placeholder|title|aria-label|alt|data-key-label)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
# A value that a form sends, an element that nobody reads.
ELEMENTS = re.compile(
    r"<(script|style|svg|code|kbd|bdo)\b.*?</\1>|<!--.*?-->|<!DOCTYPE[^>]*>", re.DOTALL | re.IGNORECASE
)
TAG = re.compile(r"<[^>]*>", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
HOLE = "\x00"


@pytest.fixture(scope="module")
def gathered() -> Catalog:
    return catalogues.gathered()


def test_catalogues_are_kept_for_every_language_but_the_one_in_the_code():
    assert {settings.LANGUAGE_CODE, *LANGUAGES} == set(dict(settings.LANGUAGES))


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_holds_what_is_said_and_nothing_else(language, gathered):
    said = {(message.context, message.id) for message in gathered if message.id}
    held = {(message.context, message.id) for message in catalogues.stored(language) if message.id}
    assert (said - held, held - said) == (set(), set()), "run bin/messages and translate"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_in_all_plural_forms(language):
    catalogue = catalogues.stored(language)
    assert catalogue.num_plurals == {"de": 2, "ar": 6}[language]
    assert catalogues.missing(catalogue) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language):
    assert [found for message in catalogues.stored(language) if message.id for found in _differing(message)] == []


def _differing(message):
    """The answers that lack a placeholder or element of the text, or bring one along."""
    if not message.pluralizable:
        one = _placeholders(message.id)
        return [] if _placeholders(message.string) == one else [message.string]
    most = _placeholders(message.id[1])
    return [
        form
        for number, form in enumerate(message.string)
        if not (_placeholders(form) == most or (number in WORDS_OF_NUMBERS and _placeholders(form) < most))
    ]


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_are_what_gathering_and_compiling_write(language):
    catalogue = catalogues.merged(language)
    assert catalogues.path_of(language).read_bytes() == catalogues.written(catalogue)
    assert catalogues.path_of(language, "mo").read_bytes() == catalogues.compiled(catalogue), "run bin/messages"


# --- bare words -------------------------------------------------------------------------------------------------------


def test_no_template_holds_words_that_are_not_translated():
    found = {name: bare(text(name)) for name in files("templates/*.html") if name not in NOT_READ}
    assert {name: words for name, words in found.items() if words} == {}


def test_bare_words_are_found_in_text_and_attributes():
    template = """{% load i18n %}<h1 title="Bare title">Bare head {{ name }}</h1>
    <p class="not read">{% translate "Said" %}</p>{# nor this #}
    {% blocktranslate %}Said <b>so</b>{% endblocktranslate %}
    <input placeholder="{% translate 'Said' %}" value="unread">{% comment %}nor this{% endcomment %}"""
    assert bare(template) == ["Bare title", "Bare head"]


def bare(source: str) -> list[str]:
    """The words in text and in attributes that are read out, outside what is translated."""
    html = _without_tags_of_django(source)
    html = ELEMENTS.sub("", html)
    attributes = [first or second for first, second in ATTRIBUTES.findall(html)]
    texts = TAG.sub(HOLE, html).split(HOLE)
    parts = [part.strip(" \n·:,.()") for one in [*attributes, *texts] for part in one.split(HOLE)]
    return [part for part in parts if WORD.search(re.sub(r"&\w+;", "", part)) and part not in SAME]


def _without_tags_of_django(source: str) -> str:
    kept, skipping = [], ""
    for token in DebugLexer(source).tokenize():
        name = token.contents.split()[0] if token.token_type == TokenType.BLOCK else ""
        if skipping:
            skipping = "" if name == skipping else skipping
        elif name in ("blocktranslate", "blocktrans", "comment"):
            skipping = f"end{name}"
            kept.append(HOLE)
        elif token.contents == "block body_class":  # a class, not words
            skipping = "endblock"
        else:
            kept.append(token.contents if token.token_type == TokenType.TEXT else HOLE)
    return "".join(kept)
