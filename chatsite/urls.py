"""Which address leads to which door."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from chatsite.watching import views

admin.site.site_header = admin.site.site_title = "Clearcall"

urlpatterns = [
    path("", include("chatsite.accounts.urls")),
    path("", include("conversations.urls")),
    path("metrics", views.metrics, name="metrics"),
    # One door for signing in: the admin's own would not count failed tries.
    path("admin/login/", RedirectView.as_view(pattern_name="login", query_string=True)),
    path("admin/", admin.site.urls),
]
