"""Text that can be stored and shown."""


def has_bad_text(text: str) -> bool:
    """Whether it holds NUL or half a surrogate pair, neither of which PostgreSQL can store."""
    return "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text)


def printable(name: str) -> str:
    """A name sent by a stranger, fit for an error message: 100 printable characters at most."""
    return "".join(character for character in name if character.isprintable() and not has_bad_text(character))[:100]
