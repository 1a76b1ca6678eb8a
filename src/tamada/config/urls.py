"""Addresses of the faces. The API, assets and streams are answered before this table is read."""

from django.urls import include, path

from tamada.channels.email.webhooks import receive as receive_mail
from tamada.channels.telegram.webhooks import receive as receive_update

handler404 = "tamada.desk.views.errors.not_found"
handler500 = "tamada.desk.views.errors.failed"

urlpatterns = [
    path("hooks/mail/<slug:provider>/<int:inbox_id>", receive_mail, name="mail-webhook"),
    path("hooks/telegram/<str:key>", receive_update, name="telegram-webhook"),
    path("", include("tamada.desk.urls")),
]
