"""Addresses of the faces. The API, assets and streams are answered before this table is read."""

from django.urls import include, path

from tamada.channels.email.webhooks import receive

urlpatterns = [
    path("hooks/mail/<slug:provider>/<int:inbox_id>", receive, name="mail-webhook"),
    path("", include("tamada.desk.urls")),
]
