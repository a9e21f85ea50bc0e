"""The rows of this app."""

from chatsite.accounts.models.enter_link import EnterLink
from chatsite.accounts.models.failed_sign_in import FailedSignIn
from chatsite.accounts.models.user import User

__all__ = ["EnterLink", "FailedSignIn", "User"]
