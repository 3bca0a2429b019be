"""What stands there after setting up: classes with their rights, stages, and room for code of one's own."""

import pytest
from django.core.management import call_command

from accounts import hooks
from pipeline.models import Deal
from tests.acceptance.prompt import proves
from tests.acceptance.test_schema import CLASSES, MORE, SYSTEM


@pytest.fixture(autouse=True)
def _forgotten():
    yield
    hooks.forget()


@proves(14)
def test_a_database_that_was_only_migrated_has_classes_rights_and_stages(master):
    call_command("check")
    told = {one["className"]: one for one in master.get("/schemas").body["results"]}
    for name, fields in CLASSES.items():
        assert set(told[name]["fields"]) >= (set(fields) | set(SYSTEM) | MORE.get(name, set())) - {"password"}, name
    rights = told["Deal"]["classLevelPermissions"]
    assert {verb: "role:Sales rep" in rights[verb] for verb in ("find", "create", "update", "delete")} == dict.fromkeys(
        ("find", "create", "update", "delete"), True
    )
    assert not any("*" in rights[verb] for verb in rights if isinstance(rights[verb], dict))


@proves(14)
def test_code_of_ones_own_runs_before_a_deal_is_saved(as_rep):
    @hooks.before_save("Deal")
    def won_deals_have_an_amount(deal: Deal) -> None:
        if deal.stage_id == "won" and deal.amount is None:
            raise hooks.Refused("A won deal has an amount.")

    refused = as_rep.post("/classes/Deal", {"title": "Rollout", "stage": "won"})
    assert (refused.code, refused.body["error"]) == (141, "A won deal has an amount.")
    assert as_rep.post("/classes/Deal", {"title": "Rollout", "stage": "won", "amount": 5}).status == 201
    assert Deal.unrestricted.count() == 1


@proves(14)
def test_code_of_ones_own_is_called_by_name(as_rep, rep):
    @hooks.function("hello")
    def hello(parameters: dict, user: object) -> str:
        return f"Hello {user}"

    assert as_rep.post("/functions/hello").body == {"result": "Hello Rosa Rep"}
