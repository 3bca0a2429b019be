"""Which tables are logged. A new column of theirs needs nothing: the images in the log are whole rows.

A new table needs a line here, and in a migration ``SELECT live_hang('<table>', '<model>', '<key>', '<record>')``.
"""

from __future__ import annotations

from django.apps import apps
from django.db import models

from records.models import Record, RoleGrant, UserGrant

# Kept by the database or by every save; a person edits none of them. Beside them what the pages show in another way.
KEPT = frozenset({"updated_at", "readers", "writers", "readers_own", "readers_reach", "moved_at", "expected_close_at"})
FIELD = "customfield"  # the definition of one
OTHERS = ("accounts.User", "pipeline.Stage", "records.CustomField")
FACES = ("page", "api", "mcp", "admin", "parse", "command", "sql")


def records() -> dict[str, type[Record]]:
    """By their names: deal, contact …"""
    return {str(model._meta.model_name): model for model in apps.get_models() if issubclass(model, Record)}


def grants() -> dict[str, type[models.Model]]:
    found = [model for model in apps.get_models() if issubclass(model, UserGrant | RoleGrant)]
    return {str(model._meta.model_name): model for model in found}


def others() -> dict[str, type[models.Model]]:
    return {str(model._meta.model_name): model for model in map(apps.get_model, OTHERS)}


def logged() -> dict[str, type[models.Model]]:
    return {**records(), **grants(), **others()}
