"""Addresses of the help beside the composer. What thinks, or waits for a model, begins with `assist/`.

`config.asgi` gives that threads of its own.
"""

from django.urls import path

from .views import assist, assist_model, settings_language_model

urlpatterns = [
    path("assist/<int:pk>", assist.panel, name="assist"),
    path("assist/<int:pk>/hints", assist.hints, name="assist_hints"),
    path("conversations/<int:pk>/assist/summary", assist.summary, name="assist_summary"),
    path("assist/<int:pk>/solved/<int:other>", assist.solved_words, name="assist_solved"),
    path("assist/<int:pk>/draft", assist_model.draft, name="assist_draft"),
    path("assist/<int:pk>/translate", assist_model.translate, name="assist_translate"),
    path("assist/<int:pk>/reword", assist_model.reword, name="assist_reword"),
    path("assist/<int:pk>/retell", assist_model.retell, name="assist_retell"),
    path("assist/try", settings_language_model.try_it, name="try_language_model"),
    path("settings/language-model", settings_language_model.page, name="settings_language_model"),
    path("settings/language-model/leaves", settings_language_model.leaves, name="language_model_leaves"),
]
