"""Who gets into the administration at all."""

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from crm.models import Company


def test_stranger_is_sent_to_the_one_sign_in_page(client, db):
    answer = client.get("/admin/crm/company/")
    assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("accounts:login"))
    answer = client.get("/admin/login/?next=/admin/")
    assert (answer.status_code, answer.url) == (302, reverse("accounts:login") + "?next=/admin/")


def test_who_is_not_staff_is_refused_instead_of_sent_in_circles(rep, browser_of):
    answer = browser_of(rep).get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "may not use the administration" in answer.content.decode()


def test_staff_without_a_role_sees_nothing(staff_without_role, browser_of, deal):
    desk = browser_of(staff_without_role)
    assert desk.get("/admin/").context["app_list"] == []
    assert desk.get("/admin/pipeline/deal/").status_code == 403
    assert desk.get(f"/admin/pipeline/deal/{deal.pk}/change/").status_code == 403


def test_staff_is_shown_the_classes_of_their_role(rep_desk):
    apps = rep_desk.get("/admin/").context["app_list"]
    names = {model["object_name"] for app in apps for model in app["models"]}
    assert names == {"Company", "Contact", "Deal", "Activity", "Stage", "LostReason"}


def test_no_page_tells_whether_a_row_of_any_class_exists(outsider_desk, company):
    kind = ContentType.objects.get_for_model(Company)
    assert outsider_desk.get(f"/admin/r/{kind.pk}/{company.pk}/").status_code == 404
    assert outsider_desk.get(f"/admin/r/{kind.pk}/nosuchrow0/").status_code == 404


def test_passwords_are_changed_on_the_page_of_the_profile(rep_desk):
    answer = rep_desk.get("/admin/password_change/")
    assert (answer.status_code, answer.url) == (302, reverse("accounts:password-change"))


def test_signing_out_of_the_administration_ends_the_session(rep_desk):
    assert rep_desk.post("/admin/logout/").status_code == 302
    assert rep_desk.get("/admin/", follow=True).redirect_chain[-1][0] == reverse("accounts:login") + "?next=/admin/"
