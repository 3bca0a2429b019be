"""Users and sessions."""

from typing import Any

from tests.differential.steps import PASSWORD, Step, user
from tests.differential.world import sign_up


def log_in(label: str, caller: str = "", keep: str = "", **account: Any) -> Step:
    return Step("users", f"log-in: {label}", "POST", "/login", account, caller=caller, keep=keep)


def sign_ups() -> list[Step]:
    bodies: list[Any] = [
        {},
        {"username": "new1"},
        {"password": PASSWORD},
        {"username": "", "password": PASSWORD},
        {"username": "new1", "password": ""},
        {"username": 5, "password": PASSWORD},
        {"username": "new1", "password": 5},
        {"username": None, "password": PASSWORD},
        {"username": "ada", "password": PASSWORD},
        {"username": "ADA", "password": PASSWORD},
        {"username": "new1", "password": PASSWORD, "email": "ada@parsley.example"},
        {"username": "new1", "password": PASSWORD, "email": "Ada@Parsley.example"},
        {"username": "new1", "password": PASSWORD, "email": "no address"},
        {"username": "new1", "password": PASSWORD, "email": 5},
        {"username": "new1", "password": PASSWORD, "nosuch": 5},
        {"username": "new1", "password": PASSWORD, "objectId": "abcdefghij"},
        {"username": "new1", "password": PASSWORD, "ACL": "public"},
    ]
    steps = [Step("users", f"sign-up {body}", "POST", "/users", body, caller="") for body in bodies]
    return [
        *steps,
        sign_up("dora"),
        Step(
            "users",
            "sign-up without an address",
            "POST",
            "/users",
            {"username": "eve", "password": PASSWORD},
            caller="",
            keep="eve",
        ),
        Step(
            "users",
            "sign-up as a class",
            "POST",
            "/classes/_User",
            {"username": "fay", "password": PASSWORD},
            caller="",
            keep="fay",
        ),
        Step(
            "users",
            "sign-up with a strange name",
            "POST",
            "/users",
            {"username": "gil o'é 漢", "password": PASSWORD},
            caller="",
            keep="gil",
        ),
    ]


def log_ins() -> list[Step]:
    def by_get(label: str, **query: Any) -> Step:
        return Step("users", f"log-in: {label}", "GET", "/login", query=query, caller="", keep="again")

    return [
        log_in("right", username="dora", password=PASSWORD),
        log_in("by address", email="dora@parsley.example", password=PASSWORD),
        log_in("by address as the name", username="dora@parsley.example", password=PASSWORD),
        log_in("without an address", username="eve", password=PASSWORD),
        log_in("as a class", username="fay", password=PASSWORD),
        log_in("a strange name", username="gil o'é 漢", password=PASSWORD),
        log_in("wrong password", username="dora", password="wrong"),
        log_in("nobody", username="nobody", password=PASSWORD),
        log_in("no name", password=PASSWORD),
        log_in("no password", username="dora"),
        log_in("nothing"),
        log_in("a number", username=5, password=PASSWORD),
        log_in("a number as password", username="dora", password=5),
        log_in("a list", username=["dora"], password=PASSWORD),
        log_in("an operator", username={"$ne": "x"}, password=PASSWORD),
        by_get("by GET", username="dora", password=PASSWORD),
        by_get("by GET, wrong", username="dora", password="wrong"),
        by_get("by GET, nothing"),
        Step(
            "users",
            "verify a password",
            "GET",
            "/verifyPassword",
            query={"username": "dora", "password": PASSWORD},
            caller="",
        ),
        Step(
            "users",
            "verify a wrong password",
            "GET",
            "/verifyPassword",
            query={"username": "dora", "password": "wrong"},
            caller="",
        ),
        Step("users", "log in as, with the master key", "POST", "/loginAs", {"userId": "{{dora}}"}, caller="master"),
        Step("users", "log in as, without it", "POST", "/loginAs", {"userId": "{{dora}}"}),
        Step("users", "log in as nobody", "POST", "/loginAs", {"userId": "aaaaaaaaaa"}, caller="master"),
    ]


