"""What no column can hold: a 4xx that names the field, and nothing written."""

import json
import random
from io import BytesIO

import pytest
from django.test import Client

from activities.models import Activity
from pipeline.models import Deal
from tests.api.answers import V1, faults

DEALS, ACTIVITIES = f"{V1}/deals/", f"{V1}/activities/"
JSON = "application/json"
EVERYTHING = [None, True, 5, -1.5, 2**63, "x", "", " ", "x" * 70_000, "\x00", "NaN", [], ["x"], {}, {"a": "b"}, [[1]]]
WRONG_VALUES = {
    "title": [None, True, 5, 1.5, "", "   ", "x" * 70_000, ["x"], {"a": "b"}],
    "amount": [True, "x", "NaN", "sNaN", "Infinity", "1e400", "1e-400", 2**63, 10**16, "0.00001", [], {}, "1,5", "٣x"],
    "stage": [None, True, 5, "", "Lead", "nowhere", ["lead"], {}],
    "company": [True, 5, "x" * 70_000, ["x"], {}, "nobody"],
    "expected_close_date": [True, 5, "2026-02-30", "0000-01-01", "10000-01-01", "2026-06-30T10:00", "soon", ["x"], {}],
    "notes": [True, 5, "x" * 70_000, [], {}],
    "assigned_to": [True, 5, "nobody", [], {}],
}
WRONG_INSTANTS = ["2026-02-30T10:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"]
WRONG_INSTANTS += [
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-14:00",
    "infinity",
    "now",
    5,
    True,
    [],
    {},
    "x" * 70_000,
]


@pytest.mark.parametrize(("field", "value"), [(name, value) for name in WRONG_VALUES for value in WRONG_VALUES[name]])
def test_a_wrong_value_is_refused_naming_its_field(as_rep, deal, field, value):
    sent = {"title": "Changed", field: value}
    assert faults(as_rep.post(DEALS, sent)) == (400, [field])
    assert faults(as_rep.patch(f"{DEALS}{deal.pk}/", sent)) == (400, [field])
    assert list(Deal.unrestricted.values_list("title", flat=True)) == ["Rollout"]


@pytest.mark.parametrize("value", WRONG_INSTANTS)
def test_an_instant_that_cannot_be_is_refused(as_rep, value):
    assert faults(as_rep.post(ACTIVITIES, {"subject": "x", "due_date": value})) == (400, ["due_date"])


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (r'{"title": "a\u0000b"}', ["title"]),
        (r'{"title": "\ud800", "notes": "\udfff"}', ["notes", "title"]),
        (r'{"title": "x", "\ud800": 1}', [""]),
        (r'{"title": "x", "a\u0000": 1}', ["a"]),
        (r'{"title": ["\ud800"]}', ["title"]),
        (r'{"title": {"deep": "\ud800"}}', ["title.deep"]),
        ('{"title": "x", "amount": NaN}', ["amount"]),
        ('{"title": "x", "amount": -Infinity}', ["amount"]),
        ('{"title": "x", "amount": 1e400}', ["amount"]),
        ('{"title": "x", "amount": 1e99999999999999999999}', ["amount"]),
        (f'{{"title": "x", "amount": {"9" * 5000}}}', ["amount"]),
        (f'{{"title": "x", "amount": 0.{"9" * 5000}}}', ["amount"]),
        (f'{{"title": "x", "amount": {2**63}}}', ["amount"]),
    ],
)
def test_json_that_no_column_can_hold_is_refused_naming_the_field(as_rep, body, fields):
    assert faults(as_rep.post(DEALS, body, content_type=JSON)) == (400, fields)
    assert not Deal.unrestricted.exists()


@pytest.mark.parametrize(
    "body",
    [
        "", "{", '{"title": "x"', "title=x", b"\xff\xfe", b'\xef\xbb\xbf{"title": "x"}', '{"title": "x"} x', "'x'",
        "null", "5", '"x"', "[]", '[{"title": "x"}]', "true", r'"\ud800"', "[" * 100_000, '{"a":' * 30 + "1" + "}" * 30,
        '"' + "\\" * 1001, '{"title": "x", "notes": ' + "[" * 21 + "]" * 21 + "}",
    ],
)  # fmt: skip
def test_what_is_no_object_in_json_is_refused(as_rep, body):
    status, fields = faults(as_rep.post(DEALS, body, content_type=JSON))
    assert (status, set(fields) - {"", "title"}) == (400, set())
    assert not Deal.unrestricted.exists()


