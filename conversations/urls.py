"""Which address leads to which page."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.new, name="new"),
    path("conversations/", views.listing, name="listing"),
    path("conversations/messages/<int:message_id>/raw/", views.raw, name="raw"),
    path("conversations/<uuid:conversation_id>/", views.conversation, name="conversation"),
    path("conversations/<uuid:conversation_id>/older/", views.older, name="older"),
    path("conversations/<uuid:conversation_id>/export.json", views.export_json, name="export"),
    path("tools/", views.tools_page, name="tools"),
]
