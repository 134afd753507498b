"""The demo needs its desk loaded before its modules are."""

import django

django.setup()
