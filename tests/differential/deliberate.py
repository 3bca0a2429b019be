"""What differs on purpose: which requests, and why. Each reason stands in docs/parse.md, word for word."""

import re
from dataclasses import dataclass

from tests.differential.play import Answer
from tests.differential.steps import Step


@dataclass(frozen=True)
class Deliberate:
    """``pattern`` is searched in ``kind: label`` of a request; ``expected``: the status that the reference answers."""

    pattern: str
    reason: str
    expected: int = 0

    def covers(self, step: Step) -> bool:
        return re.search(self.pattern, f"{step.kind}: {step.label}") is not None


ACCESS = "A row that is saved without an ACL belongs to its creator, who is named in the ACL that is answered."
POINTERS = "A pointer to a row that is missing or hidden is refused with 101."
GONE = "Deleting a contact or a company empties the pointers to it."
ERRORS = (
    "Where the reference fails with an internal error, the request is answered, or refused with 4xx and Parse's code."
)
ROLES = "The roles of the installation are listed among the roles."
STAGE = "A deal is always in a stage that exists: lead where none is given, 142 where it is unknown."
CREATOR = "createdBy is the caller where it is not given."
ANONYMOUS = "Who is not signed in sees no role and makes none: 119."
ANONYMOUS_USERS = "Nobody signs in anonymously: 252."
SUBQUERIES = "A sub-query without a match matches nothing, also no row without the pointer."
COLUMNS = "Columns of the storage, such as _rperm, cannot be asked for: 105."
STAGES = "A stage of a pipeline that there is not is refused with 102."
EMBEDDED = "A pointer may be sent as the whole row, as the SDK's offline queue does; its columns are not saved."
TOKENS = "A session's token is answered to itself alone, because it is stored as a hash."
PASSWORDS = "An empty password is refused with 201."
PROJECTED = "`$project` answers the objectId of its row."
TARGETS = "Activity.relatedTo points to three classes, which its schema lists as targetClasses."
SUBSCRIPTIONS = "A subscription over HTTP is refused with 400."
INTROSPECTION = "Whoever is signed in may introspect."
MEMBERS = "Of a role that was just deleted no members are listed."

DELIBERATE = [
    # The reference fails: nobody's program can count on that.
    Deliberate(r"^where: a Date in \$(eq|ne|in|nin)$", ERRORS, expected=500),
    Deliberate(
        r"^errors: where (.*'(title|amount|objectId|expectedCloseDate|contact.name)'|.*'\$(or|and)'|5$|None$)",
        ERRORS,
        500,
    ),
    Deliberate(r"^errors: parameters \{'(limit|skip)': ('text'|-1)", ERRORS, expected=500),
    Deliberate(r"^hostile: (expectedCloseDate = .*'nonsense'|body .*u0000)", ERRORS, expected=500),
    Deliberate(
        r"^operations: .*('amount': '1'|'__op': 'Increment'\}|'Nonsense'|'(nosuch|objectId)': .*'Delete')", ERRORS, 500
    ),
    Deliberate(r"^batch: all or nothing, bad$", ERRORS, expected=500),
    Deliberate(r"^users: sign-up .*'ACL': 'public'", ERRORS, expected=500),
    # Who may see what.
    Deliberate(r"^create: no ACL, read by (its creator|another)$|^acl: everything that (bob|cyn) sees$", ACCESS, 200),
    Deliberate(r"^create: a pointer to a missing row$|^acl: With a hidden contact$", POINTERS, expected=201),
    Deliberate(
        r"^create: a pointer to a missing row comes back$|^acl: include of a row that is missing$", POINTERS, 200
    ),
    Deliberate(r"^delete: what pointed to it, bare$", GONE, expected=200),
    Deliberate(r"^roles: list$", ROLES, expected=200),
    Deliberate(r"^roles: (list|create) without a token$", ANONYMOUS),
    Deliberate(r"^sessions: the (own sessions|sessions of bob)$", TOKENS, expected=200),
    Deliberate(r"^users: an empty password$", PASSWORDS, expected=200),
    Deliberate(r"^sdk people: anonymous \((newest|older)\)$", ANONYMOUS_USERS, expected=200),
    # What the rows are.
    Deliberate(r"^create: a stage that there is not( comes back)?$|^create: no stage, read$", STAGE),
    Deliberate(r"^errors: update to a stage that there is not$", STAGE, expected=200),
    Deliberate(r"^create: no creator, read$", CREATOR, expected=200),
    Deliberate(r"^schemas: permissions of Activity$", TARGETS, expected=200),
    # Questions.
    Deliberate(r"^subquery: inQuery without a match$", SUBQUERIES, expected=200),
    Deliberate(r"^errors: where \{'_rperm': ", COLUMNS, expected=200),
    Deliberate(r"^schemas: an unknown stage$", STAGES, expected=200),
    Deliberate(r"^schemas: project$", PROJECTED, expected=200),
    Deliberate(r"^errors: create Deal .*'__type': 'Object'", EMBEDDED, expected=400),
]


DELIBERATE += [
    Deliberate(r"^gql where: activity .*dueDate.*equalTo", ERRORS, expected=200),
    Deliberate(r"^gql language: subscription ", SUBSCRIPTIONS, expected=200),
    Deliberate(r"^gql language: \{ __schema .* by ada$", INTROSPECTION, expected=403),
    Deliberate(r"^gql people: roles of a user", ROLES, expected=200),
    Deliberate(r"^gql people: delete a role$", MEMBERS, expected=200),
    Deliberate(r"^gql people: roles by nobody$", ANONYMOUS, expected=200),
]


def reason_for(step: Step, expected: Answer, given: Answer) -> str:
    """Empty where the difference is a mistake, as any internal error is."""
    if given.status >= 500 or not given.status:
        return ""
    fitting = (each for each in DELIBERATE if each.covers(step) and each.expected in (0, expected.status))
    return next((each.reason for each in fitting), "")
