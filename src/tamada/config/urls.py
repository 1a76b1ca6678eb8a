"""Addresses of the faces. The API, assets and streams are answered before this table is read."""

from django.urls import include, path

urlpatterns = [path("", include("tamada.desk.urls"))]
