"""What people can do with their accounts."""

from typing import Any

import pytest
from django.test import Client

from chatsite.accounts.models import FailedSignIn, User
from tests.site.conftest import PASSWORD


def sign_in(client: Client, password: str, **more: str) -> Any:
    return client.post("/sign-in/", {"username": "alice", "password": password}, **more)  # type: ignore[arg-type]


def test_alice_signs_in_and_out(client: Client, alice: User) -> None:
    assert sign_in(client, PASSWORD).status_code == 302
    assert client.get("/account/").status_code == 200
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").headers["location"] == "/sign-in/"
    assert client.get("/account/").headers["location"] == "/sign-in/?next=/account/"


def test_a_wrong_password_gets_a_sentence(client: Client, alice: User) -> None:
    assert "correct username and password" in sign_in(client, "wrong").content.decode()


def test_after_five_wrong_tries_even_the_right_password_waits(client: Client, alice: User) -> None:
    for _ in range(5):
        sign_in(client, "wrong")
    refused = sign_in(client, PASSWORD)
    assert "Too many tries failed" in refused.content.decode()
    assert "_auth_user_id" not in client.session


def test_another_address_does_not_wait(client: Client, alice: User) -> None:
    for _ in range(5):
        sign_in(client, "wrong", REMOTE_ADDR="192.0.2.7")
    assert sign_in(client, PASSWORD).status_code == 302


def test_the_right_password_forgets_the_wrong_ones(client: Client, alice: User) -> None:
    sign_in(client, "wrong")
    sign_in(client, PASSWORD)
    assert not FailedSignIn.objects.exists()


def test_the_admin_has_no_door_of_its_own(client: Client, charlie: User) -> None:
    assert client.get("/admin/login/?next=/admin/").headers["location"] == "/sign-in/?next=/admin/"


def test_alice_changes_her_password(client: Client, alice: User) -> None:
    client.force_login(alice)
    new = "quite another horse"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/account/password/", form).headers["location"] == "/account/password/changed/"
    assert client.get("/account/password/changed/").status_code == 200
    client.logout()
    assert sign_in(client, new).status_code == 302


def test_nobody_signs_up_unless_a_setting_says_so(client: Client, db: None) -> None:
    assert client.get("/sign-up/").status_code == 404
    assert client.post("/sign-up/", {"username": "bob"}).status_code == 404
    assert "/sign-up/" not in client.get("/sign-in/").content.decode()


def test_bob_signs_up_and_is_told_that_staff_can_read(client: Client, db: None, settings: Any) -> None:
    settings.SIGN_UP = True
    assert "can read your conversations" in client.get("/sign-up/").content.decode()
    form = {"username": "bob", "first_name": "Bob", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/sign-up/", form).headers["location"] == "/"
    assert client.get("/account/").status_code == 200
    assert not User.objects.get(username="bob").is_staff


def test_a_weak_password_is_refused(client: Client, db: None, settings: Any) -> None:
    settings.SIGN_UP = True
    answer = client.post("/sign-up/", {"username": "bob", "password1": "password", "password2": "password"})
    assert "too common" in answer.content.decode()


def test_alice_says_what_the_model_is_told(client: Client, alice: User) -> None:
    client.force_login(alice)
    form = {"first_name": "Alice", "time_zone": "Europe/Berlin", "instructions": "Be brief."}
    assert "Saved." in client.post("/account/", form, follow=True).content.decode()
    alice.refresh_from_db()
    assert (alice.first_name, alice.time_zone, alice.instructions) == ("Alice", "Europe/Berlin", "Be brief.")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "<b>"])
def test_an_unknown_time_zone_gets_a_sentence(client: Client, alice: User, zone: str) -> None:
    client.force_login(alice)
    answer = client.post("/account/", {"time_zone": zone}).content.decode()
    assert "is not a time zone" in answer
    assert "<b>" not in answer
    alice.refresh_from_db()
    assert alice.time_zone == ""


def test_charlie_adds_bob_and_says_what_the_model_is_told_of_him(client: Client, charlie: User) -> None:
    client.force_login(charlie)
    form = {"username": "bob", "password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    assert client.post("/admin/accounts/user/add/", form).status_code == 302
    bob = User.objects.get(username="bob")
    page = client.get(f"/admin/accounts/user/{bob.pk}/change/").content.decode()
    assert 'name="time_zone"' in page
    assert 'name="instructions"' in page


def test_alice_is_refused_at_the_admin(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/admin/accounts/user/").status_code == 302
