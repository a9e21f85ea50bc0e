"""Where the pages about a person's account are."""

from django.contrib.auth import views as auth
from django.urls import path, reverse_lazy

from chatsite.accounts import views
from chatsite.accounts.forms import SignInForm

sign_in = auth.LoginView.as_view(template_name="accounts/sign_in.html", authentication_form=SignInForm)
change_password = auth.PasswordChangeView.as_view(
    template_name="accounts/change_password.html", success_url=reverse_lazy("password_changed")
)
password_changed = auth.PasswordChangeDoneView.as_view(template_name="accounts/password_changed.html")

urlpatterns = [
    path("enter/<str:token>", views.enter, name="enter"),
    path("sign-in/", sign_in, name="login"),
    path("sign-out/", auth.LogoutView.as_view(), name="logout"),
    path("sign-up/", views.sign_up, name="sign_up"),
    path("account/", views.account, name="account"),
    path("account/password/", change_password, name="change_password"),
    path("account/password/changed/", password_changed, name="password_changed"),
]
