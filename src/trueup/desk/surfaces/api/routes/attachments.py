"""Files: attaching, listing and fetching them."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest
from ninja import File, Router
from ninja.files import UploadedFile

from trueup.desk.base import attachments, verbs
from trueup.desk.base.access import behind, every, get
from trueup.desk.base.models import Attachment
from trueup.desk.surfaces.api import shapes
from trueup.desk.surfaces.api.auth import viewer_in
from trueup.desk.surfaces.api.door import Reply, operation
from trueup.desk.surfaces.api.fields import After, Limit
from trueup.desk.surfaces.api.paging import Page, page
from trueup.desk.surfaces.policy import Policy

router = Router(tags=["attachments"])
Attachments = Page[shapes.AttachmentOut]
Upload = File[UploadedFile]


@operation(
    router,
    "GET",
    "/subjects/{uuid:id}/attachments",
    policy=Policy("list", "attachment"),
    answer=Attachments,
)
def attachments_of(request: HttpRequest, id: UUID, after: After = None, limit: Limit = 50) -> Reply:
    """The files of a record or another thing."""
    viewer = viewer_in(request)
    thing = behind(viewer, id)
    rows = every(viewer, Attachment).filter(subject=thing.pk)
    return Reply(page(Attachments, rows, after, limit, shapes.attachment))


@operation(
    router,
    "POST",
    "/subjects/{uuid:id}/attachments",
    policy=Policy("attach", "attachment"),
    answer=shapes.AttachmentOut,
    status=201,
)
def attach(request: HttpRequest, id: UUID, file: Upload) -> Reply:
    """Attach a file of at most 25 MB."""
    viewer = viewer_in(request)
    row = verbs.attach(
        behind(viewer, id),
        file.name or "file",
        file.chunks(),
        declared_type=file.content_type or "",
        actor=viewer,
        via="api",
    )
    where = {"Location": f"/api/v1/attachments/{row.pk}"}
    return Reply(shapes.attachment(row), status=201, headers=where)


@operation(
    router,
    "GET",
    "/attachments/{uuid:id}",
    policy=Policy("see", "attachment"),
    answer=shapes.AttachmentOut,
)
def attachment(request: HttpRequest, id: UUID) -> Reply:
    """One file, without its bytes."""
    return Reply(shapes.attachment(get(viewer_in(request), Attachment, id)))


@operation(
    router,
    "GET",
    "/attachments/{uuid:id}/content",
    policy=Policy("download", "attachment"),
    answer=None,
    raw=True,
)
def content(request: HttpRequest, id: UUID) -> FileResponse:
    """The bytes of a file, to be saved and never shown."""
    row = get(viewer_in(request), Attachment, id)
    answer = FileResponse(attachments.path_of(row).open("rb"))
    for name, value in attachments.headers_for(row).items():
        answer[name] = value
    return answer
