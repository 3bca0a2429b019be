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
USERS = "Other users' rows stay hidden: a pointer to one is answered bare."
ROLES = "The roles of the installation are listed among the roles, and class-level permissions are those of the roles."
STAGE = "A deal is always in a stage that exists: lead where none is given, 142 where it is unknown."
DAY = "expectedCloseDate is a day: its time of day is cut off."
CREATOR = "createdBy is the caller where it is not given."
ANONYMOUS = "Nothing is answered without signing in: 101, also for the lists of users and roles."
SUBQUERIES = (
    "A sub-query without a match matches nothing, its limit is kept, and rows without the pointer are not in it."
)
QUERIES = "A query that makes no sense is refused with 102, also where the reference answers something."
NAMES = "A column name that is illegal is refused with 105, also where adding columns is not allowed."
EMBEDDED = "A pointer may be sent as the whole row, as the SDK's offline queue does; its columns are not saved."
TOKENS = "A session's token is answered to itself alone, because it is stored as a hash."
PASSWORDS = "An empty password is refused with 201."
NOR = "`$nor` takes a row without a value for one that does not match, as `$ne` does."
BLIND = "Write without read is write with read."
USER_NAMES = "User names have letters, digits and `@.+-_`."
ROLE_NAMES = "Making a role is a right of its own (119), and its name has letters, digits, spaces, `-` and `_` (107)."
NO_CLASS = "A class that there is not is refused with 119, also when a row of it is deleted."
SYSTEM = "A column that each class has cannot be added to one: 136."
COUNTED = "An increment answers the new value, also where nothing was added."
PATTERN = "An empty pattern fits every text."
PROJECTED = "`$project` answers the objectId of its row."
LIMITS = "A limit above 1000 or that is not whole is refused with 102."

DELIBERATE = [
    Deliberate("", ERRORS, expected=500),
    Deliberate(r"^create: no ACL, read by|^acl: everything that (bob|cyn) sees", ACCESS),
    Deliberate(r"a pointer to a missing row|With a hidden contact|include of a row that is missing", POINTERS),
    Deliberate(r"^delete: what pointed to it, bare", GONE),
    Deliberate(r"^users: include a user of another's", USERS),
    Deliberate(r"^roles: (list$|roles of a member)|^schemas: schema of", ROLES),
    Deliberate(
        r"a stage that there is not|^create: no stage, read|^errors: update to a stage that there is not", STAGE
    ),
    Deliberate(r"^hostile: stage = ", STAGE),
    Deliberate(r"a close date in the middle of a day comes back", DAY),
    Deliberate(r"^create: no creator, read", CREATOR),
    Deliberate(r"^(users: users|roles: list) without a token", ANONYMOUS),
    Deliberate(r"^subquery: (inQuery without a match|notInQuery by name|inQuery with limit)", SUBQUERIES),
    Deliberate(r"^subquery: activities not of deals", SUBQUERIES),
    Deliberate(r"^errors: where .*(nonsense|options|'a'|True|'text'|\$gt|_rperm|'Pointer'|\$not)", QUERIES),
    Deliberate(r"^errors: parameters .*redirectClassNameForKey|^schemas: an unknown stage", QUERIES),
    Deliberate(r"^errors: (create|update) .*('no such'|'1st'|'_secret'|'\$where')", NAMES),
    Deliberate(r"^errors: create Deal .*'__type': 'Object'", EMBEDDED),
    Deliberate(r"^sessions: the (own sessions|sessions of bob)", TOKENS),
    Deliberate(r"^where: .nor of .*which not all have", NOR),
    Deliberate(r"^acl: blind for bob", BLIND),
    Deliberate(r"^users: (sign-up with|log-in:) a strange name|^users: users by the master key", USER_NAMES),
    Deliberate(r"^roles: (create by a user|delete by its user|create without a token)|a strange name", ROLE_NAMES),
    Deliberate(r"^routes: delete a row of no class", NO_CLASS),
    Deliberate(r"^schemas: add a system column", SYSTEM),
    Deliberate(r"^operations: .'amount': .'__op': 'Increment', 'amount': 0}", COUNTED),
    Deliberate(r"^regex: notes .'.regex': ''}", PATTERN),
    Deliberate(r"^schemas: project$", PROJECTED),
    Deliberate(r"^users: an empty password", PASSWORDS),
    Deliberate(r"^errors: parameters .'limit': (1.5|100000)", LIMITS),
]


def reason_for(step: Step, expected: Answer, given: Answer) -> str:
    """Empty where the difference is a mistake, as any internal error is."""
    if given.status >= 500 or not given.status:
        return ""
    fitting = (each for each in DELIBERATE if each.covers(step) and each.expected in (0, expected.status))
    return next((each.reason for each in fitting), "")
