"""Parse's scalars: what is taken for a value of each, in Parse's own JSON where REST wants that."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError, GraphQLSchema

from parse.codec import BadValue, iso, moment_from


def _bad(value: Any, kind: str) -> GraphQLError:
    return GraphQLError(f"{str(value)[:100]} is not a valid {kind}")


def date_from(value: Any) -> dict:
    try:
        return {"__type": "Date", "iso": iso(moment_from(value))}
    except BadValue as error:
        raise _bad(value, "Date") from error


def object_from(value: Any) -> dict:
    if isinstance(value, dict):
        return value
    raise _bad(value, "Object")


def bytes_from(value: Any) -> dict:
    if isinstance(value, str):
        return {"__type": "Bytes", "base64": value}
    if isinstance(value, dict) and value.get("__type") == "Bytes" and isinstance(value.get("base64"), str):
        return value
    raise _bad(value, "Bytes")


def file_from(value: Any) -> dict:
    if isinstance(value, str):
        return {"__type": "File", "name": value}
    if isinstance(value, dict) and value.get("__type") == "File" and isinstance(value.get("name"), str):
        return value
    raise _bad(value, "File")


def upload_from(value: Any) -> Any:
    """Put into the variables by parse/graphql/asked.py: nothing that is written in JSON is one."""
    if hasattr(value, "read"):
        return value
    raise _bad(value, "Upload")


SCALARS = {"Date": date_from, "Object": object_from, "Bytes": bytes_from, "File": file_from, "Upload": upload_from}


def teach(schema: GraphQLSchema) -> None:
    """Literals are read by the same functions, once the library has made plain values of them."""
    for name, read in SCALARS.items():
        scalar = schema.type_map[name]
        scalar.parse_value = scalar.coerce_input_value = read  # type: ignore[attr-defined]
