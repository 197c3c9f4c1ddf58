"""Scans: what is kept, who may open it, what is swept."""

import io
import shutil
import struct
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from app.core import here
from app.core.answers import Faulty
from app.core.files import StoredFile, checked, sweep
from app.demo.desk import Desk
from app.extensions import db


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), **more: Any) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "teal").save(drawn, kind, **more)
    return drawn.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that claims 100,000 × 100,000 pixels."""
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    piece = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + piece + struct.pack(">I", zlib.crc32(piece))


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pictures_are_drawn_anew(kind: str) -> None:
    secret = b"GPS 22.5431N 114.0579E <script>"
    media_type, kept = checked(picture(kind) + secret)
    assert media_type == "image/jpeg"
    assert secret not in kept
    assert Image.open(io.BytesIO(kept)).size == (60, 40)


def test_large_pictures_shrink_and_stay_readable() -> None:
    _, kept = checked(picture("PNG", (6000, 2000)))
    assert Image.open(io.BytesIO(kept)).size == (3000, 1000)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"<html><script>alert(1)</script>", b"<?php echo 1;", b"MZ\x90\x00" * 10, b"<svg onload=alert(1)>",
        b"GIF89a" + b"\0" * 50, b"PK\x03\x04" + b"\0" * 50, bomb(), b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0broken",
        PDF.replace(b"/Catalog", b"/Catalog/OpenAction 2 0 R"), PDF + b"/JavaScript (app.alert(1))",
        picture("PNG")[:40], b"%PDF-" + b"x" * (10 * 1024 * 1024),
    ],
    ids=["nothing", "html", "php", "exe", "svg", "gif", "zip", "bomb", "head", "broken", "opens", "script", "cut", "large"],
)  # fmt: skip
def test_everything_else_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(Faulty) as refused:
        checked(data)
    assert str(refused.value.faults["file"])


@pytest.fixture
def worker(app: Any) -> int:
    with here.as_house():
        desk = Desk(db.session)
        contractor = desk.enter("contractor", "renovation_clerk", name="测试装饰公司", credit_code="91350100M000100Y43",
                                contact_name="张三", phone="13577272786")  # fmt: skip
        made = desk.enter(
            "worker", "renovation_clerk", contractor=contractor, name="魏松", id_number="11010519491231002X"
        )
        db.session.commit()
    return made


def send(client: Any, row_id: int, data: bytes, name: str = "x.png") -> Any:
    return client.client.post(
        f"/api/v1/worker/{row_id}/file/photo", data={"file": (io.BytesIO(data), name)}, headers=client.headers
    )


def test_a_photo_goes_in_and_comes_out_for_who_may(api: Any, worker: int, home: Path) -> None:
    clerk, gate, auditor, designer = api("renovation_clerk"), api("gate"), api("auditor"), api("designer")
    assert clerk.get(f"worker/{worker}/file/photo").status_code == 404
    assert send(gate, worker, picture()).status_code == 403
    assert send(clerk, worker, b"<html>").status_code == 422
    assert send(clerk, 99999, picture()).status_code == 404
    done = send(clerk, worker, picture())
    assert done.status_code == 200, done.text
    assert clerk.get(f"worker/{worker}").json["result"]["photo"]["label"] == "已上传"
    answer = clerk.get(f"worker/{worker}/file/photo")
    assert answer.status_code == 200
    assert Image.open(io.BytesIO(answer.data)).size == (60, 40)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert auditor.get(f"worker/{worker}/file/photo").status_code == 404  # masked
    assert designer.get(f"worker/{worker}/file/photo").status_code == 403  # not their register
    assert clerk.get(f"worker/{worker}/file/name").status_code == 404
    with here.as_house():
        stored = db.session.execute(select(StoredFile)).scalar_one()
        lying = home / "files" / stored.key[:2] / stored.key
        assert lying.exists()
        assert b"JFIF" not in lying.read_bytes()
        assert lying.stat().st_mode & 0o077 == 0


def test_the_page_takes_a_photo_and_tells_what_is_wrong(sign_in: Any, worker: int) -> None:
    clerk = sign_in("renovation_clerk")
    page = clerk.get(f"/worker/{worker}")
    assert "尚未上传" in page.text
    refused = clerk.post(f"/worker/{worker}/file/photo", {"file": (io.BytesIO(b"<svg>"), "photo.jpg")})
    assert refused.status_code == 422
    assert "只能上传照片" in refused.text
    assert 'id="file-photo-fault"' in refused.text
    assert clerk.post(f"/worker/{worker}/file/photo", {"file": (io.BytesIO(picture()), "p.png")}).status_code == 302
    assert f'src="/worker/{worker}/file/photo?thumb=1"' in clerk.get(f"/worker/{worker}").text
    small = clerk.get(f"/worker/{worker}/file/photo?thumb=1")
    assert (small.status_code, small.content_type) == (200, "image/jpeg")
    assert "sandbox" in small.headers["Content-Security-Policy"]
    assert sign_in("auditor").get(f"/worker/{worker}/file/photo?thumb=1").status_code == 404


def test_nobody_points_a_row_at_another_file(api: Any, worker: int) -> None:
    clerk = api("renovation_clerk")
    assert send(clerk, worker, picture()).status_code == 200
    refused = clerk.put(f"worker/{worker}", photo=1)
    assert refused.status_code == 422
    assert "photo" in refused.json["errors"]


def test_what_nobody_names_is_swept(app: Any, api: Any, worker: int, home: Path, time_machine: Any) -> None:
    shutil.rmtree(home / "files", ignore_errors=True)  # other tests' files lie in the same home
    clerk = api("renovation_clerk")
    for _ in range(2):
        assert send(clerk, worker, picture()).status_code == 200
    db.session.commit()
    assert sweep(db.session) == 0
    now = here.now()
    time_machine.move_to(now + timedelta(days=31))
    assert sweep(db.session) == 2  # the row of the replaced one, and its file
    with here.as_house():
        assert len(db.session.execute(select(StoredFile)).scalars().all()) == 1
