"""Measures routing. Run: python -m bench.routing [--missed]"""

import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    django.setup()
    from bench.routing.measuring import main

    main()
