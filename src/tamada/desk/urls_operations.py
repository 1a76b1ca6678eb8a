"""Addresses of promises to customers, of jobs, and of what is handed over."""

from django.urls import path

from .views import consistency, handoffs, jobs, jobs_calendar, promises, request_links

urlpatterns = [
    path("promises", promises.promises, name="promises"),
    path("promises/<int:pk>", promises.promise, name="promise"),
    path("promises/<int:pk>/proposal", promises.proposal, name="promise_proposal"),
    path("conversations/<int:pk>/promise", promises.new_in_conversation, name="promise_in_conversation"),
    path("customers/<int:pk>/promise", promises.new_to_customer, name="promise_to_customer"),
    path("work", jobs.work, name="work"),
    path("jobs", jobs.board, name="jobs"),
    path("jobs/new", jobs.start, name="new_job"),
    path("jobs/calendar", jobs_calendar.calendar, name="jobs_calendar"),
    path("jobs/<int:pk>", jobs.job, name="job"),
    path("jobs/<int:pk>/date", jobs.move, name="move_job"),
    path("jobs/<int:pk>/cancel", jobs.cancel, name="cancel_job"),
    path("jobs/<int:pk>/steps/<slug:step>", jobs.step, name="job_step"),
    path("jobs/<int:pk>/steps/<slug:step>/done", jobs.step_done, name="job_step_done"),
    path("consistency", consistency.overview, name="consistency"),
    path("consistency/<slug:which>", consistency.service, name="consistency_of"),
    path("jobs/<int:pk>/notices/<int:notice>/stop", jobs.stop_notice, name="stop_notice"),
    path("jobs/<int:pk>/handoff", handoffs.offer_job, name="handoff_of_job"),
    path("conversations/<int:pk>/handoff", handoffs.offer_conversation, name="handoff_of_conversation"),
    path("handoffs/<int:pk>", handoffs.handoff, name="handoff"),
    path("conversations/<int:pk>/job", jobs.start_in_conversation, name="job_in_conversation"),
    path("customers/<int:pk>/job", jobs.start_for_customer, name="job_for_customer"),
    path("customers/<int:pk>/requests", request_links.links, name="request_links"),
]
