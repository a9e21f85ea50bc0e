"""The app of extractions, which lives inside the conversations that they are made of."""

from django.apps import AppConfig


class ExtractionConfig(AppConfig):
    name = "conversations.extraction"
    label = "extraction"
    verbose_name = "Extraction"
