"""Filters of lists: what each finds, and how it is told in words that can be taken away again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal, LostReason
from records.sharing import share
from tests.pages.reading import Page, shown, told


@pytest.fixture
def deals(rep, teammate):
    """Their ids by their titles."""
    rows = {
        "lead": Deal.objects.create(title="lead", created_by=rep, assigned_to=rep),
        "offer": Deal.objects.create(title="offer", stage_id="proposal", created_by=rep, assigned_to=teammate),
        "won": Deal.objects.create(title="won", stage_id="won", created_by=rep),
        "lost": Deal.objects.create(title="lost", stage_id="lost", created_by=rep, lost_reason_id=a_reason()),
    }
    return {name: row.pk for name, row in rows.items()}


def a_reason() -> str:
    return LostReason.objects.values_list("pk", flat=True).first()


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("state=open", {"lead", "offer"}),
        ("state=won", {"won"}),
        ("state=lost", {"lost"}),
        ("stage__in=lead&stage__in=won", {"lead", "won"}),
        ("stage__in=lead,won", {"lead", "won"}),
        ("stage__in=", {"lead", "offer", "won", "lost"}),
        ("stage=lead&state=won", set()),
        ("assigned_to=me", {"lead"}),
        ("assigned_to=nobody", set()),
        ("created_by=me&state=open", {"lead", "offer"}),
    ],
)
def test_deals_are_found_by_stages_state_and_people(rep_page, deals, asked, names):
    assert shown(rep_page.get(f"/deals/?{asked}"), Deal) == {deals[name] for name in names}


def test_me_is_whoever_asks(teammate, deals, browser_of, api_of):
    wanted = {deals["offer"]}
    assert shown(browser_of(teammate).get("/deals/?assigned_to=me"), Deal) == wanted
    rows = api_of(teammate).get("/api/v1/deals/?assigned_to=me").json()["results"]
    assert {row["id"] for row in rows} == wanted


def test_deals_are_found_by_the_moment_they_entered_their_stage(rep_page, deals):
    now = timezone.now()
    Deal.unrestricted.filter(pk=deals["lead"]).update(moved_at=now - timedelta(hours=1))
    since = (now - timedelta(minutes=30)).isoformat().replace("+00:00", "Z")
    assert shown(rep_page.get("/deals/", {"moved_at__lt": since}), Deal) == {deals["lead"]}
    assert shown(rep_page.get("/deals/", {"moved_at__gte": since}), Deal) == set(deals.values()) - {deals["lead"]}


def test_a_deal_without_a_next_step_is_open_and_has_no_open_task_that_is_seen(rep, rep_page, deals):
    assert shown(rep_page.get("/deals/?next_step=none"), Deal) == {deals["lead"], deals["offer"]}
    about = {"related_to": Deal.unrestricted.get(pk=deals["lead"]), "created_by": rep}
    Activity.objects.create(subject="A note", **about)
    done = Activity.objects.create(subject="Done", due_date=timezone.now(), **about)
    done.complete()
    assert shown(rep_page.get("/deals/?next_step=none"), Deal) == {deals["lead"], deals["offer"]}
    Activity.objects.create(subject="To do", due_date=timezone.now(), **about)
    assert shown(rep_page.get("/deals/?next_step=none"), Deal) == {deals["offer"]}
    assert shown(rep_page.get("/deals/?next_step=some"), Deal) == {deals["lead"]}


def test_without_a_next_step_is_one_exists_through_the_rule(rep, rep_page, deals):
    sql = str(rep_page.get("/deals/?next_step=none").context["filter"].qs.query)
    assert (sql.count("EXISTS"), sql.partition("EXISTS")[2].count('"readers" &&')) == (1, 1)


def chips(response) -> dict[str, str]:
    """The words of each chip and the address without it."""
    return {chip.words: chip.without for chip in response.context["chips"]}


def test_filters_are_told_in_words_and_each_can_be_taken_away(rep_page, deals):
    asked = "stage__in=lead,won&assigned_to=me&expected_close_date__lte=2025-03-01&amount__gte=10&q=a&next_step=none"
    response = rep_page.get(f"/deals/?{asked}&ordering=title&cursor=")
    assert list(chips(response)) == [
        "Search: “a”",
        "Stage: Lead",
        "Stage: Won",
        "Assigned to: me",
        "$10 or more",
        "Closing until 1 Mar 2025",
        "Next step: none planned",
    ]
    assert "stage__in=won" in chips(response)["Stage: Lead"]
    assert "assigned_to" not in chips(response)["Assigned to: me"]
    assert all(f"?{chip.without[1:]}" in Page(response).links for chip in response.context["chips"])


def test_the_last_filter_leads_to_the_whole_list_and_not_to_a_default_view(rep_page, deals):
    assert chips(rep_page.get("/deals/?state=won")) == {"State: Won": "?saved=all"}


def test_a_hidden_record_is_no_more_than_its_id_in_a_chip(outsider_page, company, contact, deal):
    response = outsider_page.get(f"/deals/?company={company.pk}&contact={contact.pk}")
    assert list(chips(response)) == [f"Company: {company.pk}", f"Contact: {contact.pk}"]
    assert (company.name in told(response), contact.name in told(response)) == (False, False)


def test_a_record_that_is_seen_is_named_in_a_chip(rep_page, company, contact):
    assert list(chips(rep_page.get(f"/contacts/?company={company.pk}"))) == ["Company: Acme"]


def test_a_company_that_is_hidden_is_not_told_by_its_contacts(outsider, outsider_page, contact, company):
    share(contact, outsider, "read")
    columns = "name,company,email"
    response = outsider_page.get(f"/contacts/?company={company.pk}&columns={columns}")
    assert (shown(response, Contact), company.name in told(response)) == ({contact.pk}, False)


@pytest.mark.parametrize("asked", ["state=closed", "next_step=maybe", "moved_at__lt=soon", "amount__gte=NaN"])
def test_what_cannot_be_understood_is_said_by_the_filters_label(rep_page, deals, asked):
    response = rep_page.get(f"/deals/?{asked}")
    name = asked.partition("=")[0]
    assert (response.status_code, shown(response, Deal)) == (400, set())
    assert f"{response.context['filter'].filters[name].label}: " in told(response)


def test_who_left_can_still_be_asked_for_and_stays_in_the_form(rep_page, rep, teammate, deals):
    teammate.deactivate()
    response = rep_page.get(f"/deals/?assigned_to={teammate.pk}")
    form = Page(response).form(holding="assigned_to")
    assert (shown(response, Deal), dict(form.fields)["assigned_to"]) == ({deals["offer"]}, teammate.pk)
    assert "Assigned to: teammate" in told(response)


# --- columns --------------------------------------------------------------------------------------------------------


def heads(response) -> list[str]:
    return [column.name for column in response.context["columns"]]


def test_the_columns_of_the_address_win_over_those_that_were_chosen(rep_page, deal):
    usual = heads(rep_page.get("/deals/"))
    rep_page.post("/deals/columns/", {"column": ["amount", "contact", "nonsense"]})
    assert heads(rep_page.get("/deals/")) == ["title", "contact", "amount"]
    assert heads(rep_page.get("/deals/?columns=notes,stage")) == ["title", "stage", "notes"]
    rep_page.post("/deals/columns/", {"reset": "1", "column": ["amount"]})
    assert heads(rep_page.get("/deals/")) == usual


def test_a_choice_of_columns_is_ones_own(rep_page, lead, deal, browser_of):
    rep_page.post("/deals/columns/", {"column": ["notes"]})
    assert "notes" not in heads(browser_of(lead).get("/deals/"))


@pytest.mark.parametrize("columns", ["nothing", ",,", "", "x" * 3_000, "readers,created_by__password"])
def test_columns_that_do_not_exist_leave_the_usual_ones(rep_page, deal, columns):
    usual = heads(rep_page.get("/deals/"))
    assert heads(rep_page.get("/deals/", {"columns": columns})) == usual


@pytest.mark.parametrize("address", ["/deals/", "/contacts/", "/companies/"])
def test_all_columns_take_as_many_statements_for_six_rows_as_for_three(rep, rep_page, queries, address):
    names = [column.name for column in rep_page.get(address).context["declared"]]
    asked = f"{address}?saved=all&columns={','.join(names)}"
    plant(rep)
    three = queries(rep_page, asked)
    plant(rep)
    assert queries(rep_page, asked) == three <= 12


def plant(rep) -> None:
    for n in range(3):
        company = Company.objects.create(name=f"C{n}", created_by=rep)
        contact = Contact.objects.create(name=f"P{n}", company=company, created_by=rep)
        deal = Deal.objects.create(title=f"D{n}", company=company, contact=contact, assigned_to=rep, created_by=rep)
        for row in (company, contact, deal):
            Activity.objects.create(subject="To do", due_date=timezone.now(), related_to=row, created_by=rep)
