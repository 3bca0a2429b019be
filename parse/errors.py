"""What a Parse client is told when something cannot be done: a code of theirs, and words that name the mistake."""

INTERNAL = 1
NOT_FOUND = 101
INVALID_QUERY = 102
INVALID_CLASS_NAME = 103
INVALID_KEY_NAME = 105
INVALID_JSON = 107
INCORRECT_TYPE = 111
PUSH_MISCONFIGURED = 115
OBJECT_TOO_LARGE = 116
FORBIDDEN = 119
TIMEOUT = 124
INVALID_EMAIL = 125
MISSING_ID = 135
INVALID_SCHEMA_OPERATION = 136
DUPLICATE_VALUE = 137
FILE_NAME = 122
FILE_SAVE = 130
FILE_DELETE = 153
SCRIPT_FAILED = 141
VALIDATION = 142
HOOK_ERROR = 143
INVALID_VALUE = 162
REQUEST_LIMIT = 155
DUPLICATE_REQUEST = 159
USERNAME_MISSING = 200
PASSWORD_MISSING = 201
USERNAME_TAKEN = 202
EMAIL_TAKEN = 203
EMAIL_MISSING = 204
SESSION_MISSING = 206
INVALID_SESSION = 209
CLASS_NOT_EMPTY = 255
STATUSES = {INTERNAL: 500, NOT_FOUND: 404}


class ParseError(Exception):
    """Answered ``{"code": …, "error": …}``: 404 for code 101, 500 for code 1, else 400, unless ``status`` is given.

    ``detail``: what the client is not told, for the log.
    """

    def __init__(self, code: int, message: str, status: int | None = None, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail
        self.code = code
        self.message = message
        self.status = status or STATUSES.get(code, 400)

    @property
    def body(self) -> dict:
        return {"code": self.code, "error": self.message}


class WithoutCode(ParseError):
    """What Parse answers with words alone: keys that are wrong, routes for the master key, JSON that is none."""

    def __init__(self, message: str, status: int = 403) -> None:
        super().__init__(INTERNAL, message, status)

    @property
    def body(self) -> dict:
        return {"error": self.message}


def not_found(words: str = "Object not found.") -> ParseError:
    """Hidden and missing alike."""
    return ParseError(NOT_FOUND, words)


PERMISSION_DENIED = "Permission denied"  # Parse's words for whatever it does not explain to strangers


def denied(action: str, name: str) -> ParseError:
    return ParseError(FORBIDDEN, PERMISSION_DENIED, detail=f"action {action} on class {name}")


def mismatch(name: str, field: str, expected: str, got: str) -> ParseError:
    return ParseError(INCORRECT_TYPE, f"schema mismatch for {name}.{field}; expected {expected} but got {got}")


def master_only() -> WithoutCode:
    return WithoutCode(PERMISSION_DENIED)
