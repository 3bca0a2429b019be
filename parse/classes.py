"""The classes as Parse clients know them: the only place where a column has its name in camelCase."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from accounts.models import RoleDetail, Session, User
from activities.models import Activity
from crm.models import Company, Contact
from parse.errors import FORBIDDEN, PERMISSION_DENIED, ParseError
from pipeline.models import Deal
from records.definitions import CustomField
from records.fields import fields_of
from records.models import Record
from records.values import CHOICE

KEYS = ("objectId", "createdAt", "updatedAt", "ACL")  # answered whatever ``keys`` says


@dataclass(frozen=True)
class Field:
    """One column. ``type``: Parse's word for it. ``column``: ours, empty where the value is made up of several.

    ``targets``: the classes a pointer may point to. ``instant``: of a Date that is a calendar day inside, the
    column beside it for the time of day that a client sent. ``is_plain``: a Date that travels as bare text. ``kept``:
    by the server, ignored when it is sent.
    """

    name: str
    type: str
    column: str = ""
    targets: tuple[str, ...] = ()
    instant: str = ""
    is_plain: bool = False
    kept: bool = False
    required: bool = False
    attribute: str = ""  # what is set on the model; the column where empty
    definition: CustomField | None = None  # of a field that was added to the class

    @property
    def is_day(self) -> bool:
        return bool(self.instant)

    @property
    def words(self) -> str:
        """As error messages name the type."""
        return f"{self.type}<{'|'.join(self.targets)}>" if self.targets else self.type


@dataclass(frozen=True)
class ParseClass:
    """``key``: the column of objectId. ``acl``: the columns of the arrays behind ACL, readers and writers."""

    name: str
    model: type[Any]
    columns: tuple[Field, ...]
    key: str = "id"
    acl: tuple[str, str] | None = None
    own: dict[str, Field] = field(default_factory=dict)  # all but what was added
    _known: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        head = Field("objectId", "String", self.key, kept=True)
        times = [Field(wire, "Date", ours, is_plain=True, kept=True) for wire, ours in TIMES]
        tail = Field("ACL", "ACL")
        self.own.update({one.name: one for one in [head, *self.columns, *times, tail]})

    @property
    def fields(self) -> dict[str, Field]:
        """By name, those that were added to the class among them: as they are now, so ask again for each request."""
        definitions = fields_of(self.model)
        if not definitions:
            return self.own
        known = self._known
        if known.get("definitions") is not definitions:
            added = {one.name: _added(one) for one in definitions}
            known.update(definitions=definitions, fields={**self.own, **added}, added=tuple(added.values()))
        return known["fields"]

    @property
    def added(self) -> tuple[Field, ...]:
        """The fields that were added to the class."""
        return self._known["added"] if self.fields is not self.own else ()

    @property
    def is_record(self) -> bool:
        return issubclass(self.model, Record)

    def permission(self, verb: str) -> str:
        """Django's name of the class-level permission; of roles that of the group behind them."""
        label = "auth.{}_group" if self.model is RoleDetail else f"{self.model._meta.app_label}.{{}}_{self._model_name}"
        return label.format(verb)

    @property
    def _model_name(self) -> str:
        return self.model._meta.model_name


def _added(definition: CustomField) -> Field:
    kind = "String" if definition.type == CHOICE else definition.type
    targets = (NAMES[definition.target],) if definition.target else ()
    return Field(definition.name, kind, definition.path, targets, required=definition.required, definition=definition)


TIMES = (("createdAt", "created_at"), ("updatedAt", "updated_at"))
NOTES = Field("notes", "String", "notes")
ATTACHMENT = Field("attachment", "File", "custom__attachment")
CREATED_BY = Field("createdBy", "Pointer", "created_by_id", ("_User",))


def _text(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, "String", name) for name in names)


NAME = Field("name", "String", "name", required=True)
ABOUT = Field("relatedTo", "Pointer", "", ("Contact", "Deal", "Company"))
OWN, REACHED = ("readers", "writers"), ("readers_own", "writers")

CLASSES = {
    parse_class.name: parse_class
    for parse_class in [
        ParseClass(
            "Company", Company, (NAME, *_text("website", "industry", "address"), NOTES, CREATED_BY), acl=REACHED
        ),
        ParseClass(
            "Contact",
            Contact,
            (
                NAME,
                *_text("email", "phone"),
                Field("company", "Pointer", "company_id", ("Company",)),
                NOTES,
                CREATED_BY,
            ),
            acl=REACHED,
        ),
        ParseClass(
            "Deal",
            Deal,
            (
                Field("title", "String", "title", required=True),
                Field("amount", "Number", "amount"),
                Field("stage", "String", "stage__slug", attribute="stage_id"),
                Field("contact", "Pointer", "contact_id", ("Contact",)),
                Field("company", "Pointer", "company_id", ("Company",)),
                Field("expectedCloseDate", "Date", "expected_close_date", instant="expected_close_at"),
                NOTES,
                Field("assignedTo", "Pointer", "assigned_to_id", ("_User",)),
            ),
            acl=OWN,
        ),
        ParseClass(
            "Activity",
            Activity,
            (
                *_text("type", "subject", "description"),
                Field("dueDate", "Date", "due_date"),
                Field("completedAt", "Date", "completed_at"),
                ABOUT,
                CREATED_BY,
                Field("attachment", "File", "custom__attachment"),
            ),
            acl=REACHED,
        ),
        ParseClass("_User", User, (*_text("username", "email"), Field("emailVerified", "Boolean", "has_confirmed"))),
        ParseClass(
            "_Role",
            RoleDetail,
            (
                Field("name", "String", "group__name"),
                Field("users", "Relation", "", ("_User",)),
                Field("roles", "Relation", "", ("_Role",)),
            ),
            key="object_id",
            acl=OWN,
        ),
        ParseClass(
            "_Session",
            Session,
            (
                Field("user", "Pointer", "user_id", ("_User",)),
                Field("createdWith", "Object", "created_with"),
                Field("installationId", "String", "installation_id"),
                Field("expiresAt", "Date", "expires_at"),
            ),
        ),
    ]
}
CLASSES["_Session"].own["updatedAt"] = Field("updatedAt", "Date", "seen_at", is_plain=True, kept=True)
RECORDS = {name: parse_class for name, parse_class in CLASSES.items() if parse_class.is_record}
NAMES = {parse_class.model._meta.model_name: name for name, parse_class in CLASSES.items()}


def class_named(name: str) -> ParseClass:
    """Raises 119 for a class that there is not: clients make none."""
    if name not in CLASSES:
        raise ParseError(FORBIDDEN, PERMISSION_DENIED, detail=f"there is no class {name[:100]}")
    return CLASSES[name]
