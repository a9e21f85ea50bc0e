"""Staff set the policy of a tool in the admin."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from tools.models import ToolPolicy
from tools.people import Person
from tools.toolbox import Toolbox

LIST = reverse("admin:tools_toolpolicy_changelist")
ADD = reverse("admin:tools_toolpolicy_add")


@pytest.fixture
def charlie(db: None, client: Client) -> Person:
    """Staff, signed in."""
    charlie = get_user_model().objects.create_superuser("charlie")
    client.force_login(charlie)
    return charlie


@pytest.mark.usefixtures("charlie")
def test_a_tool_is_chosen_among_those_that_there_are(client: Client) -> None:
    page = client.get(ADD).content.decode()
    assert '<option value="calculate">Calculate (calculate)</option>' in page
    refused = client.post(ADD, {"name": "rm_rf", "enabled": "on"})
    assert "rm_rf is not one of the available choices" in refused.content.decode()
    assert not ToolPolicy.objects.exists()


@pytest.mark.usefixtures("charlie")
def test_switching_a_tool_off_reaches_everybody(client: Client, alice: Person) -> None:
    assert client.post(ADD, {"name": "calculate"}).status_code == 302
    assert [left.name for left in Toolbox.for_person(alice).left_out] == ["calculate"]


@pytest.mark.usefixtures("charlie")
def test_a_policy_shows_what_the_tool_is(client: Client) -> None:
    policy = ToolPolicy.objects.create(name="get_weather")
    page = client.get(reverse("admin:tools_toolpolicy_change", args=[policy.pk])).content.decode()
    assert "Get the current weather" in page
    assert "built in" in page
    assert "fahrenheit" in page


@pytest.mark.usefixtures("charlie")
def test_limits_and_groups_are_kept(client: Client) -> None:
    team = Group.objects.create(name="team")
    policy = ToolPolicy.objects.create(name="get_weather")
    change = reverse("admin:tools_toolpolicy_change", args=[policy.pk])
    client.post(change, {"enabled": "on", "groups": [team.pk], "deadline": "2.5", "result_limit": "1000"})
    policy.refresh_from_db()
    assert (policy.enabled, policy.deadline, policy.result_limit) == (True, 2.5, 1000)
    assert "team" in client.get(LIST).content.decode()


@pytest.mark.usefixtures("charlie")
def test_limits_that_make_no_sense_are_refused(client: Client) -> None:
    page = client.post(ADD, {"name": "calculate", "deadline": "-1", "result_limit": "3"}).content.decode()
    assert "greater than or equal to 0.1" in page
    assert "greater than or equal to 256" in page


@pytest.mark.usefixtures("charlie")
def test_the_policy_of_a_tool_that_is_gone_can_be_seen(client: Client) -> None:
    policy = ToolPolicy.objects.create(name="gone")
    page = client.get(reverse("admin:tools_toolpolicy_change", args=[policy.pk])).content.decode()
    assert "There is no such tool now." in page


@pytest.mark.django_db
def test_bob_is_refused(client: Client) -> None:
    client.force_login(get_user_model().objects.create_user("bob"))
    assert client.get(LIST).status_code == 302
    assert client.post(ADD, {"name": "calculate"}).status_code == 302
    assert not ToolPolicy.objects.exists()
