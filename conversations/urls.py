"""Which address leads to which page."""

from django.urls import include, path, register_converter
from django.urls.converters import IntConverter

from . import calendar, pictures, views


class RowId(IntConverter):
    """A number that a database can look for; it raises at larger ones."""

    regex = "[0-9]{1,18}"


register_converter(RowId, "row")

urlpatterns = [
    path("", views.new, name="new"),
    path("conversations/", views.listing, name="listing"),
    path("conversations/messages/<row:message_id>/raw/", views.raw, name="raw"),
    path("conversations/calls/<row:call_id>/pictures/<row:position>/", pictures.picture, name="picture"),
    path("conversations/<uuid:conversation_id>/", views.conversation, name="conversation"),
    path("conversations/<uuid:conversation_id>/older/", views.older, name="older"),
    path("conversations/<uuid:conversation_id>/export.json", views.export_json, name="export"),
    path("conversations/<uuid:conversation_id>/tools/", views.tool_names, name="tool_names"),
    path("tools/", views.tools_page, name="tools"),
    path("extract/", include("conversations.extraction.urls")),
    path("calendar/", calendar.page, name="calendar"),
    path("calendar/import/", calendar.import_events, name="import_events"),
    path("calendar/remove/<row:event_id>/", calendar.remove_event, name="remove_event"),
    path("calendar/remove/", calendar.remove_file, name="remove_file"),
]
