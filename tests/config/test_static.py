"""Assets: found only inside their folder, cached for ever under the current hash."""

import asyncio
import gzip
from pathlib import Path
from typing import Any

import pytest

from tamada.config.static import StaticFiles, folder_hash, url_prefix


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assets = tmp_path / "assets"
    (assets / "fonts").mkdir(parents=True)
    (assets / "desk.js").write_text("let a = 1;" * 100)
    (assets / "fonts" / "noto.woff2").write_bytes(b"\0font")
    (assets / ".stamp").write_text("x")
    (tmp_path / "secret.txt").write_text("secret")
    (assets / "out.txt").symlink_to(tmp_path / "secret.txt")
    return assets


def get(folder: Path, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"method": method, "path": path, "headers": pairs}
    asyncio.run(StaticFiles(folder, "current")(scope, send))
    return sent[0]["status"], {k.decode(): v.decode() for k, v in sent[0]["headers"]}, sent[1]["body"]


def test_a_file_under_the_current_hash_is_cached_for_ever(folder: Path) -> None:
    status, headers, body = get(folder, "/static/current/desk.js")
    assert status == 200
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert body == (folder / "desk.js").read_bytes()
    assert get(folder, "/static/current/fonts/noto.woff2")[1]["content-type"] == "font/woff2"


def test_an_old_hash_is_served_but_not_kept(folder: Path) -> None:
    assert get(folder, "/static/old/desk.js")[1]["cache-control"] == "no-cache"


def test_text_is_compressed_for_who_asks(folder: Path) -> None:
    _, headers, body = get(folder, "/static/current/desk.js", accept_encoding="br, gzip")
    assert headers["content-encoding"] == "gzip"
    assert headers["vary"] == "accept-encoding"
    assert gzip.decompress(body) == (folder / "desk.js").read_bytes()
    assert "content-encoding" not in get(folder, "/static/current/fonts/noto.woff2", accept_encoding="gzip")[1]


def test_a_head_has_no_body_and_an_unchanged_file_is_not_sent_again(folder: Path) -> None:
    status, headers, body = get(folder, "/static/current/desk.js", "HEAD")
    assert (status, body) == (200, b"")
    assert headers["content-length"] == "1000"
    status, _, body = get(folder, "/static/old/desk.js", if_modified_since=headers["last-modified"])
    assert (status, body) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "current",
        "current/",
        "current/fonts",
        "current/../../secret.txt",
        "current/out.txt",
        "current/.stamp",
        "current/a\0b",
    ],
)
def test_nothing_else_is_served(folder: Path, path: str) -> None:
    assert get(folder, f"/static/{path}")[0] == 404


def test_only_reading_is_allowed(folder: Path) -> None:
    assert get(folder, "/static/current/desk.js", "POST")[0] == 405


def test_the_hash_follows_the_content_and_not_the_place(folder: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(folder, copy, symlinks=True)
    assert folder_hash(folder) == folder_hash(copy)
    other = tmp_path / "other"
    shutil.copytree(folder, other, symlinks=True)
    (other / "desk.js").write_text("let a = 2;")
    assert folder_hash(folder) != folder_hash(other)
    assert url_prefix(folder, debug=True) == "/static/dev/"
    assert url_prefix(folder, debug=False) == f"/static/{folder_hash(folder)}/"
    assert len(folder_hash(tmp_path / "absent")) == 12


@pytest.fixture
def widget(folder: Path) -> Path:
    (folder / "widget.js").write_text("let w = 1;" * 50)
    (folder / "widget-panel-ABCD1234.js").write_text("export let p = 1;")
    (folder / "manifest.json").write_text('{"widget.js": "widget.js", "widget-panel.js": "widget-panel-ABCD1234.js"}')
    return folder


def test_the_widget_has_an_address_that_lasts_and_is_asked_again_soon(widget: Path) -> None:
    status, headers, body = get(widget, "/widget.js")
    assert (status, body) == (200, (widget / "widget.js").read_bytes())
    assert headers["cache-control"] == "public, max-age=300"
    assert headers["access-control-allow-origin"] == "*"
    assert get(widget, "/widget.js", if_none_match=f'"other", {headers["etag"]}')[0] == 304
    assert get(widget, "/widget.js", if_none_match='"other"', if_modified_since=headers["last-modified"])[0] == 200
    assert get(widget, "/static/widget/panel.js")[2] == b"export let p = 1;"


def test_what_the_widget_loads_is_kept_for_ever_and_other_origins_may_read_only_that(widget: Path) -> None:
    headers = get(widget, "/static/widget/widget-panel-ABCD1234.js")[1]
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in get(widget, "/static/widget/desk.js")[1]
    assert get(widget, "/static/widget/desk.js")[1]["cache-control"] == "no-cache"


def test_before_anything_is_built_there_is_no_widget(folder: Path) -> None:
    assert get(folder, "/widget.js")[0] == 404
