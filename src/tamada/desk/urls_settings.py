"""Addresses of the company's settings."""

from django.urls import path

from .views import privacy, settings, settings_hours, settings_inboxes, settings_oauth

urlpatterns = [
    path("settings/", settings.home, name="settings"),
    path("settings/company", settings.company, name="settings_company"),
    path("settings/hours", settings_hours.hours, name="settings_hours"),
    path("settings/hours/new", settings_hours.new, name="new_hours"),
    path("settings/hours/<int:pk>", settings_hours.edit, name="hours"),
    path("settings/hours/<int:pk>/delete", settings_hours.delete, name="delete_hours"),
    path("settings/consent", privacy.purposes, name="settings_purposes"),
    path("settings/consent/new", privacy.purpose, name="new_purpose"),
    path("settings/consent/<int:pk>", privacy.purpose, name="purpose"),
    path("settings/tags", settings.tags, name="settings_tags"),
    path("settings/fields", settings.attributes, name="settings_attributes"),
    path("settings/blocked", settings.blocked, name="settings_blocked"),
    path("settings/quarantine", settings.quarantine, name="settings_quarantine"),
    path("settings/quarantine/<int:pk>/raw", settings.quarantine_raw, name="quarantine_raw"),
    path("settings/tasks", settings.tasks, name="settings_tasks"),
    path("settings/audit", settings.audit_trail, name="settings_audit"),
    path("settings/inboxes", settings_inboxes.inboxes, name="settings_inboxes"),
    path("settings/inboxes/new", settings_inboxes.new, name="new_inbox"),
    path("settings/inboxes/<int:pk>", settings_inboxes.inbox, name="settings_inbox"),
    path("settings/inboxes/<int:pk>/try", settings_inboxes.try_connection, name="try_inbox"),
    path("settings/inboxes/<int:pk>/confirm", settings_inboxes.confirm, name="confirm_inbox"),
    path("settings/inboxes/<int:pk>/connect", settings_oauth.connect, name="connect_inbox"),
    path("settings/inboxes/<int:pk>/webhook", settings_oauth.webhook, name="webhook_inbox"),
    path("settings/mailbox/connected", settings_oauth.connected, name="mailbox_connected"),
]
