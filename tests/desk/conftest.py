"""The desk's tests need its applications loaded before their modules are."""

import django

django.setup()