def test_brackets_within_text_are_no_depth(as_rep):
    assert as_rep.post(DEALS, {"title": '"[{' * 60}).status_code == 201


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "x", "application/x-www-form-urlencoded"])
def test_another_content_type_is_answered_415(as_rep, kind):
    assert faults(as_rep.generic("POST", DEALS, b'{"title": "x"}', content_type=kind)) == (415, [])


def test_a_form_with_a_file_is_answered_415(as_rep):
    assert faults(as_rep.post(DEALS, {"title": "x"}, format="multipart")) in [(415, []), (400, ["title"])]
    assert not Deal.unrestricted.exists()


def test_a_body_of_ten_megabytes_is_answered_413(as_rep):
    body = json.dumps({"title": "x", "notes": "x" * 10_000_000})
    assert faults(as_rep.post(DEALS, body, content_type=JSON)) == (413, [])


def test_a_body_in_chunks_is_read_and_limited_all_the_same(as_rep):
    def send(body: bytes):
        chunks = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": "", "wsgi.input": BytesIO(body)}
        return as_rep.generic("POST", DEALS, b"x", content_type=JSON, **chunks)

    assert send(b'{"title": "In chunks"}').json()["title"] == "In chunks"
    assert faults(send(b'{"title": "' + b"x" * 1024 * 1024 + b'"}')) == (413, [])


@pytest.mark.parametrize("length", ["-1", "x", "²", "1e3", "9" * 5000])
def test_a_length_that_is_no_number_is_answered_4xx(as_rep, length):
    response = as_rep.generic("POST", DEALS, b"{}", content_type=JSON, CONTENT_LENGTH=length)
    assert faults(response)[0] in (400, 413)


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
@pytest.mark.parametrize(
    "pk", ["x", "0", "None", "x" * 5000, "a%00b", "%ED%A0%80", "%FF", "..", "'; --", "%F0%9F%98%80", "null", "%2E", "$"]
)
def test_an_id_that_cannot_be_is_answered_404(as_rep, method, pk):
    assert faults(getattr(as_rep, method)(f"{DEALS}{pk}/", None if method == "get" else {"title": "x"})) == (404, [])


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/nothing", "/api/v1/deals/x/y/z/"])
def test_an_unknown_address_is_answered_404_as_a_problem(as_rep, path):
    assert faults(as_rep.get(path)) == (404, [])


def test_a_write_without_the_last_slash_is_sent_on_as_it_is(as_rep):
    answer = as_rep.post(f"{V1}/deals?x=1", {"title": "x"})
    assert (answer.status_code, answer["Location"]) == (308, f"{DEALS}?x=1")
    assert as_rep.post(f"{V1}/deals", {"title": "x"}, follow=True).json()["title"] == "x"


def test_a_method_that_is_not_there_is_answered_405(as_rep):
    assert faults(as_rep.put(DEALS, {})) == (405, [])
    assert faults(as_rep.post(f"{V1}/users/", {})) == (405, [])


def test_options_names_the_methods_and_nothing_of_the_record(as_rep, deal):
    answer = as_rep.options(f"{DEALS}{deal.pk}/")
    assert answer.json() == {
        "name": "Deal Instance",
        "methods": ["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],
    }


def test_another_language_than_json_is_answered_406(as_rep):
    assert faults(as_rep.get(DEALS, HTTP_ACCEPT="text/csv")) == (406, [])


def test_a_cookie_without_the_csrf_token_is_answered_403(browser_of, rep):
    browser = browser_of(rep, enforce_csrf_checks=True)
    assert faults(browser.post(DEALS, {"title": "x"}, content_type=JSON)) == (403, [])
    assert faults(Client(enforce_csrf_checks=True).post(DEALS, {"title": "x"}, content_type=JSON)) == (401, [])


def test_answers_are_kept_by_no_cache(as_rep, deal):
    assert [as_rep.get(path)["Cache-Control"] for path in (DEALS, f"{DEALS}{deal.pk}/")] == ["no-store"] * 2


@pytest.mark.parametrize("seed", range(4))
def test_any_mixture_of_values_is_answered_without_a_server_error(as_rep, seed):
    choose = random.Random(seed)
    fields = [*WRONG_VALUES, "created_by", "id", "custom", "\x00", "x" * 500, ""]
    for _ in range(40):
        sent = {name: choose.choice(EVERYTHING) for name in choose.sample(fields, choose.randint(0, 5))}
        before = Deal.unrestricted.count()
        response = as_rep.post(DEALS, sent)
        assert response.status_code in (201, 400), sent
        assert Deal.unrestricted.count() - before == (response.status_code == 201)
    assert not Activity.unrestricted.exists()
