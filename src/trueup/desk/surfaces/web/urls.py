"""Addresses of the surface."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
