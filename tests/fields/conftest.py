"""Custom fields for tests: made as an administrator would, and forgotten with the test."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts import principals
from records.definitions import CustomField


@pytest.fixture(autouse=True)
def _forget_fields():
    """What a test added was rolled back with it; what the process remembers was not."""
    yield
    principals.fields_changed()


@pytest.fixture
def add_field(db) -> Callable[..., CustomField]:
    def add(model: str, name: str, kind: str = "String", **more: Any) -> CustomField:
        field = CustomField(model=model, name=name, type=kind, **more)
        field.full_clean()
        field.save()
        return field

    return add
