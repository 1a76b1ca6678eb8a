"""Addresses of promises to customers."""

from django.urls import path

from .views import promises

urlpatterns = [
    path("promises", promises.promises, name="promises"),
    path("promises/<int:pk>", promises.promise, name="promise"),
    path("promises/<int:pk>/proposal", promises.proposal, name="promise_proposal"),
    path("conversations/<int:pk>/promise", promises.new_in_conversation, name="promise_in_conversation"),
    path("customers/<int:pk>/promise", promises.new_to_customer, name="promise_to_customer"),
]
