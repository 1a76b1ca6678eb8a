"""Addresses of sign-in, profile, people, teams and notifications; included by the desk's urls."""

from django.urls import path

from .views import auth, notifications, people, profile, teams

urlpatterns = [
    path("login", auth.login, name="login"),
    path("logout", auth.logout, name="logout"),
    path("forgot", auth.forgot, name="forgot"),
    path("reset/<str:token>", auth.reset, name="reset"),
    path("join/<str:token>", auth.join, name="join"),
    path("setup/<str:token>", auth.setup, name="setup"),
    path("language", auth.language, name="language"),
    path("profile", profile.profile, name="profile"),
    path("profile/password", profile.password, name="profile_password"),
    path("profile/sessions/end", profile.end_sessions, name="end_sessions"),
    path("profile/notifications", profile.notifications, name="profile_notifications"),
    path("profile/tokens", profile.tokens, name="profile_tokens"),
    path("profile/tokens/<int:pk>/revoke", profile.revoke_token, name="revoke_token"),
    path("profile/theme", profile.theme, name="theme"),
    path("profile/away", profile.away, name="away"),
    path("settings/people", people.people, name="people"),
    path("settings/people/invite", people.invite, name="invite"),
    path("settings/people/<int:pk>", people.person, name="person"),
    path("settings/people/<int:pk>/leave", people.leave, name="leave"),
    path("settings/people/<int:pk>/return", people.come_back, name="come_back"),
    path("settings/people/<int:pk>/reset", people.send_reset, name="send_reset"),
    path("settings/invitations/<int:pk>/resend", people.resend, name="resend_invitation"),
    path("settings/invitations/<int:pk>/withdraw", people.withdraw, name="withdraw_invitation"),
    path("settings/teams", teams.teams, name="teams"),
    path("settings/teams/new", teams.new_team, name="new_team"),
    path("settings/teams/<int:pk>", teams.team, name="team"),
    path("settings/teams/<int:pk>/delete", teams.delete_team, name="delete_team"),
    path("notifications", notifications.notifications, name="notifications"),
    path("notifications/seen", notifications.seen, name="notifications_seen"),
    path("notifications/push", notifications.push_subscription, name="push"),
    path("sw.js", notifications.service_worker, name="service_worker"),
]
