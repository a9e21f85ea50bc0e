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
    assert "There is no tool of this name." in refused.content.decode()
    assert not ToolPolicy.objects.exists()


@pytest.mark.usefixtures("charlie")
def test_switching_a_tool_off_reaches_everybody(client: Client, alice: Person) -> None:
    assert client.post(ADD, {"name": "calculate", "approval": "writes"}).status_code == 302
    left_out = {left.name: left.code for left in Toolbox.for_person(alice).left_out}
    assert left_out["calculate"] == "off_for_everyone"


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
    limits = {"deadline": "2.5", "result_limit": "1000", "calls_per_turn": "3"}
    who = {"groups": [team.pk], "approval": "always", "approvers": [team.pk]}
    client.post(change, {"enabled": "on", **who, **limits})
    policy.refresh_from_db()
    assert (policy.enabled, policy.deadline, policy.result_limit) == (True, 2.5, 1000)
    assert (policy.approval, policy.calls_per_turn, policy.approvers.get()) == ("always", 3, team)
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


@pytest.mark.usefixtures("charlie")
@pytest.mark.parametrize("kept_for", ["groups", "approvers"])
def test_a_tool_kept_for_groups_opens_to_nobody_when_they_are_deleted(
    client: Client, alice: Person, kept_for: str
) -> None:
    policy = ToolPolicy.objects.create(name="calculate", approval="always")
    teams = [Group.objects.create(name=name) for name in ("Editors", "Writers")]
    getattr(policy, kept_for).set(teams)
    delete = {"action": "delete_selected", "post": "yes"}
    groups = reverse("admin:auth_group_changelist")
    client.post(groups, {**delete, "_selected_action": [teams[0].pk]})
    assert "calculate" not in {
        left.name for left in Toolbox.for_person(alice).left_out if left.code == "off_for_everyone"
    }
    client.post(groups, {**delete, "_selected_action": [teams[1].pk]})
    assert not Group.objects.exists()
    left_out = {left.name: left.code for left in Toolbox.for_person(alice).left_out}
    assert left_out["calculate"] == "off_for_everyone"
