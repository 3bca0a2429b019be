"""What a field may be, what is refused and in which words, and that values outlive a new name."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from crm.models import Company
from pipeline.models import Deal
from records import definitions
from records.definitions import CustomField
from records.fields import field_of, fields_of, stamp


def test_a_class_has_the_fields_that_were_added_to_it_and_no_other_has(add_field):
    field = add_field("deal", "leadSource", "Choice", choices=["Fair", "Web"])
    assert [(one.name, one.api_name, one.label) for one in fields_of(Deal)] == [
        ("leadSource", "lead_source", "Lead source")
    ]
    assert fields_of(Company) == ()
    assert field_of("deal", "lead_source") == field_of(Deal, "leadSource") == field


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("größe", "name"),
        ("цвет", "name"),
        ('x"; DROP TABLE pipeline_deal; --', "name"),
        ("1st", "name"),
        ("a b", "name"),
        ("", "name"),
        ("a__b", "name"),
        ("title", "reserved"),
        ("expectedCloseDate", "reserved"),
        ("objectId", "reserved"),
        ("ACL", "reserved"),
        ("assignedTo", "reserved"),
        ("stage__in", "name"),
        ("nextStep", "reserved"),
        ("cursor", "reserved"),
        ("leadSource", "unique"),
        ("LEADSOURCE", "unique"),
        ("lead_source", "unique"),
        ("x" * 61, "length"),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_words(add_field, name, code):
    add_field("deal", "leadSource")
    with pytest.raises(ValidationError) as refused:
        add_field("deal", name)
    words = " ".join(refused.value.message_dict["name"])
    said = {"name": "Begin with a letter", "reserved": "Choose another", "unique": "already", "length": "at most 60"}
    assert said[code] in words or (name == "" and "cannot be blank" in words)
    assert [one.name for one in fields_of(Deal)] == ["leadSource"]


@pytest.mark.parametrize(
    ("kind", "more", "column"),
    [
        ("Number", {"default": "ten"}, "default"),
        ("Boolean", {"default": 1}, "default"),
        ("Date", {"default": "soon"}, "default"),
        ("Choice", {"choices": ["a"], "default": "b"}, "default"),
        ("Array", {"default": {}}, "default"),
        ("Choice", {}, "choices"),
        ("Pointer", {}, "target"),
        ("Pointer", {"target": "stage"}, "target"),
        ("Colour", {}, "type"),
        ("Object", {"indexed": True}, "indexed"),
    ],
)
def test_what_does_not_fit_the_type_is_refused_at_its_place(add_field, kind, more, column):
    with pytest.raises(ValidationError) as refused:
        add_field("deal", "extra", kind, **more)
    assert list(refused.value.message_dict) == [column]
    assert fields_of(Deal) == ()


def test_a_new_name_keeps_the_values(add_field, deal):
    field = add_field("deal", "size", "Number")
    field.put(deal, 5)
    deal.save()
    field.name = "headcount"
    field.full_clean()
    field.save()
    assert fields_of(Deal)[0].of(Deal.unrestricted.get()) == 5
    assert field_of(Deal, "size") is None


def test_another_type_is_refused_while_records_hold_values(add_field, deal):
    field = add_field("deal", "size", "Number")
    field.type = "String"
    field.full_clean()
    field.type = "Number"
    field.put(deal, 5)
    deal.save()
    field.type = "String"
    with pytest.raises(ValidationError, match="Add a field of the new type"):
        field.full_clean()


def test_a_choice_may_become_text(add_field, deal):
    field = add_field("deal", "size", "Choice", choices=["S", "L"])
    field.put(deal, "S")
    deal.save()
    field.type = "String"
    field.full_clean()
    field.type, field.choices = "Choice", ["M"]
    field.full_clean()


def test_what_something_is_built_upon_is_not_deleted(add_field, monkeypatch):
    field = add_field("deal", "size", "Number")
    monkeypatch.setattr(definitions, "uses", [lambda one: [f"The view “Big” shows {one.label}."]])
    with pytest.raises(ValidationError, match="hide the field instead"):
        field.delete()
    assert fields_of(Deal) == (field,)


def test_a_deleted_field_is_gone_at_once_and_its_name_is_free_while_its_values_wait(add_field, deal):
    field = add_field("deal", "size", "Number")
    field.put(deal, 5)
    deal.save()
    CustomField.objects.filter(pk=field.pk).delete()
    assert fields_of(Deal) == ()
    again = add_field("deal", "size", "String")
    fresh = Deal.unrestricted.get()
    assert again.of(fresh) is None
    assert fresh.custom == {field.key: 5}


# --- records ----------------------------------------------------------------------------------------------------------


def test_a_new_record_starts_with_the_defaults(add_field):
    field = add_field("deal", "size", "Number", default=3)
    assert field.of(Deal(title="x")) == 3
    assert Deal(title="x", custom={}).custom == {}


def test_a_new_record_needs_what_is_required_and_an_old_one_only_when_it_is_changed(add_field, deal):
    field = add_field("deal", "size", "Number", required=True)
    with pytest.raises(ValidationError) as refused:
        Deal(title="x").full_clean()
    assert refused.value.message_dict == {"size": ["This field is required."]}
    old = Deal.unrestricted.get(pk=deal.pk)
    old.full_clean()
    field.put(old, 4)
    old.full_clean()
    old.save()
    old = Deal.unrestricted.get(pk=deal.pk)
    field.put(old, None)
    with pytest.raises(ValidationError, match="required"):
        old.full_clean()


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("String", 5),
        ("Number", "5"),
        ("Number", True),
        ("Boolean", 1),
        ("Date", "2026-03-31"),
        ("Date", {"__type": "Date", "iso": "2026-03-31T00:00:00.000Z"}),
        ("Array", "a"),
        ("Array", [{"deep": {"__type": "File", "name": "x", "url": "y"}}]),
        ("Object", []),
        ("Object", {"x": "a\x00b"}),
        ("Choice", "c"),
        ("Pointer", "no id"),
    ],
)
def test_full_clean_refuses_what_is_not_of_the_type_whoever_put_it_there(add_field, kind, kept):
    more = {"choices": ["a"]} if kind == "Choice" else {"target": "deal"} if kind == "Pointer" else {}
    field = add_field("company", "extra", kind, **more)
    with pytest.raises(ValidationError) as refused:
        Company(name="x", custom={field.key: kept}).full_clean()
    assert list(refused.value.message_dict) == ["extra"]


def test_a_date_is_kept_to_the_millisecond_in_utc(add_field):
    field = add_field("deal", "reviewed", "Date")
    assert field.stored("2026-03-31T11:30:00.123987+02:00") == "2026-03-31T09:30:00.123Z"
    assert field.stored(field.of(Deal(custom={field.key: "2026-03-31T09:30:00.123Z"}))) == "2026-03-31T09:30:00.123Z"


# --- freshness --------------------------------------------------------------------------------------------------------


def test_what_another_process_changed_counts_once_rights_are_asked(add_field, rep):
    field = add_field("deal", "size", "Number")
    before = stamp()
    with connection.cursor() as cursor:  # as another process would: nothing here is told
        cursor.execute("UPDATE records_customfield SET name = 'headcount'")
    assert [one.name for one in fields_of(Deal)] == ["size"]
    type(rep).objects.get(pk=rep.pk).rights  # noqa: B018 - reading it asks the database
    assert [one.name for one in fields_of(Deal)] == ["headcount"]
    assert stamp() > before
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_customfield SET deleted_at = now() WHERE key = %s", [field.key])
    type(rep).objects.get(pk=rep.pk).rights  # noqa: B018
    assert (fields_of(Deal), stamp()) == ((), 0)


def test_asking_for_fields_costs_no_statement_while_nothing_changes(add_field, rep, django_assert_num_queries):
    add_field("deal", "size", "Number")
    ask = type(rep).objects.get
    assert ask(pk=rep.pk).rights
    fields_of(Deal)
    with django_assert_num_queries(2):  # the user, the stamps
        assert ask(pk=rep.pk).rights
        assert len(fields_of(Deal)) == 1
