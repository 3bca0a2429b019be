"""Custom fields on pages: in forms, as facts that are changed in place, in lists, their filters and their files."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import Company
from pipeline.models import Deal
from tests.pages.reading import adding, at, sent, typed

IN_PLACE = {"HX-Request": "true"}
TYPED = {
    "lead_source": "Web",
    "size": "2.5",
    "urgent": "False",
    "reviewed": "2026-03-31T09:30",
    "tags": "a\nb c",
    "meta": '{\n "a": [\n  1\n ]\n}',
    "colour": "red",
    "partner": "Acme",
}
KEPT = {
    "leadSource": "Web",
    "size": 2.5,
    "urgent": False,
    "reviewed": "2026-03-31T09:30:00.000Z",
    "tags": ["a", "b c"],
    "meta": {"a": [1]},
    "colour": "red",
}


@pytest.fixture
def added(add_field):
    kinds = {
        "leadSource": ("Choice", {"choices": ["Fair", "Web"]}),
        "size": ("Number", {"description": "Of the team"}),
        "urgent": ("Boolean", {}),
        "reviewed": ("Date", {}),
        "tags": ("Array", {}),
        "meta": ("Object", {}),
        "colour": ("String", {}),
        "partner": ("Pointer", {"target": "company"}),
        "owner": ("Pointer", {"target": "user"}),
    }
    return {name: add_field("deal", name, kind, **more) for name, (kind, more) in kinds.items()}


def held(deal: Deal, added: dict) -> dict:
    return {name: deal.custom[field.key] for name, field in added.items() if field.key in deal.custom}


def test_outsider_gets_404_for_a_custom_fact(added, outsider_page, deal):
    assert outsider_page.get(at(deal, "field") + "size/", headers=IN_PLACE).status_code == 404


def test_everything_typed_is_kept_by_its_type_and_shown_in_the_form_again(added, rep, rep_page, company):
    sent(rep_page, adding(Deal), holding="version", title="N", owner=rep.pk, **TYPED)
    deal = Deal.unrestricted.get()
    assert held(deal, added) == {**KEPT, "partner": company.pk, "owner": rep.pk}
    shown = typed(rep_page.get(at(deal, "edit")))
    assert {name: shown[name] for name in TYPED} == TYPED
    sent(rep_page, at(deal, "edit"), holding="version", size="", tags="", partner="")
    assert held(Deal.unrestricted.get(), added) == {
        name: value for name, value in {**KEPT, "owner": rep.pk}.items() if name not in ("size", "tags")
    }


def test_a_form_that_is_sent_as_it_was_shown_changes_nothing(added, rep_page, deal):
    kept = {"reviewed": "2026-03-31T09:30:15.123Z", "colour": "two\nlines", "meta": {"b": 1, "a": 2}, "tags": [1, "["]}
    deal.custom = {added[name].key: value for name, value in kept.items()}
    deal.save()
    sent(rep_page, at(deal, "edit"), holding="version", title="Other")
    deal = Deal.unrestricted.get()
    assert (held(deal, added), deal.title) == (kept, "Other")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("size", "ten"),
        ("size", "nan"),
        ("lead_source", "Radio"),
        ("urgent", "perhaps"),
        ("reviewed", "soon"),
        ("tags", "[1"),
        ("meta", "[1]"),
        ("meta", "{"),
        ("partner", "Nobody & Sons"),
        ("owner", "nobody"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_saved(added, rep_page, deal, name, text):
    response = sent(rep_page, at(deal, "edit"), holding="version", title="Other", **{name: text})
    assert response.status_code == 422
    assert f'id="id_{name}_error"' in response.content.decode()
    assert Deal.unrestricted.get().title == "Rollout"


def test_what_is_required_is_asked_of_new_records_and_of_who_empties_it(add_field, rep_page, deal):
    field = add_field("deal", "size", "Number", required=True)
    assert sent(rep_page, adding(Deal), holding="version", title="N").status_code == 422
    assert sent(rep_page, at(deal, "edit"), holding="version", title="Other", size="").status_code == 303
    sent(rep_page, at(deal, "edit"), holding="version", size="3")
    assert sent(rep_page, at(deal, "edit"), holding="version", size="").status_code == 422
    assert field.of(Deal.unrestricted.get(title="Other")) == 3


def test_a_form_begins_with_the_defaults(add_field, rep_page):
    add_field("deal", "size", "Number", default=3)
    assert typed(rep_page.get(adding(Deal)))["size"] == "3"


def test_hidden_fields_are_on_no_page_and_keep_their_values(add_field, rep_page, deal):
    field = add_field("deal", "secret", hidden=True, default="x")
    field.put(deal, "whisper")
    deal.save()
    for address in (at(deal), at(deal, "edit"), adding(Deal), "/deals/"):
        assert "secret" not in rep_page.get(address).content.decode().lower()
    assert "whisper" not in rep_page.get("/deals/?columns=title,secret").content.decode()
    sent(rep_page, at(deal, "edit"), holding="version", title="Other")
    assert field.of(Deal.unrestricted.get()) == "whisper"


# --- facts ------------------------------------------------------------------------------------------------------------


def test_facts_show_values_and_are_changed_in_place(added, rep_page, deal):
    field = at(deal, "field") + "size/"
    assert "Size" in rep_page.get(at(deal)).content.decode()
    form = rep_page.get(field, headers=IN_PLACE).content.decode()
    assert 'name="size"' in form
    answer = rep_page.post(field, {"size": "7"}, headers=IN_PLACE)
    assert answer.status_code == 200
    assert "7" in answer.content.decode()
    assert added["size"].of(Deal.unrestricted.get()) == 7
    refused = rep_page.post(field, {"size": "seven"}, headers=IN_PLACE)
    assert (refused.status_code, added["size"].of(Deal.unrestricted.get())) == (422, 7)


def test_a_fact_names_no_record_that_is_hidden(added, rep_page, outsider, deal):
    theirs = Company.objects.create(name="Secret Ltd", created_by=outsider)
    added["partner"].put(deal, theirs.pk)
    deal.save()
    for address in (
        at(deal),
        at(deal, "edit"),
        "/deals/?columns=title,partner",
        "/deals/export/?columns=title,partner",
    ):
        answer = rep_page.get(address)
        assert "Secret Ltd" not in (b"".join(answer) if answer.streaming else answer.content).decode()
    assert "a record that you may not see" in rep_page.get(at(deal)).content.decode()
    sent(rep_page, at(deal, "edit"), holding="version", title="Other")
    assert added["partner"].of(Deal.unrestricted.get(title="Other")) == theirs.pk


# --- lists ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(added, rep, company):
    rows = {
        "a": {**KEPT, "size": 10, "partner": company.pk, "owner": rep.pk, "colour": "=1+1"},
        "b": {"size": 9, "urgent": True},
        "c": {},
    }
    for title, values in rows.items():
        custom = {added[name].key: value for name, value in values.items()}
        Deal.objects.create(title=f"Deal {title}", created_by=rep, custom=custom)


ALL = "title,lead_source,size,urgent,reviewed,tags,meta,colour,partner,owner"


def test_columns_are_offered_chosen_and_shown(three, rep_page):
    plain = rep_page.get("/deals/").content.decode()
    assert 'value="lead_source"' in plain
    assert "Fair" not in plain.partition("<table>")[2]
    table = rep_page.get(f"/deals/?columns={ALL}&ordering=title").content.decode().partition("<table>")[2]
    assert "Lead source" in table
    for words in ("Web", "10", "no", "a, b c", "Acme", "Rosa Rep"):
        assert words in table


def test_lists_are_sorted_and_filtered_by_them_and_say_so(three, rep_page):
    def titles(query):
        page = rep_page.get(f"/deals/?{query}").content.decode()
        return [title for title in ("Deal a", "Deal b", "Deal c") if title in page.partition("<table>")[2]], page

    found, page = titles("size__gte=9.5")
    assert found == ["Deal a"]
    assert "Size from: 9.5" in page or "Size from: " in page
    assert titles("urgent=true")[0] == ["Deal b"]
    assert titles("owner=me")[0] == ["Deal a"]
    _, page = titles("ordering=-size&columns=title,size")
    assert page.index("Deal a</a>") < page.index("Deal b</a>") < page.index("Deal c</a>")
    assert rep_page.get("/deals/?size__gte=ten").status_code == 400


def test_files_hold_what_programs_read(three, rep_page):
    answer = rep_page.get(f"/deals/export/?columns={ALL}&ordering=title")
    lines = b"".join(answer).decode().splitlines()
    assert lines[0].endswith("Title,Lead source,Size,Urgent,Reviewed,Tags,Meta,Colour,Partner,Owner")
    row = 'Deal a,Web,10,false,2026-03-31T09:30:00Z,"a, b c","{""a"": [1]}",\'=1+1,Acme,Rosa Rep'
    assert lines[1] == row
    assert lines[3] == "Deal c" + "," * 9


def test_a_page_costs_the_same_with_three_rows_as_with_one(three, rep_page):
    rep_page.get(f"/deals/?columns={ALL}")

    def cost(query):
        with CaptureQueriesContext(connection) as context:
            assert rep_page.get(f"/deals/?columns={ALL}&{query}").status_code == 200
        return len(context)

    assert cost("title=") == cost("size=9") <= 12
