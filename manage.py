#!/usr/bin/env python
"""Django's command line for Clearcall."""

import gc
import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    # What is loaded stays: to search it for garbage again and again took a quarter of every start.
    gc.disable()
    django.setup()
    gc.freeze()
    gc.enable()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
