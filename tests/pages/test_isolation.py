"""Every page of a record and every member of the cast: who sees which rows, and what they may do with them."""

import pytest
from django.db import transaction
from django.test import Client

from activities.models import Activity
from config.urls import urlpatterns
from crm.models import Company
from pipeline.models import Deal
from records.sharing import share
from tests.pages.conftest import CAST, CLASSES, SECRET
from tests.pages.reading import adding, at, listing, shown

READERS = {"reader", "rep", "lead", "admin"}
WRITERS = READERS - {"reader"}
PER_RECORD = ["", "edit", "delete", "sharing"]
OTHER_PAGES = [
    "/",
    "/pipeline/",
    f"/search/?q={SECRET}",
    f"/palette/?q={SECRET}",
    "/palette/",
    f"/activities/?q={SECRET}",
    "/developers/dictionary/",
    *(f"/developers/playground/{face}/" for face in ("parse", "rest", "graphql", "live")),
]
NEW = {"name": "N", "title": "N", "stage": "lead", "type": "call", "subject": "N"}


def test_every_route_of_the_record_pages_is_walked_here():
    """A new route has to be added to these tests: it fails this one first."""
    names = {
        pattern.name
        for resolver in urlpatterns
        if getattr(resolver, "app_name", None) in ("crm", "pipeline", "activities", "desk")
        for pattern in resolver.url_patterns
    }
    pages = ["list", "new", "options", "detail", "edit", "delete", "sharing"]
    records = {f"{model._meta.model_name}-{page}" for model in CLASSES for page in pages}
    around_lists = ["columns", "export", "selection", "selection-change"]  # test_lists, test_exports, test_bulk
    records |= {f"{kind}-{page}" for kind in ("company", "contact", "deal", "activity") for page in around_lists}
    records |= {f"{model._meta.model_name}-field" for model in CLASSES}  # test_record_pages
    records |= {f"{kind}-timeline" for kind in ("company", "contact", "deal")} | {"company-likely", "contact-likely"}
    records |= {f"saved-view{page}" for page in ("", "-new", "-deletion", "-first")}  # test_saved_views
    assert names == records | {
        "board",
        "column",
        "column-deals",  # test_board_quick_add
        "cards",  # test_board_news
        "deal-stage",
        "deal-forecast",
        "activity-completion",
        "activity-due-date",  # test_my_day
        "feed",  # test_feed
        "feed-revocation",
        "feed-file",
        "my-day",
        "search",
        "palette",
        "styleguide",
        "fields",  # these four: tests/fields/test_settings.py
        "field",
        "field-new",
        "field-deletion",
    }


@pytest.mark.parametrize("model", CLASSES)
def test_anonymous_is_sent_to_sign_in_from_every_page(world, model):
    row = world.rows[model]
    for address in [
        listing(model),
        adding(model),
        f"/{model.plural}/options/",
        *(at(row, page) for page in PER_RECORD),
    ]:
        for method in ("get", "post"):
            response = getattr(Client(), method)(address)
            assert (response.status_code, response.url) == (302, f"/accounts/login/?next={address}")


@pytest.mark.parametrize("address", ["/", "/pipeline/", "/pipeline/lead/", "/search/"])
def test_anonymous_is_sent_to_sign_in_from_the_desk_and_the_board(db, address):
    assert Client().get(address).url == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("model", CLASSES)
def test_each_of_the_cast_lists_exactly_what_they_may_read(world, model):
    mine, planted = world.rows[model].pk, world.planted[model].pk
    wanted = {name: {mine} if name in READERS else set() for name in CAST} | {"admin": {mine, planted}}
    assert {name: shown(world.cast[name].get(listing(model)), model) for name in CAST} == wanted


@pytest.mark.parametrize("model", CLASSES)
def test_options_name_exactly_what_may_be_read(world, model):
    mine, planted = str(world.rows[model]), str(world.planted[model])
    for name in CAST:
        words = world.cast[name].get(f"/{model.plural}/options/").content.decode()
        assert (mine in words, planted in words) == (name in READERS, name == "admin"), name


@pytest.mark.parametrize("page", PER_RECORD)
@pytest.mark.parametrize("model", CLASSES)
def test_who_may_not_see_a_record_gets_404_on_all_its_pages(world, model, page):
    for row, readers in ((world.rows[model], READERS), (world.planted[model], {"admin"})):
        changes = page in ("edit", "delete")
        # The reader's role changes nothing of any class: that is said before any row is looked for.
        wanted = {name: 403 if name == "reader" and changes else 200 if name in readers else 404 for name in CAST}
        assert {name: world.cast[name].get(at(row, page)).status_code for name in CAST} == wanted


