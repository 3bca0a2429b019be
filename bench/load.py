"""A closed loop of keep-alive connections in one thread: each sends its next request when the last one is answered.

Requests are whole messages made beforehand, answers are read to their length and looked at for their status alone, so
the generator costs little: its own share of a core is reported.
"""

from __future__ import annotations

import json
import selectors
import socket
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

CONNECTIONS = 8


@dataclass
class Result:
    """Milliseconds of each answer; ``share``: how much of one core the generator took."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0
    share: float = 0.0
    failed: int = 0

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds if self.seconds else 0.0

    def at(self, percent: int) -> float:
        return statistics.quantiles(self.times, n=100, method="inclusive")[percent - 1] if len(self.times) > 1 else 0.0

    def __add__(self, other: Result) -> Result:
        return Result(
            self.times + other.times,
            self.seconds + other.seconds,
            max(self.share, other.share),
            self.failed + other.failed,
        )


def message(method: str, path: str, port: int, headers: dict[str, str], body: object = None) -> bytes:
    content = json.dumps(body).encode() if body is not None else b""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, f"Content-Length: {len(content)}", "", ""]).encode() + content


class Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.started = 0.0
        self.answer = b""

    def send(self, request: bytes) -> None:
        self.answer, self.started = b"", time.perf_counter()
        self.socket.sendall(request)

    def is_answered(self) -> bool:
        """Reads what is there; True when the whole answer is."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionError("The server closed the connection.")
        self.answer += part
        head, found, rest = self.answer.partition(b"\r\n\r\n")
        if not found:
            return False
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0].strip()
        if length:
            return len(rest) >= int(length)
        return rest.endswith(b"0\r\n\r\n") or head.split(b" ", 2)[1] == b"204"


def run(port: int, requests: Iterator[bytes], seconds: float, connections: int = CONNECTIONS) -> Result:
    """Sends ``requests`` until they or the time run out."""
    result, cpu, started = Result(), time.process_time(), time.perf_counter()
    end = started + seconds
    with selectors.DefaultSelector() as ready:
        for _ in range(connections):
            connection = Connection(port)
            request = next(requests, None)
            if request is not None:
                ready.register(connection.socket, selectors.EVENT_READ, connection)
                connection.send(request)
        while ready.get_map():
            for key, _ in ready.select():
                _step(key.data, ready, requests, end, result)
    result.seconds = time.perf_counter() - started
    result.share = (time.process_time() - cpu) / result.seconds
    return result


def _step(connection: Connection, ready, requests: Iterator[bytes], end: float, result: Result) -> None:
    if not connection.is_answered():
        return
    now = time.perf_counter()
    result.times.append((now - connection.started) * 1000)
    result.failed += not connection.answer.startswith(b"HTTP/1.1 2")
    request = next(requests, None) if now < end else None
    if request is None:
        ready.unregister(connection.socket)
        connection.socket.close()
    else:
        connection.send(request)
