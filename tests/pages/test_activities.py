"""Logging an activity on a record's page, planning one, completing and reopening it."""

from datetime import UTC, datetime

import pytest

from activities.models import Activity
from records.sharing import share
from tests.pages.reading import Page, again, at, sent, shown, told, typed

LOG = "/activities/new/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def task(rep, deal):
    return Activity.objects.create(
        type="call", subject="Ring back", related_to=deal, created_by=rep, due_date=datetime(2026, 3, 1, 9, tzinfo=UTC)
    )


@pytest.mark.parametrize("kind", ["company", "contact", "deal"])
def test_a_call_is_logged_on_the_page_of_a_record(request, rep, rep_page, contact, deal, kind):
    record = request.getfixturevalue(kind)
    response = sent(rep_page, at(record), action=LOG, subject="They want two")
    row = Activity.unrestricted.get()
    assert (response.status_code, response.url) == (303, at(record))
    assert (row.type, row.subject, row.related_to, row.created_by, row.due_date) == (
        "call",
        "They want two",
        record,
        rep,
        None,
    )
    assert shown(rep_page.get(at(record)), Activity) == {row.pk}


def test_a_due_date_makes_it_a_task_in_the_time_zone_of_the_person(rep, rep_page, deal):
    rep.time_zone = "Asia/Tokyo"
    rep.save()
    sent(rep_page, at(deal), action=LOG, subject="Ring", due_date="2026-03-01T08:30")
    row = Activity.unrestricted.get()
    assert row.due_date == datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    assert list(Activity.objects.visible_to(rep).to_do()) == [row]
    assert typed(rep_page.get(at(row, "edit")))["due_date"] == "2026-03-01T08:30"


@pytest.mark.parametrize("wrong", [{"due_date": "soon"}, {"subject": "x" * 301}, {"type": "dance"}])
def test_after_an_error_the_log_form_keeps_everything_and_leads_back(rep_page, deal, wrong):
    words = {"subject": "Two", "description": "Blue ones", "due_date": "2026-03-01T08:30"} | wrong
    refused = sent(rep_page, at(deal), action=LOG, **words)
    kept = typed(refused)
    assert refused.status_code == 422
    assert {name: kept.get(name) for name in words if name != "type"} == {n: v for n, v in words.items() if n != "type"}
    assert kept["related_to"] == f"Deal: Rollout #{deal.pk}"
    right = {"due_date": "", "subject": "Two", "type": "call"}
    saved = again(rep_page, LOG, refused, holding="version", **right)
    assert (saved.url, Activity.unrestricted.get().related_to) == (at(deal), deal)


def test_logging_on_a_record_of_the_same_name_goes_to_that_record(rep, rep_page, deal):
    other = type(deal).objects.create(title="Rollout", created_by=rep)
    sent(rep_page, at(other), action=LOG, subject="Two")
    assert Activity.unrestricted.get().related_to == other


def test_a_name_with_marks_in_it_can_be_logged_on(rep, rep_page, deal):
    type(deal).unrestricted.filter(pk=deal.pk).update(title='Deal: "A" #1 <b>&')
    sent(rep_page, at(deal), action=LOG, subject="Two")
    assert Activity.unrestricted.get().related_to == deal


def test_a_reader_of_a_deal_may_log_on_it_and_the_owner_sees_it(outsider, outsider_page, rep_page, deal):
    share(deal, outsider, "read")
    sent(outsider_page, at(deal), action=LOG, subject="From aside")
    assert "From aside" in told(rep_page.get(at(deal)))


def test_a_task_is_completed_and_opened_again_on_the_page_it_stands_on(rep_page, task, deal):
    address = at(task, "completion")
    done = sent(rep_page, at(deal), action=address)
    assert (done.status_code, done.url, Activity.unrestricted.get().is_done) == (303, at(deal), True)
    opened = sent(rep_page, at(deal), action=address)
    assert (opened.url, Activity.unrestricted.get().is_done) == (at(deal), False)


def test_completing_twice_keeps_the_first_moment(rep_page, task):
    moments = []
    for _ in range(2):
        rep_page.post(at(task, "completion"))
        moments.append(Activity.unrestricted.get().completed_at)
    assert moments[0] == moments[1] is not None


