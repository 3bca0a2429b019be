"""The catalogues of translations: gathers what code and templates say, keeps what translators answered, compiles.

`bin/messages` runs this. Babel reads Python; Django's own templatize makes Python of templates. No GNU gettext.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

BASE_DIR = Path(__file__).resolve().parent.parent
LOCALE = BASE_DIR / "locale"
# As Django counts: two equations for one language would be one too many.
PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "ar": (
        "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
        "n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;"
    ),
}
PACKAGES = ["accounts", "records", "live", "activities", "crm", "pipeline", "desk", "parse", "developers", "config"]
SINGLE, PLURAL = None, (1, 2)
SINGLE_IN_CONTEXT, PLURAL_IN_CONTEXT = ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS = {
    "_": SINGLE,
    "lazy": SINGLE,  # gettext_lazy, where a module needs both
    "gettext": SINGLE,
    "gettext_lazy": SINGLE,
    "gettext_noop": SINGLE,
    "ngettext": PLURAL,
    "ngettext_lazy": PLURAL,
    "pgettext": SINGLE_IN_CONTEXT,
    "pgettext_lazy": SINGLE_IN_CONTEXT,
    "npgettext": PLURAL_IN_CONTEXT,
    "npgettext_lazy": PLURAL_IN_CONTEXT,
}


class Catalogue(Catalog):
    """One language. The head says what a machine needs to know: no dates, which change each time, and no people."""

    def __init__(self, language: str) -> None:
        super().__init__(locale=language, header_comment="", fuzzy=False)

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", PLURALS[str(self.locale)]),
        ]


def path_of(language: str, kind: str = "po") -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"django.{kind}"


def sources() -> Iterator[tuple[Path, str]]:
    """Every file that may speak to a person, as Python."""
    for package in PACKAGES:
        for path in sorted((BASE_DIR / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_text()
    for path in sorted(one for one in (BASE_DIR / "templates").rglob("*") if one.suffix in (".html", ".txt")):
        # Indented as HTML is, it would not be Python.
        yield path, "\n".join(line.lstrip() for line in templatize(path.read_text()).splitlines())


def gathered() -> Catalog:
    """What there is to translate."""
    template = Catalog()
    for path, source in sources():
        try:
            for _line, message, comments, context in extract(
                "python", BytesIO(source.encode()), KEYWORDS, ["Translators:"], {"encoding": "utf-8"}
            ):
                template.add(message, auto_comments=comments, context=context)
        except SyntaxError as error:
            raise SyntaxError(f"{path}: {error}") from error
    return template


def stored(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def merged(language: str) -> Catalogue:
    """All that is said, with the answers that are there. What is said no more is left out; nothing is guessed."""
    catalogue, answers = Catalogue(language), stored(language)
    for message in gathered():
        if not message.id:
            continue
        answer = answers.get(message.id, message.context)
        text = answer.string if answer and isinstance(answer.string, str) != message.pluralizable else None
        catalogue.add(message.id, text, auto_comments=message.auto_comments, context=message.context)
    return catalogue


def written(catalogue: Catalogue) -> bytes:
    file = BytesIO()
    write_po(file, catalogue, width=0, no_location=True, sort_output=True)
    return file.getvalue().lstrip()


def compiled(catalogue: Catalogue) -> bytes:
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def missing(catalogue: Catalog) -> list[str]:
    """What has no answer yet, or not in each of the language's plural forms."""
    found = []
    for message in catalogue:
        answers = list(message.string or []) if message.pluralizable else [message.string]
        count = catalogue.num_plurals if message.pluralizable else 1
        if message.id and (len(answers) != count or not all(answers) or message.fuzzy):
            found.append(message.id if isinstance(message.id, str) else message.id[0])
    return found


def main(languages: list[str]) -> None:
    """Of each language, or of those that were named: what there is to translate is written down and compiled."""
    for language in languages or PLURALS:
        catalogue = merged(language)
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        path_of(language).write_bytes(written(catalogue))
        path_of(language, "mo").write_bytes(compiled(catalogue))
        print(f"{language}: {len(catalogue)} texts, {len(missing(catalogue))} without a translation")


if __name__ == "__main__":
    main(sys.argv[1:])
