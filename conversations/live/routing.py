"""Which socket address leads to which consumer."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