def test_with_htmx_the_row_is_answered_as_it_is_now(rep_page, task):
    response = rep_page.post(at(task, "completion"), headers=HTMX)
    page = Page(response)
    assert (b"<html" in response.content, len(page.all("li", id=f"activity-{task.pk}", class_="done"))) == (False, 1)
    assert page.all("button", class_="check")[0]["aria-pressed"] == "true"
    assert dict(page.form(action=at(task, "completion")).fields)["undo"] == "1"


def test_a_viewer_is_offered_no_check_and_cannot_complete(outsider, outsider_page, task, deal):
    share(deal, outsider, "read")
    assert Page(outsider_page.get(at(deal))).all("button", class_="check") == []
    assert outsider_page.post(at(task, "completion"), headers=HTMX).status_code == 403
    assert Activity.unrestricted.get().is_done is False


def test_the_page_of_a_record_shows_the_newest_thirty_and_leads_to_all(rep, rep_page, deal):
    rows = [Activity.objects.create(subject=f"A{n}", related_to=deal, created_by=rep).pk for n in range(31)]
    page = rep_page.get(at(deal))
    shown_first = [one["id"] for one in Page(page).all("li", class_="activity") if "id" in one]
    assert shown_first == [f"activity-{pk}" for pk in rows[:0:-1]]
    everything = f"/activities/?related_to=deal:{deal.pk}"
    assert everything in Page(page).links
    assert shown(rep_page.get(everything), Activity) == set(rows)


def test_activities_about_a_hidden_record_are_not_listed_by_its_id(outsider_page, task, deal):
    assert shown(outsider_page.get("/activities/", {"related_to": f"deal:{deal.pk}"}), Activity) == set()


def test_an_activity_shared_alone_does_not_name_what_it_is_about(outsider, outsider_page, task, deal):
    share(task, outsider, "read")
    for address in (at(task), "/activities/", at(task, "sharing")):
        assert "Rollout" not in outsider_page.get(address).content.decode()
    assert "a record that you may not see" in told(outsider_page.get(at(task)))


def test_a_kind_that_a_program_made_up_can_be_edited(rep, rep_page):
    row = Activity.objects.create(type="fax", subject="Old", created_by=rep)
    sent(rep_page, at(row, "edit"), holding="version", subject="New")
    row = Activity.unrestricted.get()
    assert (row.type, row.subject) == ("fax", "New")


# --- the list --------------------------------------------------------------------------------------------------------


def exported(client, **asked) -> list[list[str]]:
    lines = b"".join(client.get("/activities/export/", asked).streaming_content).decode().lstrip("\ufeff").splitlines()
    return [line.split(",") for line in lines[1:]]


def test_the_list_and_its_file_name_what_is_seen_and_nothing_else(rep_page, outsider, outsider_page, task, deal):
    share(task, outsider, "read")
    for client, about in ((outsider_page, ""), (rep_page, "Rollout")):
        assert ("Rollout" in told(client.get("/activities/"))) == bool(about)
        assert exported(client, columns="subject,type,about,due_date") == [
            ["Ring back", "Call", about, "2026-03-01T09:00:00Z"]
        ]


def test_several_tasks_are_completed_at_once_and_what_was_done_keeps_its_moment(rep, rep_page, task):
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    done = Activity.objects.create(subject="Done", completed_at=long_ago, created_by=rep)
    preview = rep_page.post("/activities/selection/", {"row": [task.pk, done.pk], "action": "complete"})
    assert shown(preview, Activity) == {task.pk, done.pk}
    again(rep_page, "/activities/selection/", preview, holding="selection")
    moments = dict(Activity.unrestricted.values_list("pk", "completed_at"))
    assert (moments[done.pk], moments[task.pk] is None) == (long_ago, False)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"state": "open"}, {"Ring back"}),
        ({"state": "done"}, {"Done"}),
        ({"due_date__lt": "2026-03-01T09:00:00Z"}, set()),
        ({"due_date__lt": "2026-03-01T09:00:01Z"}, {"Ring back"}),
        ({"created_by": "me"}, {"Ring back", "Done", "A note"}),
        ({"created_by": "me", "type": "call"}, {"Ring back"}),
    ],
)
def test_the_list_is_filtered_by_what_is_to_do_when_and_by_whom(rep, rep_page, outsider, deal, task, asked, found):
    Activity.objects.create(subject="Done", completed_at=task.due_date, created_by=rep)
    Activity.objects.create(subject="A note", type="note", created_by=rep)
    Activity.objects.create(subject="Theirs", type="note", related_to=deal, created_by=outsider)
    assert {str(row) for row in rep_page.get("/activities/", asked).context["page"].rows} == found
