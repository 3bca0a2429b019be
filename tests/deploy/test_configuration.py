from tests.deploy.reading import (
    ROOT,
    variables_documented,
    variables_in_example,
    variables_read,
    variables_wanted_by_compose,
)

PACKAGES = ["accounts", "records", "activities", "crm", "pipeline", "desk", "parse"]


def test_the_page_lists_exactly_the_variables_that_the_code_reads():
    assert variables_documented() == variables_read(ROOT / "config")


def test_the_example_lists_exactly_the_documented_variables_and_what_compose_wants():
    assert variables_in_example() == variables_documented() | variables_wanted_by_compose()


def test_no_package_but_config_reads_the_environment():
    assert {name: variables_read(ROOT / name) for name in PACKAGES} == {name: set() for name in PACKAGES}
