"""What `tools` asks of a person: an account of Django's kind, whichever model it is."""

from django.contrib.auth.models import AbstractUser

Person = AbstractUser
