"""What may call two answers equal, and what may call the comparison good."""

from collections.abc import Callable
from pathlib import Path

import pytest

from config.postgres import BASE_DIR
from tests.differential.deliberate import DELIBERATE
from tests.differential.play import Answer, Player
from tests.differential.programs import sdk_steps
from tests.differential.report import Count, Pair, counted, differences, is_good
from tests.differential.script import script, sizes
from tests.differential.steps import Step, create, find

ROW = {"objectId": "abcdefghij", "createdAt": "2031-01-02T03:04:05.678Z", "title": "A"}
PAGE = find("where", "all", "Deal")


@pytest.fixture
def masked() -> Callable:
    """What a player writes down of an answer, after it kept ids that were answered before."""

    def mask(body, step: Step = PAGE, **ids: str):
        player = Player("http://127.0.0.1:1/parse")
        for name, each in ids.items():
            player._keep(name, {"objectId": each})
        return player._masked(body, step.is_ordered)

    return mask


def pair(expected: Answer, given: Answer, kind: str = "where") -> Pair:
    return Pair(Step(kind, "label", "GET", "/classes/Deal"), expected, given)


EQUAL = pair(Answer(200, {}), Answer(200, {}))
DIFFERENT = pair(Answer(200, {}), Answer(400, {}))


def test_script_is_the_same_each_time():
    assert script() == script()


def test_script_has_hundreds_of_requests_and_many_of_each_kind():
    assert sum(sizes().values()) > 1000
    assert min(sizes().values()) >= 20


def test_ids_times_and_tokens_are_masked(masked):
    token = {"sessionToken": "r:" + "0" * 32}
    assert masked({**ROW, **token}, deal="abcdefghij") == {
        "objectId": "<deal>",
        "createdAt": "<time>",
        "title": "A",
        "sessionToken": "<token>",
    }


def test_time_in_another_form_is_not_masked(masked):
    assert masked({"createdAt": "2031-01-02T03:04:05Z"}) == {"createdAt": "2031-01-02T03:04:05Z"}


def test_people_in_an_acl_are_masked(masked):
    assert masked({"ACL": {"abcdefghij": {"read": True}}}, ada="abcdefghij") == {"ACL": {"ada": {"read": True}}}


def test_order_counts_where_it_was_asked_for(masked):
    rows = [{"title": "B"}, {"title": "A"}]
    assert masked({"results": rows}) == {"results": rows[::-1]}
    assert masked({"results": rows}, find("order", "by title", "Deal", order="title")) == {"results": rows}


def test_of_an_error_the_code_counts_and_not_the_words(masked):
    assert masked({"code": 101, "error": "gone"}) == masked({"code": 101, "error": "Object not found."})
    assert masked({"code": 101, "error": "gone"}) != masked({"code": 102, "error": "gone"})


def test_column_that_is_called_error_is_no_error(masked):
    assert masked({"error": "text", "title": "A"}) == {"error": "text", "title": "A"}


def test_no_answer_is_never_equal():
    assert not pair(Answer(0, None), Answer(0, None)).is_equal


def test_names_stand_for_ids_everywhere():
    player = Player("http://127.0.0.1:1/parse")
    player._keep("deal", {"objectId": "abcdefghij", "sessionToken": "r:1"})
    step = create("create", "row", "Deal", {"{{deal}}": "{{deal.token}}", "other": "{{nobody}}"})
    assert player._filled(step.text) == '{"abcdefghij":"r:1","other":"missing000"}'


def test_nothing_compared_is_not_good():
    assert not is_good(counted([]))


def test_one_bad_kind_is_not_good():
    good = [EQUAL] * 100
    bad = [pair(each.expected, each.given, "batch") for each in [EQUAL] * 8 + [DIFFERENT] * 2]
    assert is_good(counted(good + bad[:8]))
    assert not is_good(counted(good + bad))


def test_listed_differences_do_not_make_a_bad_kind_good():
    step = next(step for step in script() if any(each.covers(step) for each in DELIBERATE if not each.expected))
    listed = Pair(step, Answer(200, {"a": 1}), Answer(200, {}))
    assert listed.reason
    assert not is_good(counted([*[EQUAL] * 100, listed]))


def test_what_the_reference_fails_at_is_a_kind_of_its_own_and_counts_among_all():
    failed = pair(Answer(500, {}), Answer(400, {}))
    counts = counted([EQUAL] * 19 + [failed])
    assert [counts[kind].compared for kind in ("where", "reference 500", "overall")] == [19, 1, 20]
    assert is_good(counts)
    assert not is_good(counted([EQUAL] * 18 + [failed] * 2))


def test_listed_differences_are_told_apart():
    count = Count(compared=10, equal=8, listed=1)
    assert (count.strict, count.excused) == (80, 90)


def test_differences_name_the_rows_and_the_columns():
    expected = {"results": [{"objectId": "a", "amount": 1}], "count": 1}
    assert differences(expected, {"results": [{"objectId": "a", "amount": 2}]}) == [
        ".count: reference 1, parsley 'nothing'",
        ".results[].amount: reference 1, parsley 2",
    ]
    assert differences(expected, {**expected, "results": []}) == [".results: reference ['a'], parsley []"]


@pytest.mark.parametrize("deliberate", DELIBERATE, ids=lambda each: each.pattern)
def test_deliberate_difference_has_requests_and_stands_in_the_documentation(deliberate):
    pages = [Path(BASE_DIR / "docs" / name).read_text() for name in ("parse.md", "graphql.md")]
    documented = " ".join(" ".join(pages).split())
    assert any(deliberate.covers(step) for step in [*script(), *sdk_steps()])
    assert deliberate.reason in documented
