"""Addresses of what is read across conversations: topics, the evening reading, the guide."""

from django.urls import path

from .views import insights

urlpatterns = [
    path("insights/", insights.topics, name="insights"),
    path("insights/gather", insights.gather, name="gather_insights"),
    path("insights/topics/<int:pk>/draft", insights.draft, name="draft_from_topic"),
    path("insights/evening", insights.evening, name="evening"),
    path("insights/problems/<int:pk>", insights.problem, name="problem"),
    path("insights/guide", insights.guide, name="guide"),
    path("settings/evening", insights.settings, name="settings_evening"),
]
