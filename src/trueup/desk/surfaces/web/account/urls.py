"""Addresses of log-in, log-out and one's own settings."""

from django.urls import path

from trueup.desk.surfaces.web.account import login, me, people

urlpatterns = [
    path("", login.home, name="home"),
    path("login", login.login_page, name="login"),
    path("logout", login.logout_page, name="logout"),
    path("enter", login.enter_as, name="enter_as"),
    path("settings", me.settings_page, name="settings"),
    path("settings/password", me.password, name="password"),
    path("settings/asking", me.asking, name="asking"),
    path("people", people.people, name="admin_people"),
    path("people/new", people.add, name="admin_person_new"),
    path("people/<uuid:key>", people.person, name="admin_person"),
    path("people/<uuid:key>/<slug:verb>", people.act, name="admin_act"),
    path("language", me.language, name="language"),
]
