"""Addresses of the faces. The API answers before this table is read (`config.lazy`), assets and streams before Django."""

from django.urls import include, path

urlpatterns = [path("", include("tamada.desk.urls"))]
