"""Addresses of search."""

from django.urls import path

from .views import search

urlpatterns = [
    path("search", search.find, name="search"),
    path("search/recent", search.recent, name="recent_searches"),
    path("palette", search.palette, name="palette"),
]