def accounts() -> list[Step]:
    """Reading and changing one's own row and those of others."""

    def put(label: str, body: Any, caller: str = "dora", name: str = "dora") -> Step:
        return Step("users", label, "PUT", f"/users/{{{{{name}}}}}", body, caller=caller)

    def read(label: str, path: str, caller: str = "dora", **query: Any) -> Step:
        return Step("users", label, "GET", path, query=query, caller=caller)

    return [
        read("me", "/users/me"),
        read("me, with keys", "/users/me", keys="username"),
        read("me without a token", "/users/me", ""),
        read("own row", "/users/{{dora}}"),
        read("own row as a class", "/classes/_User/{{dora}}"),
        read("another's row", "/users/{{ada}}"),
        read("a user that there is not", "/users/aaaaaaaaaa"),
        read("all users", "/users"),
        read("all users, with where", "/users", where={"username": "dora"}),
        read("another by name", "/users", where={"username": "ada"}),
        read("users by address", "/users", where={"email": "dora@parsley.example"}),
        read("users without a token", "/users", ""),
        read("users by the master key", "/users", "master", order="username", keys="username"),
        read("users by a password", "/users", where={"password": "x"}),
        read("users by a hash", "/users", where={"_hashed_password": {"$exists": True}}),
        put("change the own name", {"username": "dora2"}),
        read("the new name", "/users/me", keys="username"),
        put("change it back", {"username": "dora"}),
        put("take a name", {"username": "ada"}),
        put("take an address", {"email": "bob@parsley.example"}),
        put("a bad address", {"email": "none"}),
        put("the own address", {"email": "dora2@parsley.example"}),
        put("an unknown column", {"nosuch": 1}),
        put("another's row, changed", {"username": "x"}, "dora", "ada"),
        put("anonymously", {"username": "x"}, ""),
        put("by the master key", {"email": "dora3@parsley.example"}, "master"),
        put("nothing at all", {}),
        Step("users", "delete another", "DELETE", "/users/{{ada}}", caller="dora"),
        Step("users", "delete anonymously", "DELETE", "/users/{{dora}}", caller=""),
        Step("users", "lost password", "POST", "/requestPasswordReset", {"email": "ada@parsley.example"}, caller=""),
        Step(
            "users",
            "lost password of nobody",
            "POST",
            "/requestPasswordReset",
            {"email": "no@parsley.example"},
            caller="",
        ),
        Step("users", "lost password without an address", "POST", "/requestPasswordReset", {}, caller=""),
        Step("users", "lost password of a number", "POST", "/requestPasswordReset", {"email": 5}, caller=""),
        Step(
            "users",
            "include a user of one's own",
            "GET",
            "/classes/Deal",
            query={"where": {"assignedTo": user("ada")}, "include": "assignedTo", "order": "title"},
            caller="ada",
        ),
        Step(
            "users",
            "include a user of another's",
            "GET",
            "/classes/Deal",
            query={"where": {"assignedTo": user("ada")}, "include": "assignedTo", "order": "title"},
            caller="bob",
        ),
    ]


def passwords() -> list[Step]:
    account = {"username": "dora", "password": "another long password"}
    return [
        log_in("a second session", keep="dora_phone", username="dora", password=PASSWORD),
        Step(
            "users",
            "a new password",
            "PUT",
            "/users/{{dora}}",
            {"password": account["password"]},
            caller="dora_phone",
            keep="dora_new",
        ),
        Step("sessions", "the other session after a new password", "GET", "/users/me", caller="dora"),
        log_in("with the old password", username="dora", password=PASSWORD),
        log_in("with the new password", keep="dora", **account),
        Step("users", "an empty password", "PUT", "/users/{{eve}}", {"password": ""}, caller="eve"),
        Step("users", "delete oneself", "DELETE", "/users/{{fay}}", caller="fay"),
        Step("sessions", "the session of who is gone", "GET", "/users/me", caller="fay"),
        log_in("who is gone", username="fay", password=PASSWORD),
    ]


def sessions() -> list[Step]:
    def call(label: str, method: str, path: str, caller: str = "dora", body: Any = None, **query: Any) -> Step:
        return Step("sessions", label, method, path, body, query, caller)

    return [
        call("the own session", "GET", "/sessions/me"),
        call("no session", "GET", "/sessions/me", ""),
        call("the own sessions", "GET", "/sessions"),
        call("the sessions of bob", "GET", "/sessions", "bob"),
        call("sessions without a token", "GET", "/sessions", ""),
        call("a session that there is not", "GET", "/sessions/aaaaaaaaaa"),
        call("delete a session that there is not", "DELETE", "/sessions/aaaaaaaaaa"),
        call("sessions of another", "GET", "/sessions", where={"user": user("ada")}),
        Step("sessions", "keep the own session", "GET", "/sessions/me", caller="dora", keep="doras_session"),
        call("the session by id", "GET", "/sessions/{{doras_session}}"),
        call("another's session by id", "GET", "/sessions/{{doras_session}}", "bob"),
        call("delete another's session", "DELETE", "/sessions/{{doras_session}}", "bob"),
        log_in("on a phone", keep="dora_phone", username="dora", password="another long password"),
        Step("sessions", "keep the phone's session", "GET", "/sessions/me", caller="dora_phone", keep="phone_session"),
        call("end the phone's session", "DELETE", "/sessions/{{phone_session}}"),
        call("the phone after that", "GET", "/users/me", "dora_phone"),
        *one_device(),
        call("change a session", "PUT", "/sessions/me", body={"nosuch": 1}),
        call("log-out", "POST", "/logout", body={}),
        call("after the log-out", "GET", "/users/me"),
        call("rows after the log-out", "GET", "/classes/Deal"),
        call("log-out again", "POST", "/logout", body={}),
        call("log-out of nobody", "POST", "/logout", "", body={}),
    ]


def one_device() -> list[Step]:
    """Two log-ins with the same installation, as the SDK makes them."""
    device = {"X-Parse-Application-Id": "parsley", "X-Parse-REST-API-Key": "parsley-rest"}
    device |= {"X-Parse-Installation-Id": "7d1c6e0a-0000-4000-8000-000000000001"}
    account = {"username": "bob", "password": PASSWORD}
    steps = [
        Step("sessions", f"log-in on a device {name}", "POST", "/login", account, headers=device, keep=name)
        for name in ("bob_first", "bob_second")
    ]
    asked = [("GET", "/sessions/me"), ("GET", "/users/me"), ("GET", "/classes/Company/{{company1}}")]
    for name in ("bob_second", "bob_first"):
        steps += [Step("sessions", f"{path} as {name}", method, path, caller=name) for method, path in asked]
    return steps


def people() -> list[Step]:
    accounts_ = [*sign_ups(), *log_ins(), *accounts(), *passwords()]
    return [*accounts_, *sessions()]
