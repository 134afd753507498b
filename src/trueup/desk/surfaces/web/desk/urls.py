"""Addresses of the technician's pages."""

from django.urls import URLPattern, path

from trueup.desk.surfaces.web.desk import acts, deciding, find, now, opening, queue, record, talk

urlpatterns: list[URLPattern] = [
    path("now", now.now, name="now"),
    path("board", now.board, name="board"),
    path("approvals", deciding.approvals, name="approvals"),
    path("approvals/<uuid:id>", deciding.decide, name="decide"),
    path("work", queue.queue, name="queue"),
    path("work/news", queue.news, name="queue_news"),
    path("work/filter/<slug:choice>", queue.choices, name="queue_filter"),
    path("work/whom", queue.whom, name="bulk_whom"),
    path("work/bulk", queue.bulk, name="bulk"),
    path("work/views", queue.save_view, name="save_view"),
    path("work/new", opening.new_record, name="new_record"),
    path("records/<uuid:id>", record.record, name="record"),
    path("records/<uuid:id>/here", record.here, name="here"),
    path("records/<uuid:id>/say", talk.say, name="say"),
    path("records/<uuid:id>/files", talk.upload, name="upload"),
    path("records/<uuid:id>/do/<slug:verb>", acts.act, name="act"),
    path("palette", find.palette, name="palette"),
    path("keys", find.keys, name="keys"),
]
