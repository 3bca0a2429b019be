"""How often a password may be tried: ten times an account and an address, whatever the guesser does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as configured
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Try
from accounts.signin import address_of
from tests.api.answers import V1, faults
from tests.conftest import PASSWORD, make_user

TOKEN = f"{V1}/auth/token/"


def guess(username: str = "rep", password: str = "wrong", address: str = "198.51.100.7", **headers):
    return APIClient().post(TOKEN, {"username": username, "password": password}, REMOTE_ADDR=address, **headers)


def statuses(number: int, **how) -> list[int]:
    return [guess(**how).status_code for _ in range(number)]


def elsewhere(number: int) -> dict[str, str]:
    return {"address": f"203.0.113.{number}"}


def test_the_eleventh_try_is_answered_429_and_says_when_to_come_back(rep):
    assert statuses(10) == [400] * 10
    answer = guess()
    assert faults(answer) == (429, [])
    assert 0 < int(answer["Retry-After"]) <= configured.SIGN_IN_WINDOW_SECONDS + 1
    assert answer["Retry-After"] in answer.json()["detail"]


def test_the_right_password_is_not_looked_at_before_and_works_after_the_window(rep):
    statuses(10)
    answer = guess(password=PASSWORD)
    assert answer.status_code == 429
    with time_machine.travel(timezone.now() + timedelta(seconds=int(answer["Retry-After"])), tick=False):
        assert guess(password=PASSWORD).status_code == 201


def test_refused_tries_do_not_push_the_window_further_away(rep):
    start = timezone.now()
    statuses(10)
    with time_machine.travel(start + timedelta(seconds=configured.SIGN_IN_WINDOW_SECONDS - 10)):
        assert statuses(5) == [429] * 5
    with time_machine.travel(start + timedelta(seconds=configured.SIGN_IN_WINDOW_SECONDS + 10)):
        assert guess(password=PASSWORD).status_code == 201


def test_an_account_has_ten_tries_from_all_addresses_together(rep):
    assert [guess(**elsewhere(number)).status_code for number in range(11)] == [400] * 10 + [429]


def test_all_the_spellings_of_an_account_have_ten_tries_together(rep):
    names = ["rep", "REP", "rep@parsley.example", "Rep@Parsley.example"] * 3
    assert [guess(name, **elsewhere(number)).status_code for number, name in enumerate(names)] == [400] * 10 + [429] * 2


def test_an_address_has_ten_tries_at_all_accounts_together(rep):
    assert [guess(f"user{number}").status_code for number in range(11)] == [400] * 10 + [429]


def test_the_addresses_of_one_ipv6_customer_are_one_address(rep):
    answers = [guess(f"user{number}", address=f"2001:db8:1:2::{number:x}").status_code for number in range(11)]
    assert answers == [400] * 10 + [429]
    assert guess("user", address="2001:db8:1:3::1").status_code == 400


def test_one_valid_account_does_not_clear_the_count_of_its_address(rep):
    make_user("guesser")
    answers = []
    for number in range(12):
        assert guess("guesser", PASSWORD, **elsewhere(9) if number > 9 else {}).status_code == 201
        answers.append(guess(f"victim{number}").status_code)
    assert answers == [400] * 10 + [429] * 2


def test_the_right_password_clears_the_count_of_its_account(rep):
    statuses(9)
    assert guess(password=PASSWORD).status_code == 201
    assert [guess(**elsewhere(number)).status_code for number in range(11)] == [400] * 10 + [429]


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_CLIENT_IP"])
def test_a_forged_address_does_not_help(rep, header):
    answers = [guess(f"user{number}", **{header: f"192.0.2.{number}"}).status_code for number in range(11)]
    assert answers == [400] * 10 + [429]


def test_behind_a_proxy_only_what_the_proxy_says_is_believed(rep, settings):
    settings.TRUSTED_PROXIES = 1
    forged = [
        guess(f"user{number}", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}, 198.51.100.9").status_code
        for number in range(11)
    ]
    assert forged == [400] * 10 + [429]
    assert guess("user", HTTP_X_FORWARDED_FOR="198.51.100.10").status_code == 400


@pytest.mark.parametrize(
    ("said", "peer", "address"),
    [
        ("", "198.51.100.7", "198.51.100.7"),
        ("nonsense", "198.51.100.7", "198.51.100.7"),
        ("x" * 70_000, "198.51.100.7", "198.51.100.7"),
        ("192.0.2.1, 192.0.2.2", "198.51.100.7", "192.0.2.2"),
        ("", "::ffff:198.51.100.7", "198.51.100.7"),
        ("", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "", ""),
    ],
)
def test_the_address_of_a_caller_is_one_that_can_be_kept(rf, settings, said, peer, address):
    settings.TRUSTED_PROXIES = 1
    assert address_of(rf.get("/", HTTP_X_FORWARDED_FOR=said, REMOTE_ADDR=peer)) == address


@time_machine.travel("2026-03-01T12:00:00Z", tick=False)
def test_known_and_unknown_names_get_the_same_answers(rep):
    pairs = [(guess("rep", **elsewhere(number)), guess("nobody", **elsewhere(100 + number))) for number in range(11)]
    for known, unknown in pairs:
        assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
        assert known.headers.keys() == unknown.headers.keys()
    assert pairs[-1][0].status_code == 429


@pytest.mark.parametrize("username", ["ı" * 254, "ß" * 254, "😀" * 200, "@" * 254, "x" * 254])
def test_a_long_or_strange_name_is_counted_like_any_other(db, username):
    assert statuses(11, username=username) == [400] * 10 + [429]


def test_old_tries_are_swept_by_and_by(rep):
    Try.objects.bulk_create(Try(key="account:x", at=timezone.now() - timedelta(days=2)) for _ in range(3))
    guess(password=PASSWORD)
    assert not Try.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_guesses_that_come_at_once_cannot_outrun_the_count(rep):
    def one(number: int) -> int:
        try:
            return guess(**elsewhere(number)).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(one, range(40)))
    assert set(answers) == {400, 429}
    assert answers.count(400) <= 10
