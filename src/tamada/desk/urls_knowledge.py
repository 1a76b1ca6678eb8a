"""Addresses of the knowledge base and its settings."""

from django.urls import path

from .views import knowledge, knowledge_folder, knowledge_parts, settings_centres

urlpatterns = [
    path("knowledge/", knowledge.articles, name="knowledge"),
    path("knowledge/new", knowledge.new, name="new_article"),
    path("knowledge/deleted", knowledge.deleted, name="deleted_articles"),
    path("knowledge/folder", knowledge_folder.folder, name="knowledge_folder"),
    path("knowledge/folder.zip", knowledge_folder.download, name="knowledge_zip"),
    path("knowledge/dead-ends", knowledge_parts.dead_ends, name="dead_ends"),
    path("knowledge/<int:pk>", knowledge.article, name="article"),
    path("knowledge/<int:pk>/settled", knowledge.settle, name="settle_article"),
    path("knowledge/<int:pk>/delete", knowledge.delete, name="delete_article"),
    path("knowledge/<int:pk>/phrasings", knowledge_parts.phrasings, name="phrasings"),
    path("knowledge/<int:pk>/files", knowledge_parts.upload, name="upload_article_file"),
    path("knowledge/<int:pk>/<slug:language>/withdraw", knowledge.withdraw, name="withdraw_article"),
    path("knowledge/<int:pk>/<slug:language>/versions", knowledge_parts.versions, name="article_versions"),
    path("knowledge/files/<int:pk>/remove", knowledge_parts.remove_file, name="remove_article_file"),
    path("knowledge/files/<int:pk>/<path:name>", knowledge_parts.file, name="article_file"),
    path("settings/help-centres", settings_centres.centres, name="settings_centres"),
    path("settings/help-centres/new", settings_centres.new, name="new_centre"),
    path("settings/help-centres/<int:pk>", settings_centres.edit, name="centre"),
    path("settings/help-centres/<int:pk>/delete", settings_centres.delete, name="delete_centre"),
    path("settings/help-centres/<int:pk>/categories/new", settings_centres.category, name="new_category"),
    path("settings/help-centres/<int:pk>/categories/<int:category>", settings_centres.category, name="category"),
    path(
        "settings/help-centres/<int:pk>/categories/<int:category>/change",
        settings_centres.change_category,
        name="change_category",
    ),
]
