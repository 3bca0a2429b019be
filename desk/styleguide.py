"""What the style guide shows the components with: made-up rows that no database holds."""

from typing import Any


def pieces() -> dict[str, Any]:
    return {}
