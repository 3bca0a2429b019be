"""``/files``: served to whoever may read the record that holds them, as downloads: never run, never shown.

An address that a reader was given opens without keys for a quarter of an hour or two. The type is found out from the
bytes. Whatever a browser might run is served as a download of bytes in a sandbox.
"""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest

from accounts.ids import new_id
from accounts.rehearsal import refuse_in_rehearsal
from parse.bodies import Sent
from parse.callers import Caller
from parse.calls import Answer, Call
from parse.errors import FILE_DELETE, FILE_NAME, FILE_SAVE, FORBIDDEN, INCORRECT_TYPE, ParseError, not_found
from parse.signatures import is_signed, signed
from records.models import File, Record

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_@. ~-]{0,99}\Z")
HEAD = 512  # bytes that tell a type
MAGIC = [
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
]
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "private, no-store",
}


def opened(request: HttpRequest, path: str) -> Answer | None:
    """A file by an address that was given to somebody who may read it; None where the address holds no longer."""
    folder, _, name = path.removeprefix(f"/files/{settings.PARSE_APP_ID}").rpartition("/")
    sign, until = request.GET.get("sign"), request.GET.get("until", "")
    if folder or request.method != "GET" or not sign or not is_signed(name, until, sign):
        return None
    file = File.objects.filter(name=name).first()
    return _content_of(file) if file else None


def sent(request: HttpRequest, path: str) -> Sent | None:
    """What an upload of bare bytes sent; None where it is an ordinary call, or the SDK's JSON."""
    is_upload = request.method == "POST" and path.startswith("/files/")
    if not is_upload or request.body.lstrip()[:1] == b"{":
        return None
    return Sent("POST", {"bytes": request.body})


def nameless(call: Call) -> Answer:
    raise ParseError(FILE_NAME, "Filename not provided.")


def upload(call: Call, name: str) -> Answer:
    if call.caller.is_anonymous:
        raise ParseError(FILE_SAVE, "File upload by public is disabled.")
    if not NAME.match(name):
        raise ParseError(FILE_NAME, "Filename contains invalid characters.")
    content = _content(call)
    if not content:
        raise ParseError(FILE_SAVE, "Invalid file upload.")
    refuse_in_rehearsal("A file is not written in a dry run. Switch it off for this.")
    key = new_id()
    user = None if call.caller.is_master else call.caller.user
    path = path_of(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    file = File.objects.create(
        id=key, name=f"{key}_{name}", content_type=type_of(content), size=len(content), created_by=user
    )
    address = call.address_of(f"/files/{settings.PARSE_APP_ID}/{file.name}")
    return Answer({"url": signed(address, file.name), "name": file.name}, 201, {"Location": address})


def _content(call: Call) -> bytes:
    if "bytes" in call.body:
        return call.body["bytes"]
    try:
        return base64.b64decode(call.body.get("base64") or "", validate=True)
    except (binascii.Error, ValueError, TypeError) as error:
        raise ParseError(FILE_SAVE, "Invalid file upload.") from error


def type_of(content: bytes) -> str:
    """Of what is not known, text or bytes: HTML and SVG are text here, and stay it."""
    head = content[:HEAD]
    for magic, name in MAGIC:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    try:
        content.decode()
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "application/octet-stream" if b"\x00" in head else "text/plain; charset=utf-8"


def download(call: Call, app: str, name: str) -> Answer:
    file = File.objects.filter(name=name).first() if app == settings.PARSE_APP_ID and len(name) <= 150 else None
    if file is None or not (call.caller.is_master or file.is_visible_to(call.caller.user)):
        raise not_found("File not found.")
    return _content_of(file)


def _content_of(file: File) -> Answer:
    try:
        content = path_of(file.pk).read_bytes()
    except OSError as error:
        raise not_found("File not found.") from error
    disposition = f'attachment; filename="{file.name[11:]}"'
    return Answer(content, 200, {**SAFE, "Content-Type": file.content_type, "Content-Disposition": disposition})


def delete(call: Call, name: str) -> Answer:
    """With the master key. A record that holds it then points to nothing."""
    call.caller.require_master()
    file = File.objects.filter(name=name).first()
    if file is None:
        raise ParseError(FILE_DELETE, "Could not delete file.")
    path_of(file.pk).unlink(missing_ok=True)
    file.delete()
    return Answer()


def path_of(key: str) -> Path:
    """Where the bytes of the file with this id are."""
    return Path(settings.FILES_DIR) / key[:2] / key


# --- held by a record -------------------------------------------------------------------------------------------------


def attach(record: Record, value: Any, caller: Caller) -> list[str]:
    """Puts the file into the record; it is the uploader's to give, or the record's already. The fields that changed.

    In a transaction: the file is locked until the record holds it, so that it is not removed as nobody's meanwhile.
    """
    name = value.get("name") if value else None
    if (record.custom.get("attachment") or {}).get("name") == name:
        return []
    if name is None:
        record.custom = {key: one for key, one in record.custom.items() if key != "attachment"}
        return ["custom"]
    if not isinstance(name, str):
        raise ParseError(INCORRECT_TYPE, "attachment: a File needs the name that the upload answered.")
    file = File.objects.filter(name=name[:150]).visible_to(caller.user, record).select_for_update().first()
    if file is None:
        raise not_found("Object not found: attachment names no file that you have uploaded.")
    if caller.request is None:
        raise ParseError(FORBIDDEN, "attachment is set through /classes.")
    address = caller.request.build_absolute_uri(f"/parse/files/{settings.PARSE_APP_ID}/{file.name}")
    record.custom = {**record.custom, "attachment": {"name": file.name, "url": address}}
    return ["custom"]


def hold(record: Record) -> None:
    """Once the record is saved: whoever may read it may read its file."""
    name = (record.custom.get("attachment") or {}).get("name")
    if name:
        kind = ContentType.objects.get_for_model(record)
        File.objects.filter(name=name, holder_id=None).update(holder_type=kind, holder_id=record.pk)
