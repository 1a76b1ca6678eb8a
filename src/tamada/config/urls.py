"""Addresses of the faces. The API, assets and streams are answered before this table is read."""

from django.urls import include, path

from tamada.channels.email.webhooks import receive

handler404 = "tamada.desk.views.errors.not_found"

urlpatterns = [
    path("hooks/mail/<slug:provider>/<int:inbox_id>", receive, name="mail-webhook"),
    path("", include("tamada.desk.urls")),
]
