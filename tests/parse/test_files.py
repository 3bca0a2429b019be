"""``/files``: held by an activity, read by whoever reads it, and never run by a browser."""

import base64
import time

import pytest

from activities.models import Activity
from parse.signatures import SPAN
from records.models import File
from tests.parse.conftest import pointer

HTML = b"<html><script>alert(1)</script></html>"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path


def uploaded(client, content: bytes = HTML, name: str = "note.html") -> dict:
    answer = client("POST", f"/files/{name}", content)
    assert answer.status == 201
    return answer.body


def raw(client, file: dict):
    """By the caller's own rights, without what the address opens by itself."""
    return client.http.get(address(file).partition("?")[0], headers=client.headers)


def address(file: dict) -> str:
    return file["url"].removeprefix("http://testserver")


def test_outsider_reads_no_file_that_is_not_his(as_rep, as_outsider, rep, deal):
    file = uploaded(as_rep)
    assert raw(as_outsider, file).status_code == 404
    body = {"subject": "x", "relatedTo": pointer(deal), "attachment": {"__type": "File", "name": file["name"]}}
    assert as_outsider.post("/classes/Activity", {**body, "relatedTo": None}).code == 101
    assert as_rep.post("/classes/Activity", body).status == 201
    assert raw(as_outsider, file).status_code == 404


def test_the_address_that_a_reader_got_opens_without_keys_for_a_while(as_rep, client, monkeypatch):
    file = uploaded(as_rep)
    answer = client.get(address(file))
    assert (answer.content, answer["Content-Disposition"]) == (HTML, 'attachment; filename="note.html"')
    bare, forged, prolonged = address(file).partition("?")[0], address(file)[:-1] + "x", "until=9"
    for changed in (bare, forged, address(file).replace("until=", prolonged)):
        assert client.get(changed).status_code == 403
    later = time.time() + 2 * SPAN
    monkeypatch.setattr("parse.signatures.time.time", lambda: later)
    assert client.get(address(file)).status_code == 403


def test_an_address_opens_no_other_file(as_rep, as_outsider, client):
    secret, own = uploaded(as_rep), uploaded(as_outsider)
    assert client.get(address(secret).partition("?")[0] + "?" + address(own).partition("?")[2]).status_code == 403


def test_a_file_follows_the_rights_of_the_activity_that_holds_it(as_rep, client_of, lead, deal, rep):
    file = uploaded(as_rep)
    held = {"__type": "File", "name": file["name"]}
    body = {"subject": "x", "relatedTo": pointer(deal), "attachment": held}
    made = as_rep.post("/classes/Activity", body).body["objectId"]
    assert as_rep.get(f"/classes/Activity/{made}").body["attachment"] == {**held, "url": file["url"]}
    assert raw(client_of(lead), file).content == HTML
    assert as_rep.put(f"/classes/Activity/{made}", {"attachment": None}).status == 200
    assert "attachment" not in as_rep.get(f"/classes/Activity/{made}").body
    assert Activity.unrestricted.get().custom == {}


def test_what_a_browser_could_run_is_served_as_a_download_of_text(as_rep):
    answer = raw(as_rep, uploaded(as_rep))
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="note.html"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_the_type_is_that_of_the_bytes_whatever_the_name_says(as_rep):
    assert raw(as_rep, uploaded(as_rep, PNG, "page.html"))["Content-Type"] == "image/png"
    assert raw(as_rep, uploaded(as_rep, b"\xff\x00\x01", "x.png"))["Content-Type"] == "application/octet-stream"


def test_the_sdk_uploads_base64_in_json(as_rep):
    file = as_rep.post("/files/a.png", {"base64": base64.b64encode(PNG).decode(), "_ContentType": "image/png"}).body
    assert raw(as_rep, file).content == PNG
    assert File.objects.get().size == len(PNG)


def test_nobody_uploads_and_bad_uploads_are_refused(nobody, as_rep):
    assert nobody("POST", "/files/a.txt", b"x").code == 130
    assert as_rep("POST", "/files/.hidden", b"x").code == 122
    assert as_rep("POST", "/files/a.txt", b"").code == 130
    assert as_rep.post("/files/a.txt", {"base64": "!"}).code == 130
    assert as_rep("POST", "/files/a.txt", b"x" * (1024 * 1024 + 1)).status == 413


def test_only_the_master_key_deletes_a_file(as_rep, master, settings):
    file = uploaded(as_rep)
    assert as_rep.delete(f"/files/{file['name']}").status == 403
    assert master.delete(f"/files/{file['name']}").body == {}
    assert raw(as_rep, file).status_code == 404
    assert master.delete(f"/files/{file['name']}").code == 153