@pytest.mark.parametrize("page", ["edit", "delete", "sharing"])
@pytest.mark.parametrize("model", CLASSES)
def test_who_may_not_change_a_record_cannot_post_to_its_pages(world, model, page):
    row = world.rows[model]
    forbidden = {name: attempt(world.cast[name], at(row, page)) for name in CAST if name not in WRITERS}
    assert forbidden == {"outsider": 404, "teammate": 404, "reader": 403}
    assert {attempt(world.cast[name], at(row, page)) for name in WRITERS} <= {303, 422}
    assert model.unrestricted.get(pk=row.pk).updated_at == row.updated_at


def test_who_may_not_change_a_deal_cannot_move_it(world):
    deal = world.rows[Deal]
    statuses = {name: attempt(world.cast[name], at(deal, "stage"), stage="won") for name in CAST}
    assert statuses == {"outsider": 404, "teammate": 404, "reader": 403, "rep": 303, "lead": 303, "admin": 303}


def test_who_may_not_change_a_deal_cannot_change_its_forecast(world):
    deal = world.rows[Deal]
    statuses = {name: attempt(world.cast[name], at(deal, "forecast"), amount="7") for name in CAST}
    assert statuses == {"outsider": 404, "teammate": 404, "reader": 403, "rep": 303, "lead": 303, "admin": 303}


def test_who_may_not_change_an_activity_cannot_complete_it(world):
    call = world.rows[Activity]
    statuses = {name: attempt(world.cast[name], at(call, "completion")) for name in CAST}
    assert statuses == {"outsider": 404, "teammate": 404, "reader": 403, "rep": 303, "lead": 303, "admin": 303}


@pytest.mark.parametrize("model", CLASSES)
def test_a_role_that_only_reads_may_not_add(world, model):
    for method in ("get", "post"):
        response = getattr(world.cast["reader"], method)(adding(model), NEW)
        assert response.status_code == 403
        assert f"Your role does not let you add {model._meta.verbose_name_plural}." in response.content.decode()


@pytest.mark.parametrize("model", CLASSES)
@pytest.mark.parametrize("page", ["edit", "delete"])
def test_who_may_see_but_not_change_a_record_is_told_so(world, outsider, outsider_page, model, page):
    row = world.rows[model]
    share(row, outsider, "read")
    said = f"You may see this {model._meta.verbose_name}, but not {'change' if page == 'edit' else page} it."
    for method in ("get", "post"):
        response = getattr(outsider_page, method)(at(row, page))
        assert (response.status_code, said in response.content.decode()) == (403, True)


@pytest.mark.parametrize("model", CLASSES)
def test_pages_offer_no_change_to_who_may_only_see(world, model):
    row = world.rows[model]
    for name, may in (("reader", False), ("rep", True)):
        page = world.cast[name].get(at(row)).content.decode()
        assert [f'href="{at(row, "edit")}"' in page, f'href="{at(row, "delete")}"' in page] == [may, may]


@pytest.mark.parametrize("model", CLASSES)
def test_without_any_role_even_own_records_are_refused(world, rep, model):
    rep.groups.clear()
    assert {world.cast["rep"].get(address).status_code for address in (listing(model), at(world.rows[model]))} == {403}


def test_no_page_names_a_hidden_record(world):
    pages = [listing(model) for model in CLASSES] + [
        at(row, page) for row in world.rows.values() for page in PER_RECORD
    ]
    for address in [*pages, *OTHER_PAGES]:
        body = world.cast["rep"].get(address).content.decode().replace(f"q={SECRET}", "")
        assert [word for word in (f"{SECRET} Company", f"{SECRET} Contact", f"{SECRET} Deal") if word in body] == []


@pytest.mark.parametrize("model", CLASSES)
def test_a_search_for_a_hidden_name_finds_nothing(world, model):
    response = world.cast["rep"].get(listing(model), {"q": SECRET})
    assert shown(response, model) == set()


def test_a_contact_shared_without_its_company_says_only_that_there_is_one(world):
    page = world.cast["rep"].get(at(world.rows[list(world.rows)[1]])).content.decode()
    assert "a company that you may not see" in page
    assert world.planted[Company].pk not in page


def attempt(client: Client, address: str, **data) -> int:
    """The status; what was done is undone, so that the next one finds the same rows."""
    with transaction.atomic():
        response = client.post(address, data)
        transaction.set_rollback(True)
    return response.status_code
