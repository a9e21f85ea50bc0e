"""The addresses of extraction."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.page, name="extract"),
    path("begin/", views.begin, name="begin_extraction"),
    path("define/", views.define, name="define_extraction"),
    path("forget/", views.forget, name="forget_definition"),
    path("<uuid:extraction_id>/", views.extraction, name="extraction"),
    path("<uuid:extraction_id>/rows/", views.rows, name="extraction_rows"),
    path("<uuid:extraction_id>/stop/", views.stop, name="stop_extraction"),
    path("<uuid:extraction_id>/delete/", views.delete, name="delete_extraction"),
    path("<uuid:extraction_id>/data.<str:form>", views.download, name="extraction_data"),
]
