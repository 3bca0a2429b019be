"""What a task costs: presses of the mouse or finger, and of keys that do not type. Over all pages of a window."""

from typing import Any

from playwright.sync_api import Page

COUNT = """() => {
    window.name = window.name || '{"clicks": 0, "keys": []}';
    const note = (change) => {
        const seen = JSON.parse(window.name);
        change(seen);
        window.name = JSON.stringify(seen);
    };
    addEventListener("pointerdown", (event) => event.isTrusted && note((seen) => (seen.clicks += 1)), true);
    addEventListener("keydown", (event) => {
        const types = event.target.matches?.("input, textarea") && event.key.length === 1 && !event.ctrlKey;
        const held = (event.ctrlKey ? "Ctrl+" : "") + (event.shiftKey && event.key.length > 1 ? "Shift+" : "");
        if (!types && !["Control", "Shift"].includes(event.key)) note((seen) => seen.keys.push(held + event.key));
    }, true);
}"""


def count(page: Page) -> None:
    page.add_init_script(f"({COUNT})()")


def spent(page: Page) -> dict[str, Any]:
    """A drag is one press."""
    return page.evaluate("JSON.parse(window.name)")
