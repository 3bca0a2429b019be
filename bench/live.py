"""Live queries beside parse-server's: from a write to the last of many sockets, on the same rows in one run.

python -m bench.live [--sockets 200] [--changes 100] [--processes 2] [--only idle,fanout,distinct]
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import statistics
import struct
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

from bench import machine
from bench.parse import Target
from bench.peer import KEYS, peer
from bench.world import BASE_DIR, VAR, environment, running
from peer.server import free_port, served

ROUNDS = 2
PATIENCE = 30
MASK = b"\0\0\0\0"  # a mask that changes nothing: the server has to take it off all the same


class Socket(asyncio.Protocol):
    """As little of RFC 6455 as costs the generator the least: text frames that are not split."""

    def __init__(self) -> None:
        self.heard: Callable[[bytes, float], None] = lambda text, at: None
        self.upgraded = asyncio.get_running_loop().create_future()
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ["GET /parse HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", ""]  # fmt: skip
        self.transport.write("\r\n".join(lines).encode())

    def data_received(self, data: bytes) -> None:
        at = time.perf_counter()
        self._rest += data
        if not self.upgraded.done():
            head, found, self._rest = self._rest.partition(b"\r\n\r\n")
            if not found:
                self._rest = head
                return
            self.upgraded.set_result(head.startswith(b"HTTP/1.1 101"))
        while True:
            frame = self._frame()
            if frame is None:
                return
            kind, text = frame
            if kind == 1:
                self.heard(text, at)
            elif kind == 9:
                self._send(0x8A, text)

    def _frame(self) -> tuple[int, bytes] | None:
        if len(self._rest) < 2:
            return None
        length, start = self._rest[1] & 127, 2
        if length > 125:
            size = {126: "!H", 127: "!Q"}[length]
            start += struct.calcsize(size)
            if len(self._rest) < start:
                return None
            (length,) = struct.unpack_from(size, self._rest, 2)
        if len(self._rest) < start + length:
            return None
        text, kind = self._rest[start : start + length], self._rest[0] & 15
        self._rest = self._rest[start + length :]
        return kind, text

    def say(self, message: dict) -> None:
        self._send(0x81, json.dumps(message).encode())

    def _send(self, head: int, text: bytes) -> None:
        length = bytes([head, 128 | len(text)]) if len(text) < 126 else struct.pack("!BBH", head, 254, len(text))
        self.transport.write(length + MASK + text)


async def opened(port: int, token: str, wheres: list[dict] | None = None) -> Socket:
    """A socket with a subscription for each of ``wheres``."""
    loop = asyncio.get_running_loop()
    _, socket = await loop.create_connection(Socket, "127.0.0.1", port)
    answered: asyncio.Queue[dict] = asyncio.Queue()
    socket.heard = lambda text, at: answered.put_nowait(json.loads(text))
    await socket.upgraded
    socket.say({"op": "connect", "applicationId": "parsley", "javascriptKey": "parsley-js", "sessionToken": token})
    assert (await answered.get())["op"] == "connected"
    for number, where in enumerate(wheres or [], 1):
        query = {"className": "Deal", "where": where}
        socket.say({"op": "subscribe", "requestId": number, "query": query, "sessionToken": token})
    for _ in wheres or []:
        told = await answered.get()
        assert told["op"] == "subscribed", told
    return socket


class Wave:
    """One change on its way to all sockets: when each heard of it."""

    def __init__(self, sockets: list[Socket]) -> None:
        self.sockets = sockets

    async def heard_by_all(self, mark: str, change: Callable[[], None]) -> tuple[float, list[float]]:
        """When the change was answered, and when each socket heard of it, in milliseconds after it was sent."""
        times: list[float] = []
        complete = asyncio.get_running_loop().create_future()
        wanted = mark.encode()

        def heard(text: bytes, at: float) -> None:
            if wanted in text:
                times.append(at)
                if len(times) == len(self.sockets) and not complete.done():
                    complete.set_result(None)

        for socket in self.sockets:
            socket.heard = heard
        started = time.perf_counter()
        await asyncio.to_thread(change)
        answered = time.perf_counter()
        with suppress(TimeoutError):
            await asyncio.wait_for(complete, PATIENCE)
        return (answered - started) * 1000, [(at - started) * 1000 for at in times]


async def fanout(target: Target, ports: list[int], sockets: int, changes: int) -> dict[str, float]:
    """Every socket hears of every change."""
    opened_ones = [await opened(ports[n % len(ports)], target.token, [{}]) for n in range(sockets)]
    wave, all_have, each, answers, missed = Wave(opened_ones), [], [], [], 0
    for number in range(changes + 5):
        mark = f"mark{time.time_ns()}"
        key = target.own[number % len(target.own)]
        answered, times = await wave.heard_by_all(
            mark, lambda key=key, mark=mark: target.call("PUT", f"/classes/Deal/{key}", {"title": mark}, target.token)
        )
        missed += sockets - len(times)
        if number >= 5 and times:
            all_have.append(max(times))
            each += times
            answers.append(answered)
    for socket in opened_ones:
        socket.transport.close()
    return {
        "answered p50": statistics.median(answers),
        "all p50": statistics.median(all_have),
        "all p95": statistics.quantiles(all_have, n=20)[18],
        "one p50": statistics.median(each),
        "missed": missed,
    }


async def idle(target: Target, port: int, sockets: int, pid: int) -> dict[str, float]:
    """Memory of the serving process for each socket with one subscription."""
    before = memory(pid)
    kept = [await opened(port, target.token, [{"stage": "won"}]) for _ in range(sockets)]
    await asyncio.sleep(1)
    after = memory(pid)
    for socket in kept:
        socket.transport.close()
    await asyncio.sleep(1)
    return {"sockets": sockets, "KiB each": (after - before) / sockets}


async def distinct(target: Target, port: int, wheres: int, each: int, pid: int) -> dict[str, float]:
    """CPU of the serving process for one change, with ``wheres`` different questions, each asked ``each`` times."""
    asked = [{"title": {"$in": [f"never{number}", "x"]}, "amount": {"$gt": number}} for number in range(wheres)]
    number = max(1, wheres * each // 200)
    subscriptions = [asked[n % wheres] for n in range(wheres * each)]
    kept = [await opened(port, target.token, subscriptions[n::number]) for n in range(number)]
    first = await opened(port, target.token, [{}])
    wave, spent = Wave([first]), []
    for turn in range(40):
        key, mark = target.own[turn % len(target.own)], f"mark{time.time_ns()}"
        await asyncio.sleep(0.1)
        start = cpu(pid)
        for again in range(3):
            await wave.heard_by_all(
                f"{mark}.{again}",
                lambda key=key, text=f"{mark}.{again}": target.call(
                    "PUT", f"/classes/Deal/{key}", {"title": text}, target.token
                ),
            )
        spent.append((cpu(pid) - start) / 3)
    for socket in [*kept, first]:
        socket.transport.close()
    await asyncio.sleep(1)
    return {"wheres": wheres, "subscriptions": len(subscriptions), "CPU ms a change": statistics.median(spent[5:])}


def memory(pid: int) -> float:
    """KiB that are the process's own."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return float(line.split()[1])
    raise ValueError(pid)


