"""What a constraint of ``where`` means on one column, by the column's type."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorExact
from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.lookups import In

from parse import days
from parse.classes import Field
from parse.codec import BadValue, content_type_of, decimal_from, moment_from, pointed_to
from parse.errors import FORBIDDEN, INVALID_JSON, INVALID_QUERY, ParseError
from parse.relative import moment_from_now

NOTHING = Q(pk__in=())
TICK = timedelta(milliseconds=1)  # clients know no more of a time, our columns know microseconds
LONGEST_PATTERN = 200
MOST_VALUES = 1000
LANGUAGES = {"simple", "english", "german", "french", "spanish", "italian", "portuguese", "dutch", "danish", "finnish",
             "hungarian", "norwegian", "romanian", "russian", "swedish", "turkish"}  # fmt: skip
QUOTED = re.compile(r"\\Q(.*?)\\E", re.DOTALL)
LITERAL = re.compile(r"(\^?)((?:\\Q(?:(?!\\E).)*\\E)+)(\$?)\Z", re.DOTALL)
SPECIAL = re.compile(r"([.\\+*?\[\]^$(){}|\-#\s])")


class Not(ExpressionWrapper):
    """SQL's own negation: where it is not known whether something holds, because a value is missing, neither does this.

    Django's takes a row without a value for one that does not match; Parse over PostgreSQL does not.
    """

    def __init__(self, condition: Q) -> None:
        super().__init__(condition, output_field=BooleanField())

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        try:
            sql, parameters = compiler.compile(self.expression)
        except EmptyResultSet:
            return "TRUE", ()
        except FullResultSet:
            return "FALSE", ()
        return f"NOT ({sql})", parameters


class Matcher:
    """The operators of one column; each takes the operand as JSON and gives a Q, or raises 102 or 107."""

    def __init__(self, class_name: str, field: Field) -> None:
        self.where = f"{class_name}.{field.name}"
        self.field = field
        self.operators: dict[str, Callable[[Any], Q]] = {
            "$eq": self.equal,
            "$ne": self.unequal,
            "$in": self.one_of,
            "$nin": self.none_of,
            "$exists": self.exists,
            "$all": self.all_of,
            "$containedBy": self.one_of,
            "$text": self.text,
            **{name: self._ordered(name) for name in ("$lt", "$lte", "$gt", "$gte")},
        }

    # --- operands -----------------------------------------------------------------------------------------------------

    def _operand(self, value: Any) -> Any:
        try:
            if self.field.type == "Date":
                return moment_from(value)
            if self.field.type == "Number":
                return decimal_from(value)
            if self.field.type == "Pointer":
                return (self.field.targets[0], value) if self._is_bare_id(value) else pointed_to(value)
            kind = bool if self.field.type == "Boolean" else str
            if not isinstance(value, kind):
                raise BadValue("write true or false" if kind is bool else "write text")
        except BadValue as error:
            raise ParseError(INVALID_QUERY, f"{self.where} is a {self.field.type}: {error}.") from error
        return value

    def _from_now(self, value: dict) -> datetime:
        if self.field.type != "Date":
            raise ParseError(INVALID_QUERY, f"$relativeTime needs a Date, and {self.where} is a {self.field.type}.")
        try:
            return moment_from_now(value["$relativeTime"])
        except BadValue as error:
            raise ParseError(INVALID_QUERY, f"bad $relativeTime value: {error}.") from error

    def _is_bare_id(self, value: Any) -> bool:
        return isinstance(value, str) and len(self.field.targets) == 1

    def text_column(self, operator: str) -> str:
        if self.field.type != "String":
            raise ParseError(INVALID_QUERY, f"{operator} needs text, and {self.where} is a {self.field.type}.")
        return self.field.column

    def searched(self) -> Any:
        return self.text_column("$text")

    def patterned(self, lookup: str, text: str) -> Q:
        return Q(**{f"{self.text_column('$regex')}__{lookup}": text})

    def _list(self, operator: str, value: Any) -> list:
        if not isinstance(value, list):
            raise ParseError(INVALID_JSON, f"bad {operator} value")
        if len(value) > MOST_VALUES:
            raise ParseError(INVALID_QUERY, f"{operator} takes at most {MOST_VALUES} values.")
        return value

    @property
    def _null(self) -> Q:
        return Q(**{f"{self.field.column or 'related_id'}__isnull": True})

    @property
    def _no_value(self) -> Q:
        """Holds for no value, and is not known where there is none."""
        column = self.field.column or "related_id"
        return Q(**{f"{column}__lt": F(column)})

    # --- operators ----------------------------------------------------------------------------------------------------

    def equal(self, value: Any) -> Q:
        if value is None:
            return self._null
        if self.field.type not in ("String", "Number", "Date", "Pointer", "Boolean"):
            raise ParseError(INVALID_QUERY, f"Cannot query on {self.where}.")
        if self._is_never(value):
            return self._no_value
        operand = self._operand(value)
        if self.field.type == "Date":
            return self._at(operand)
        if self.field.type == "Pointer":
            return self.among(operand[0], [operand[1]])
        return Q(**{self.field.column: operand})

    def _is_never(self, value: Any) -> bool:
        """What no value of the column equals, and Parse does not complain of."""
        if self.field.type == "Number":
            return isinstance(value, bool)
        if self.field.type == "Pointer":
            return isinstance(value, dict) and value.get("__type") == "Pointer" and not value.get("objectId")
        return isinstance(value, dict) and self.field.type == "String" and "__type" not in value

    def unequal(self, value: Any) -> Q:
        """Rows without a value are unequal to every value."""
        return ~self._null if value is None else self._null | ~self.equal(value)

    def one_of(self, value: Any) -> Q:
        values = [one for one in self._list("$in", value) if one is not None]
        if self.field.type in ("String", "Number") or (self.field.type == "Pointer" and self.field.column):
            operands = [self._operand(one) for one in values]
            if self.field.type == "Pointer":
                operands = [key for name, key in operands if name in self.field.targets]
            return Q(**{f"{self.field.column}__in": operands}) if operands else NOTHING
        found = NOTHING
        for one in values:
            found |= self.equal(one)
        return found

    def none_of(self, value: Any) -> Q:
        """Drops rows without a value, as Parse on PostgreSQL does; none listed drops nothing."""
        found = Q(Not(self.one_of(self._list("$nin", value))))
        return found & ~self._null if None in value else found

    def exists(self, value: Any) -> Q:
        return ~self._null if value else self._null

    def all_of(self, value: Any) -> Q:
        """A single value holds all of a list if it equals each."""
        if not isinstance(value, list):
            words = orjson.dumps({"$all": value}).decode()[:200]
            raise ParseError(FORBIDDEN, f"Postgres doesn't support this query type yet {words}")
        values = self._list("$all", value)
        found = Q() if values else NOTHING
        for one in values:
            found &= self.equal(one)
        return found

    def text(self, value: Any) -> Q:
        search = value.get("$search") if isinstance(value, dict) else None
        if not isinstance(search, dict):
            raise ParseError(INVALID_JSON, "bad $text: $search, should be object")
        term, language = search.get("$term"), search.get("$language", "english")
        if not isinstance(term, str) or not term:
            raise ParseError(INVALID_JSON, "bad $text: $term, should be string")
        if len(term) > LONGEST_PATTERN:
            raise ParseError(INVALID_QUERY, f"bad $text: $term, at most {LONGEST_PATTERN} characters")
        if language not in LANGUAGES:
            raise ParseError(INVALID_JSON, f"bad $text: $language, should be one of {', '.join(sorted(LANGUAGES))}")
        if search.get("$caseSensitive") or search.get("$diacriticSensitive") is False:
            raise ParseError(INVALID_JSON, "bad $text: $caseSensitive and $diacriticSensitive are not supported")
        vector = SearchVector(self.searched(), config=language)
        return Q(SearchVectorExact(vector, SearchQuery(term, config=language)))

    def among(self, name: str, keys: Any) -> Q:
        """Pointers to rows of class ``name`` with one of ``keys``: a list of ids, or a queryset of them."""
        if name not in self.field.targets:
            return NOTHING
        if self.field.column:
            return Q(**{f"{self.field.column}__in": keys})
        return Q(related_type_id=content_type_of(name), related_id__in=keys)

    def within(self, chosen: QuerySet) -> Q:
        """One of the values of a sub-query."""
        if self.field.is_day:
            return Q(In(days.instant(self.field), chosen))
        return Q(**{f"{self.field.column}__in": chosen})

    # --- order --------------------------------------------------------------------------------------------------------

    def _ordered(self, name: str) -> Callable[[Any], Q]:
        def compare(value: Any) -> Q:
            if self.field.type not in ("String", "Number", "Date"):
                raise ParseError(INVALID_QUERY, f"{name} does not go with {self.where}, a {self.field.type}.")
            operand = (
                self._from_now(value) if isinstance(value, dict) and "$relativeTime" in value else self._operand(value)
            )
            lookup = name[1:]
            if self.field.is_day:
                return days.compared(self.field, lookup, operand)
            if self.field.type == "Date":
                lookup, operand = self._bound(lookup, operand)
            return Q(**{f"{self.field.column}__{lookup}": operand})

        return compare

    def _bound(self, lookup: str, moment: datetime) -> tuple[str, Any]:
        """The bound in our column's own precision: microseconds behind what the client sees."""
        return {"gt": ("gte", moment + TICK), "lte": ("lt", moment + TICK)}.get(lookup, (lookup, moment))

    def _at(self, moment: datetime) -> Q:
        column = self.field.column
        if self.field.is_day:
            return days.at(self.field, moment)
        return Q(**{f"{column}__gte": moment, f"{column}__lt": moment + TICK})


