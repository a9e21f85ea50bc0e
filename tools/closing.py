"""What becomes of a policy whose groups are deleted: none at all would mean everyone."""

from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Q
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver

from tools.models import ToolPolicy


@receiver(pre_delete, sender=Group)
def remember(instance: Any, **_: Any) -> None:
    """Note which policies name the group; afterwards nobody could tell."""
    named = ToolPolicy.objects.filter(Q(groups=instance) | Q(approvers=instance))
    instance.policies_before = {
        policy.pk: (policy.groups.exists(), policy.approvers.exists()) for policy in named.distinct()
    }


@receiver(post_delete, sender=Group)
def close(instance: Any, **_: Any) -> None:
    """Switch off what was kept for groups, or had to be allowed by some, and has none any more."""
    for policy_id, (had_groups, had_approvers) in instance.policies_before.items():
        policy = ToolPolicy.objects.get(pk=policy_id)
        lost = (had_groups and not policy.groups.exists()) or (
            had_approvers and not policy.approvers.exists()
        )
        if lost:
            ToolPolicy.objects.filter(pk=policy_id).update(enabled=False)
