"""What every script finds: three people, and rows whose values are made to trip over."""

from tests.differential.steps import PASSWORD, PUBLIC, Step, acl, date, day, made, pointer, user

PEOPLE = ("ada", "bob", "cyn")
TEXTS = [
    "plain",
    "Plain",
    "100 % sure_thing",
    'it\'s "quoted"',
    "back\\slash \\d+ (a|b)*",
    "first line\nsecond line",
    "é ü ß 漢字 🙂",
    "  spaces around  ",
    "^start$ [x] {2}",
    "DROP TABLE; --",
]
COMPANIES = ["company1", "company2", "company3", "company4"]
CONTACTS = ["contact1", "contact2", "contact3", "contact4", "contact5"]
OPEN_DEALS = [f"deal{number}" for number in range(1, 15)]
STAGES = ["lead", "qualified", "proposal", "negotiation", "won", "lost"]
AMOUNTS = [0, 1, 10.5, 100, 250, 250, 999.99, 1e6, -5, 1234567.5]
ACTIVITIES = [f"activity{number}" for number in range(1, 9)]


def sign_up(name: str, kind: str = "users") -> Step:
    account = {"username": name, "password": PASSWORD, "email": f"{name}@parsley.example"}
    return Step(kind, f"sign-up of {name}", "POST", "/users", account, caller="", keep=name)


def _company(number: int, name: str) -> Step:
    columns = {"website": f"https://{name}.example", "industry": ["Tools", "Food", "Tools"][number % 3]}
    if number % 2:
        columns |= {"address": f"{number} Main Street", "notes": TEXTS[number]}
    return made("Company", "create", f"Company {TEXTS[number]}", keep=name, **columns)


def _contact(number: int, name: str) -> Step:
    columns: dict = {"email": f"{name}@parsley.example"} if number % 2 else {"phone": f"+1 555 010{number}"}
    if number < 4:
        columns["company"] = pointer("Company", COMPANIES[number])
    return made("Contact", "create", f"Contact {TEXTS[number + 2]}", keep=name, **columns)


def _deal(number: int, name: str) -> Step:
    columns: dict = {"stage": STAGES[number % 6]}
    if number % 4:
        columns["amount"] = AMOUNTS[number % 10]
    if number % 3:
        columns["expectedCloseDate"] = day(number % 5 + 1)
    if number % 5 < 3:
        columns["contact"] = pointer("Contact", CONTACTS[number % 5])
    if number % 2:
        columns["company"] = pointer("Company", COMPANIES[number % 4])
    if number % 3 == 1:
        columns["notes"] = TEXTS[number % 10]
    if number % 7 == 2:
        columns |= {"assignedTo": user("ada"), "ACL": {**PUBLIC, **acl("ada", "ada")}}
    return made("Deal", "create", f"Deal {number:02} {TEXTS[number % 10]}", keep=name, **columns)


def _activity(number: int, name: str) -> Step:
    columns: dict = {"type": ["call", "email", "meeting", "note"][number % 4], "description": TEXTS[number]}
    if number % 2:
        columns["dueDate"] = date(f"2031-03-0{number}T08:30:15.{number}50Z")
    if number % 3 == 0:
        columns["completedAt"] = date("2031-04-01T10:00:00.000Z")
    if number % 4:
        columns["relatedTo"] = pointer("Deal", OPEN_DEALS[number])
    return made("Activity", "create", f"Activity {number}", keep=name, **columns)


def closed_rows() -> list[Step]:
    """Rows that not everybody may read or write."""
    return [
        made("Deal", "create", "Deal of ada alone", keep="adas", amount=7, ACL=acl("ada", "ada")),
        made("Deal", "create", "Deal of bob alone", "bob", keep="bobs", amount=8, ACL=acl("bob", "bob")),
        made("Deal", "create", "Deal that bob may read", keep="lent", amount=9, ACL=acl("ada bob", "ada")),
        made("Deal", "create", "Deal that all may read", keep="shown", amount=11, ACL=acl("ada *", "ada")),
        made("Contact", "create", "Contact of bob alone", "bob", keep="bobs_contact", ACL=acl("bob", "bob")),
    ]


def permissions() -> list[Step]:
    """Both begin with the same class-level permissions: all who are signed in."""
    signed_in = {"requiresAuthentication": True}
    wanted = {**dict.fromkeys(["find", "count", "get", "create", "update", "delete"], signed_in), "addField": {}}
    body = {"classLevelPermissions": wanted}
    return [
        Step("schemas", f"permissions of {name}", "PUT", f"/schemas/{name}", body, caller="master")
        for name in ("Company", "Contact", "Deal", "Activity")
    ]


def world() -> list[Step]:
    rows = [_company(*each) for each in enumerate(COMPANIES)] + [_contact(*each) for each in enumerate(CONTACTS)]
    rows += [_deal(*each) for each in enumerate(OPEN_DEALS)] + [_activity(*each) for each in enumerate(ACTIVITIES)]
    return [*permissions(), *map(sign_up, PEOPLE), *rows, *closed_rows()]
