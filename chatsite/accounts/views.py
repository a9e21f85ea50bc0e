"""The pages about a person's account."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from chatsite.accounts.entering import only_from_this_machine
from chatsite.accounts.forms import AccountForm, SignUpForm
from chatsite.accounts.models import EnterLink, User

BACKEND = "django.contrib.auth.backends.ModelBackend"


# The token is a proof that a cross-site form cannot have; and under no-referrer a browser sends
# "Origin: null", which Django's own proof refuses.
@csrf_exempt
@only_from_this_machine
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Show one button, and sign in whom the link is for when it is pressed."""
    response = (
        _press(request, token) if request.method == "POST" else _button(request, EnterLink.is_open(token))
    )
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "no-referrer"
    return response


def sign_up(request: HttpRequest) -> HttpResponse:
    """Let a stranger make an account, where the installation wants that."""
    if not settings.SIGN_UP:
        raise Http404
    form = SignUpForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/sign_up.html", {"form": form})
    login(request, form.save(), backend=BACKEND)
    return redirect(settings.LOGIN_REDIRECT_URL)


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show and change what the model is told of the person."""
    form = AccountForm(request.POST or None, instance=cast(User, request.user))
    if not form.is_valid():
        return render(request, "accounts/account.html", {"form": form})
    form.save()
    messages.success(request, "Saved.")
    return redirect("account")


def _button(request: HttpRequest, is_open: bool) -> HttpResponse:
    return render(request, "accounts/enter.html", {"is_open": is_open}, status=200 if is_open else 410)


def _press(request: HttpRequest, token: str) -> HttpResponse:
    person = EnterLink.use(token)
    if person is None:
        return _button(request, is_open=False)
    login(request, person, backend=BACKEND)
    return redirect(settings.LOGIN_REDIRECT_URL)
