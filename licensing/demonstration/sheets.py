"""The papers that the invented businesses hand in: one page each, that says what it stands for and that it is invented.

All are typeset at once and then taken apart, which takes a second instead of a minute.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from threading import Event

import pikepdf

from config.settings import Settings
from config.storage import write_durably
from config.typeset import Typesetter, TypesetterUnavailable
from config.unit_of_work import UnitOfWork
from licensing.demonstration.acts import PLAN, RECORD, file_names
from licensing.demonstration.stories import STORIES

TEMPLATE = Path(__file__).parent / "templates" / "sheets.typ"
PATIENCE = 30.0  # seconds, for the typesetter that is just being started
TITLES = {
    "business_registration": "Giấy chứng nhận đăng ký kinh doanh",
    "premises": "Bản thuyết minh về cơ sở vật chất, trang thiết bị, dụng cụ bảo đảm điều kiện an toàn thực phẩm",
    "health": "Giấy khám sức khỏe của chủ cơ sở và người lao động",
    "training": "Giấy xác nhận tập huấn kiến thức an toàn thực phẩm",
    PLAN: "Sơ đồ mặt bằng cơ sở",
    RECORD: "Biên bản thẩm định thực tế tại cơ sở",
}


def papers_of_all(unit: UnitOfWork, settings: Settings) -> Mapping[str, Mapping[str, bytes]]:
    """For each establishment its papers by what they are asked for."""
    places = [(story, name) for story in STORIES for name in (*file_names(story), RECORD)]
    pages = [
        {
            "title": TITLES[name],
            "establishment": story.establishment,
            "owner": story.business.owner,
            "number": story.business.tax_code,
            "place": story.business.place,
            "products": "; ".join(story.products),
            "plan": name == PLAN,
        }
        for story, name in places
    ]
    found: dict[str, dict[str, bytes]] = {}
    with pikepdf.open(BytesIO(_typeset(unit, settings, pages))) as whole:
        for (story, name), page in zip(places, whole.pages, strict=True):
            found.setdefault(story.establishment, {})[name] = _alone(page)
    return found


def _alone(page: pikepdf.Page) -> bytes:
    with pikepdf.new() as sheet:
        sheet.pages.append(page)
        out = BytesIO()
        sheet.save(out)
        return out.getvalue()


def _typeset(unit: UnitOfWork, settings: Settings, pages: list[dict[str, object]]) -> bytes:
    """By the typesetter process, once it listens. It sees the template alone, in a folder of this installation."""
    folder = settings.data_folder / "templates" / "demonstration"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_durably(folder / TEMPLATE.name, TEMPLATE.read_bytes())
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            typesetter = unit.tools[Typesetter]
            return typesetter.typeset(
                folder, TEMPLATE.name, {"pages": pages}, at=unit.clock.now(), standards=(), tagged=False
            )
        except TypesetterUnavailable:
            if time.monotonic() > deadline:
                raise
            Event().wait(0.1)
