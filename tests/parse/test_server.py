"""Parse.Config, and the routes for what the server has none of."""

import pytest


def test_clients_read_the_parameters_that_the_master_key_set(master, nobody):
    given = {"params": {"limit": 5, "secret": {"a": [1]}}, "masterKeyOnly": {"secret": True}}
    assert nobody.get("/config").body == {"params": {}}
    assert master("PUT", "/config", given).body == {"result": True}
    assert nobody.get("/config").body == {"params": {"limit": 5}, "masterKeyOnly": {"limit": False}}
    assert master.get("/config").body["params"] == given["params"]
    master("PUT", "/config", {"params": {"limit": {"__op": "Delete"}, "secret": None}})
    assert master.get("/config").body == {"params": {"secret": None}, "masterKeyOnly": {"secret": False}}
    assert nobody.get("/config").body["params"] == {"secret": None}


def test_outsider_sets_no_parameter(as_outsider, nobody):
    for client in (as_outsider, nobody):
        assert client("PUT", "/config", {"params": {"a": 1}}).status == 403
    assert nobody.get("/config").body == {"params": {}}


@pytest.mark.parametrize("body", [{}, {"params": 5}, {"params": {"a b": 1}}, {"params": {"x" * 101: 1}}])
def test_what_is_no_parameter_is_refused(master, body):
    assert master("PUT", "/config", body).status == 400


def test_there_are_no_more_parameters_than_a_client_can_take(master):
    assert master("PUT", "/config", {"params": {f"p{number}": 1 for number in range(501)}}).code == 107
    assert master.get("/config").body == {"params": {}}


@pytest.mark.parametrize("path", ["/hooks/functions", "/hooks/triggers", "/cloud_code/jobs"])
def test_there_are_no_hooks_and_jobs_of_programs(master, as_outsider, path):
    assert master.get(path).body == []
    assert as_outsider.get(path).status == 403


def test_the_master_key_finds_nothing_in_a_class_that_there_is_not(master, as_outsider):
    assert master.get("/classes/NoSuch", count=1).body == {"results": [], "count": 0}
    assert master.get("/classes/NoSuch/aaaaaaaaaa").code == 101
    assert master.put("/classes/NoSuch/aaaaaaaaaa", {}).code == 101
    assert as_outsider.get("/classes/NoSuch").code == 119
