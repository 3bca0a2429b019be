"""Processor time of processes, from /proc: on a shared machine it says more than the clock does."""

from __future__ import annotations

import os
from pathlib import Path

TICK = 1000 / os.sysconf("SC_CLK_TCK")


def spent(*processes: int, with_children: bool = False) -> float:
    """Milliseconds that the processes have run; ``with_children``: also those they started, ended ones included."""
    found = 0.0
    for process in processes:
        found += _of(process, ended=with_children)
        if with_children:
            found += sum(_of(child, ended=False) for child in children(process))
    return found


def children(process: int) -> list[int]:
    found: list[int] = []
    for tasks in Path(f"/proc/{process}/task").glob("*/children"):
        found += [int(name) for name in tasks.read_text().split()]
    return found


def memory(*processes: int) -> float:
    """MB that they hold for themselves and their part of what they share (Pss)."""
    total = 0
    for process in processes:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def _of(process: int, *, ended: bool) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    user, system, of_ended_user, of_ended_system = (int(text) for text in fields[11:15])
    return TICK * (user + system + (of_ended_user + of_ended_system if ended else 0))