def cpu(pid: int) -> float:
    """Milliseconds that its threads ran."""
    total = 0.0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += float((task / "schedstat").read_text().split()[0]) / 1e6
    return total


def pid_of(port: int) -> int:
    """Of the process that listens there."""
    wanted = f":{port:04X}"
    inodes = {
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[1].endswith(wanted) and line.split()[3] == "0A"
    }
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                for link in (process / "fd").iterdir():
                    if any(f"socket:[{inode}]" == os.readlink(link) for inode in inodes):
                        return int(process.name)
            except OSError:
                continue
    raise ValueError(f"Nobody listens on {port}.")


def row(name: str, found: dict[str, float]) -> str:
    return f"| {name} | " + ", ".join(f"{key} {value:.1f}" for key, value in found.items()) + " |"


async def measure(arguments: argparse.Namespace, ours: Target, theirs: Target) -> list[str]:
    lines, only = [], set(filter(None, arguments.only.split(",")))
    pid = pid_of(ours.port)
    if not only or "fanout" in only:
        for number in range(ROUNDS):
            for target in (ours, theirs) if number % 2 == 0 else (theirs, ours):
                found = await fanout(target, [target.port], arguments.sockets, arguments.changes)
                lines.append(row(f"{arguments.sockets} sockets, {target.name}", found))
                print(lines[-1], flush=True)
    if not only or "distinct" in only:
        for wheres, each in ((1, 1), (100, 100), (1_000, 10)):
            lines.append(row("distinct, Parsley", await distinct(ours, ours.port, wheres, each, pid)))
            print(lines[-1], flush=True)
    if not only or "idle" in only:
        lines.append(row("idle, Parsley", await idle(ours, ours.port, 1_000, pid)))
        lines.append(row("idle, parse-server", await idle(theirs, theirs.port, 1_000, pid_of(theirs.port))))
        print(*lines[-2:], sep="\n", flush=True)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=200)
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--write", action="store_true", help="keep the table under bench/results/")
    arguments = parser.parse_args()
    with running() as server, ExitStack() as servers:
        port = free_port()
        own = environment(server) | KEYS | {"PORT": str(port), "WEB_CONCURRENCY": str(arguments.processes)}
        command = [sys.executable, "-m", "config.serve"]
        servers.enter_context(served(command, f"http://127.0.0.1:{port}/parse", VAR / "ours.log", own))
        ours, theirs = Target("parsley", port), Target("parse-server", servers.enter_context(peer(server)))
        for target in (ours, theirs):
            target.prepare()
        head = [
            "# Live queries beside parse-server's",
            "",
            f"- commit: {machine.commit()}, {datetime.now(UTC):%Y-%m-%d}",
        ]
        lines = asyncio.run(measure(arguments, ours, theirs))
    if arguments.write:
        table = "\n".join([*head, *machine.description(), "", "| what | found |", "| --- | --- |", *lines]) + "\n"
        (BASE_DIR / "bench" / "results" / f"{datetime.now(UTC):%Y-%m-%d}-live.md").write_text(table)


if __name__ == "__main__":
    os.chdir(BASE_DIR)
    main()
