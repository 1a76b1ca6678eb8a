"""Encryption and signing of Web Push, against the RFC's own example and the algorithms read from the other side."""

import json

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from tamada.notifications import webpush
from tamada.notifications.webpush import Recipient, b64, unb64
from tests.helpers.push import Browser

# RFC 8291, section 5 and appendix A.
RFC_PLAIN = b"When I grow up, I want to be a watermelon"
RFC_SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RFC_RECIPIENT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
RFC_AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
RFC_SALT = "DGv6ra1nlYgDCS1FRnbzlw"
RFC_BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y"
    "l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_rfc_comes_out_byte_for_byte() -> None:
    sealed = webpush.encrypt(
        RFC_PLAIN, Recipient.of(RFC_RECIPIENT, RFC_AUTH), key=webpush.load_key(RFC_SENDER), salt=unb64(RFC_SALT)
    )
    assert b64(sealed) == RFC_BODY


def test_the_browser_reads_it_and_nobody_else() -> None:
    browser, stranger = Browser(), Browser()
    sealed = webpush.encrypt("Ձեզ գրել են".encode(), Recipient.of(browser.p256dh, browser.auth))
    assert browser.decrypt(sealed).decode() == "Ձեզ գրել են"
    with pytest.raises(InvalidTag):
        stranger.decrypt(sealed)


def test_two_messages_share_nothing() -> None:
    browser = Browser()
    first, second = (webpush.encrypt(b"same", Recipient.of(browser.p256dh, browser.auth)) for _ in range(2))
    assert first[:16] != second[:16]
    assert first[21:86] != second[21:86]


def test_the_largest_message_fits_one_record_and_a_larger_one_is_refused() -> None:
    to = Recipient.of(Browser().p256dh, Browser().auth)
    assert len(webpush.encrypt(b"a" * webpush.MOST_BYTES, to)) == 4096
    with pytest.raises(ValueError, match="at most"):
        webpush.encrypt(b"a" * (webpush.MOST_BYTES + 1), to)


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", ""),
        (RFC_RECIPIENT, "short"),
        (RFC_RECIPIENT[:-4], RFC_AUTH),
        ("B" + "A" * 86, RFC_AUTH),
        ("հ" * 87, RFC_AUTH),
        (RFC_RECIPIENT, "***"),
    ],
)
def test_what_is_no_key_is_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  bad base64, a wrong length and a point off the curve all count
        Recipient.of(p256dh, auth)


def test_the_signature_names_the_service_and_is_ours() -> None:
    key = webpush.load_key(webpush.new_key())
    header = webpush.authorization(
        "https://push.example:8443/send/abc?x=1", key, subject="mailto:a@b.example", expires=1_700_000_000
    )
    token, public = header.removeprefix("vapid t=").split(", k=")
    head, body, signature = token.split(".")
    assert json.loads(unb64(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(unb64(body)) == {
        "aud": "https://push.example:8443",
        "exp": 1_700_000_000,
        "sub": "mailto:a@b.example",
    }
    raw = unb64(signature)
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    ours = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(public))
    ours.verify(der, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        ours.verify(der, f"{head}x.{body}".encode(), ec.ECDSA(hashes.SHA256()))