# --- patterns ---------------------------------------------------------------------------------------------------------


def pattern_of(source: Any, options: Any) -> tuple[str, str]:
    """Lookup and text. What the SDKs make of startsWith, contains and endsWith is no pattern, and uses indexes."""
    if isinstance(source, dict) and set(source) <= {"$regex", "$options"}:
        source, options = source.get("$regex"), options or source.get("$options")
    if not isinstance(source, str):
        raise ParseError(INVALID_QUERY, "$regex value must be a string")
    options = "" if options is None else options
    if not isinstance(options, str) or set(options) - set("imxs"):
        raise ParseError(INVALID_QUERY, f"Bad $options value for query: {str(options)[:100]}")
    if len(source) > LONGEST_PATTERN:
        raise ParseError(INVALID_QUERY, f"bad $regex: at most {LONGEST_PATTERN} characters")
    literal = LITERAL.match(source)
    if literal and not set(options) - set("i"):
        return _literal(literal, "i" if options else "")
    embedded = "".join(sign for option, sign in (("m", "w"), ("x", "x")) if option in options)
    pattern = (f"(?{embedded})" if embedded else "") + QUOTED.sub(lambda quoted: escaped(quoted[1]), source)
    return ("iregex" if "i" in options else "regex"), pattern


def _literal(match: re.Match, sign: str) -> tuple[str, str]:
    text = "".join(QUOTED.findall(match[2]))
    anchors = (bool(match[1]), bool(match[3]))
    lookup = {(True, False): "startswith", (False, True): "endswith", (False, False): "contains"}.get(anchors, "exact")
    return (f"i{lookup}" if sign else lookup), text


def escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)
