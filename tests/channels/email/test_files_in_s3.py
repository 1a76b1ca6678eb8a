"""A mail with a file, in and out, where files are kept in an S3-compatible store; and while that store is away."""

import io
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from tests.helpers.polling import until
from tests.helpers.proof import full_only
from tests.helpers.servers import Bucket
from tests.helpers.smtp import FakeSMTP
from tests.helpers.tamada import RunningTamada

pytestmark = [pytest.mark.servers, pytest.mark.proof, full_only]
PLAN = b"%PDF-1.4 the plan of the flat"


def mail(subject: str, content: bytes) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ani@mail.am", "info@company.example", subject
    message.set_content("The plan is attached.")
    message.add_attachment(content, maintype="application", subtype="pdf", filename="plan.pdf")
    return message


def send(tamada: RunningTamada, subject: str, content: bytes) -> None:
    tamada.send_mail(mail(subject, content), sender="ani@mail.am", recipients=["info@company.example"])


def test_a_file_comes_in_is_read_and_leaves_and_waits_while_the_store_is_away(
    running: Callable[..., RunningTamada], s3_server: Bucket, smtp_server: FakeSMTP
) -> None:
    tamada = running(environment={"TAMADA_STORAGE_URL": s3_server.url, "TAMADA_SMTP_URL": smtp_server.url})
    tamada.add_user("nare@desk.example")
    tamada.add_inbox("Support", "--email", "info@company.example")
    with tamada.api(tamada.token("nare@desk.example")) as api:
        send(tamada, "The first", PLAN)
        until(lambda: api.get("conversations").json()["items"], seconds=30)
        conversation = api.get("conversations").json()["items"][0]["id"]
        (message,) = api.get(f"conversations/{conversation}/messages").json()["items"]
        (file,) = message["attachments"]
        assert api.get(f"attachments/{file['id']}").content == PLAN
        assert not list((tamada.data_dir / "files").rglob("*"))

        uploaded = api.post("attachments", files={"file": ("offer.txt", io.BytesIO(b"An offer"), "text/plain")}).json()
        said = {"kind": "out", "text": "Our offer is attached.", "attachments": [uploaded["id"]]}

        s3_server.pause()
        try:
            send(tamada, "The second", b"%PDF-1.4 another plan")  # acknowledged: it is in the journal
            assert api.post(f"conversations/{conversation}/messages", json=said).status_code == 201
            waiting = "SELECT last_error FROM conversations_delivery WHERE attempts > 0 AND settled_at IS NULL"
            until(lambda: tamada.rows(waiting), seconds=40, what="a try without the file")
            assert "StoreAway" in tamada.rows(waiting)[0][0]
            assert len(api.get("conversations").json()["items"]) == 1
        finally:
            s3_server.go_on()
        until(lambda: len(api.get("conversations").json()["items"]) == 2, seconds=60, what="the mail that waited")
        until(lambda: smtp_server.received, seconds=90, what="the answer that waited")
        assert b"offer.txt" in smtp_server.received[0].raw
        listed = s3_server.client().list_objects_v2(Bucket="files")["Contents"]
        assert len(listed) >= 3
