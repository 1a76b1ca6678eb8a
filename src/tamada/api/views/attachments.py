"""Files."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import File, Router, UploadedFile

from tamada.conversations.actions import attach
from tamada.core import storage

from .. import schemas
from ..answers import answer
from ..caller import caller_of
from ..files import check_size, download, visible_attachments
from ..idempotency import once
from ..ids import pk_of
from ..problems import not_found
from ..shapes import attachment_item

router = Router(tags=["Attachments"])


@router.post("/attachments", response={201: schemas.Attachment}, summary="Upload a file")
def upload(request: HttpRequest, file: File[UploadedFile]) -> HttpResponse:
    """Keep a file of at most 25 MB for a message: name its id in `attachments`. Unused uploads go after a day."""
    caller = caller_of(request)
    check_size(file.size or 0)
    # Stored ahead of the transaction that remembers the answer: files are not written inside one.
    row = attach(agent=caller.agent, draft=None, name=file.name or "file", content=file.read())

    def work() -> HttpResponse:
        return answer(attachment_item(row), 201, location=f"/api/v1/attachments/{row.pk}")

    return once(request, work)


@router.get("/attachments/{id}", response={200: None}, summary="Download a file")
def get_attachment(request: HttpRequest, id: str) -> HttpResponseBase:  # noqa: A002
    """The file itself."""
    row = visible_attachments(caller_of(request).agent).filter(pk=pk_of(id)).first()
    if row is None:
        raise not_found()
    try:
        return download(storage.open(row.blob), name=row.name, type_=row.type)
    except storage.MissingFile:
        raise not_found() from None
