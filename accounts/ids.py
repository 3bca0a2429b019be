"""Ids of all records: 10 characters, the Parse ``objectId`` and our primary key in one."""

import secrets
import string

ALPHABET = string.ascii_letters + string.digits
LENGTH = 10


def new_id() -> str:
    """59.5 random bits from the operating system; never re-used, so nothing left behind can attach to a new row."""
    number, letters = secrets.randbelow(len(ALPHABET) ** LENGTH), ""
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return letters
