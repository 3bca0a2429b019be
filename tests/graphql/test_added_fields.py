"""Fields that were added to a class are in the schema at once, and in no other place of the code."""

import pytest

from pipeline.models import Deal

ADD = """mutation($f: SchemaFieldsInput) { updateClass(input: {name: "Deal", schemaFields: $f}) {
    class { name schemaFields { __typename name } } } }"""
KINDS = {
    "addStrings": [{"name": "source"}],
    "addNumbers": [{"name": "score"}],
    "addBooleans": [{"name": "isHot"}],
    "addDates": [{"name": "signedAt"}],
    "addArrays": [{"name": "tags"}],
    "addObjects": [{"name": "extra"}],
    "addPointers": [{"name": "partner", "targetClassName": "Company"}],
}
FIELDS = {
    "title": "D", "source": "web", "score": 4.5, "isHot": True, "signedAt": "2031-05-31T12:00:00.000Z",
    "tags": ["a", 1], "extra": {"a": {"b": 1}},
}  # fmt: skip
MAKE = "mutation($f: CreateDealFieldsInput) { createDeal(input: {fields: $f}) { deal { objectId } } }"
READ = """{ deals { edges { node { source score isHot signedAt tags { ... on Element { value } } extra
    partner { name } } } } }"""


@pytest.fixture
def added(master):
    return master(ADD, f=KINDS).data["updateClass"]["class"]


def test_columns_are_added_with_the_master_key_and_told(added):
    told = {one["name"]: one["__typename"] for one in added["schemaFields"]}
    assert told["source"] == "SchemaStringField"
    assert told["partner"] == "SchemaPointerField"


def test_added_columns_are_written_and_read(added, as_rep, rep, company):
    as_rep(MAKE, f=FIELDS | {"partner": {"link": company.pk}})
    assert as_rep(READ).data["deals"]["edges"] == [
        {
            "node": {
                "source": "web",
                "score": 4.5,
                "isHot": True,
                "signedAt": "2031-05-31T12:00:00.000Z",
                "tags": [{"value": "a"}, {"value": 1}],
                "extra": {"a": {"b": 1}},
                "partner": {"name": "Acme"},
            }
        }
    ]


@pytest.mark.parametrize(
    ("where", "number"),
    [
        ({"source": {"equalTo": "web"}}, 1),
        ({"source": {"notEqualTo": "web"}}, 0),
        ({"score": {"greaterThan": 4}}, 1),
        ({"score": {"lessThan": 4}}, 0),
        ({"isHot": {"equalTo": True}}, 1),
        ({"signedAt": {"lessThan": "2031-06-01"}}, 1),
        ({"partner": {"have": {"name": {"equalTo": "Acme"}}}}, 1),
        ({"partner": {"exists": False}}, 0),
    ],
)
def test_added_columns_are_asked_for(added, as_rep, company, where, number):
    as_rep(MAKE, f=FIELDS | {"partner": {"link": company.pk}})
    query = "query($w: DealWhereInput) { deals(where: $w, order: [score_DESC]) { count } }"
    assert as_rep(query, w=where).data["deals"]["count"] == number


def test_row_that_is_older_than_a_required_column_is_answered(as_rep, master, deal):
    from records.definitions import CustomField

    CustomField(model="deal", name="region", type="String", required=True).save()
    assert as_rep("{ deals { edges { node { title region } } } }").data["deals"]["edges"] == [
        {"node": {"title": "Rollout", "region": None}}
    ]
    refused = as_rep('mutation { createDeal(input: {fields: {title: "x"}}) { deal { title } } }')
    assert (refused.status, refused.code) == (400, "GRAPHQL_VALIDATION_FAILED")


def test_column_that_was_removed_is_asked_for_no_more(added, master, as_rep, rep):
    as_rep(MAKE, f=FIELDS)
    assert master(ADD, f={"remove": [{"name": "source"}]}).data
    assert as_rep("{ deals { edges { node { source } } } }").code == "GRAPHQL_VALIDATION_FAILED"
    assert Deal.objects.visible_to(rep).count() == 1


def test_column_twice_is_refused(added, master):
    assert master(ADD, f={"addStrings": [{"name": "score"}]}).code == 105
    assert master(ADD, f={"addStrings": [{"name": "one"}], "addNumbers": [{"name": "one"}]}).code == 105
