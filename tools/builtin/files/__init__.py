"""The one folder whose text files the model may list and read."""
