"""One subscription of a socket, and the messages about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from live.feed import Moment
from parse.classes import ParseClass

if TYPE_CHECKING:
    from parse.livequery.groups import Group
    from parse.livequery.holders import Holder
    from parse.livequery.sockets import Socket

ALWAYS = ("className", "objectId", "updatedAt", "createdAt", "ACL")  # whatever ``keys`` says


@dataclass(eq=False)
class Subscription:
    """``parse_class``: None for a class that there is not, which is subscribed to in silence.

    ``since``: what was committed at that moment is not told of, though the log may be read up to it only later.
    """

    socket: Socket
    request_id: Any
    holder: Holder
    parse_class: ParseClass | None
    key: bytes
    since: Moment
    keys: tuple[str, ...] | None = None
    watch: tuple[str, ...] | None = None
    group: Group | None = None

    def __post_init__(self) -> None:
        self.head = f'","clientId":"{self.socket.client_id}"{self.socket.installation},"requestId":'
        self.head += orjson.dumps(self.request_id).decode()

    def tell(self, operation: str, tail: str = "}") -> None:
        """``tail``: the rest of the message, written once for all who are told the same."""
        self.socket.push(f'{{"op":"{operation}{self.head}{tail}')


def limited(text: str, keys: tuple[str, ...] | None) -> str:
    """The JSON of a row with the columns of ``keys`` alone."""
    if keys is None:
        return text
    row = orjson.loads(text)
    return orjson.dumps({name: row[name] for name in dict.fromkeys((*ALWAYS, *keys)) if name in row}).decode()
