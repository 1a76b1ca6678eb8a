"""Addresses of the desk's work: lists, conversations, customers, files. People and profiles: `urls_people.py`."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, path

from .views import (
    begin,
    choices,
    colleagues,
    conversation,
    customers,
    drafts,
    erasing,
    files,
    inbox,
    macros,
    privacy,
    removing,
    rules,
    send,
    starting,
    telegram,
    views,
    whom,
)

app_name = "desk"


def _of(module: str) -> list[URLPattern | URLResolver]:
    """The addresses of a part of the desk that stands in its own module."""
    name = f"tamada.desk.{module}"
    return list(import_module(name).urlpatterns) if find_spec(name) else []


urlpatterns: list[URLPattern | URLResolver] = [
    path("", inbox.home, name="home"),
    path("inbox/<slug:slug>", inbox.inbox, name="inbox"),
    path("views/", views.views, name="views"),
    path("views/new", views.new, name="new_view"),
    path("views/condition", views.condition_row, name="view_condition"),
    path("views/<int:pk>", views.edit, name="edit_view"),
    path("views/<int:pk>/place", views.place, name="place_view"),
    path("views/<int:pk>/delete", views.delete, name="delete_view"),
    path("first-steps/dismiss", inbox.dismiss_steps, name="dismiss_first_steps"),
    path("rail", inbox.rail, name="rail"),
    path("conversations/new", starting.new, name="new"),
    path("conversations/new/messages", starting.start, name="start"),
    path("conversations/new/draft", starting.new_draft, name="new_draft"),
    path("conversations/bulk", conversation.bulk, name="bulk"),
    path("conversations/bulk/choices", choices.choices, name="choices"),
    path("time", conversation.said_time, name="said_time"),
    path("changes/<int:pk>/undo", conversation.undo_change, name="undo_change"),
    path("conversations/<int:pk>", conversation.conversation, name="conversation"),
    path("conversations/<int:pk>/earlier", conversation.earlier, name="earlier"),
    path("conversations/<int:pk>/update", conversation.update, name="update"),
    path("conversations/<int:pk>/read", conversation.read, name="read"),
    path("conversations/<int:pk>/follow", conversation.following, name="follow"),
    path("conversations/<int:pk>/presence", conversation.presence, name="presence"),
    path("conversations/<int:pk>/merge", removing.merge, name="merge"),
    path("conversations/<int:pk>/split", removing.split, name="split"),
    path("conversations/<int:pk>/split/undo", removing.undo_split, name="undo_split"),
    path("conversations/<int:pk>/delete", removing.delete, name="delete"),
    path("merges/<int:pk>/undo", removing.undo_merge, name="undo_merge"),
    path("deleted", removing.deleted, name="deleted"),
    path("deleted/restore", removing.restore, name="restore"),
    path("conversations/<int:pk>/begin", begin.begin, name="begin"),
    path("conversations/<int:pk>/macros/<int:macro>", macros.macro, name="macro"),
    path("conversations/<int:pk>/rules", rules.rules, name="rules_log"),
    path("conversations/<int:pk>/messages", send.send, name="send"),
    path("conversations/<int:pk>/draft", drafts.draft, name="draft"),
    path("messages/<int:pk>/undo", send.undo, name="undo"),
    path("messages/<int:pk>/again", send.again, name="again"),
    path("messages/<int:pk>/html", files.mail_html, name="mail_html"),
    path("messages/<int:pk>/raw", files.raw, name="raw"),
    path("messages/<int:pk>/details", files.details, name="details"),
    path("uploads", drafts.upload, name="upload"),
    path("mentions", whom.mentions, name="mentions"),
    path("addresses", whom.addresses, name="addresses"),
    path("colleagues", colleagues.colleagues, name="colleagues"),
    path("attachments/<int:pk>/view", files.view_attachment, name="view_attachment"),
    path("attachments/<int:pk>/<path:name>", files.attachment, name="attachment"),
    path("images", files.remote_image, name="remote_image"),
    path("customers/", customers.people, name="customers"),
    path("customers/new", customers.new, name="new_customer"),
    path("customers/<int:pk>", customers.customer, name="customer"),
    path("customers/<int:pk>/merge", customers.merge, name="merge_customer"),
    path("customer-merges/<int:pk>/undo", customers.undo_merge, name="undo_customer_merge"),
    path("customers/<int:pk>/edit", customers.edit, name="edit_customer"),
    path("customers/<int:pk>/identities", customers.identities, name="identities"),
    path("customers/<int:pk>/identities/<int:identity>", customers.identity, name="identity"),
    path("customers/<int:pk>/telegram-link", telegram.link, name="telegram_link"),
    path("customers/<int:pk>/privacy", privacy.person, name="privacy"),
    path("customers/<int:pk>/consent", privacy.consent, name="consent"),
    path("customers/<int:pk>/export", privacy.export, name="export_person"),
    path("customers/<int:pk>/erase", erasing.erase, name="erase_person"),
    *_of("urls_assist"),
    *_of("urls_insights"),
    *_of("urls_operations"),
    *_of("urls_knowledge"),
    *_of("urls_people"),
    *_of("urls_search"),
    *_of("urls_settings"),
]
