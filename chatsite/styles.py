"""The site's style sheets as one file: a browser paints nothing before it has all of them."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

NAME = "css/clearcall.css"
_IMPORT = re.compile(r'@import "([\w-]+\.css)";')


class OneSheet(BaseFinder):
    """Finds `NAME`: static/css/main.css with what it imports in its place."""

    def find(self, path: str, find_all: bool = False) -> Any:
        if path != NAME:
            return []
        return [str(joined())] if find_all else str(joined())

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        joined()
        yield NAME, FileSystemStorage(location=_folder())


def joined() -> Path:
    """Return where the one file lies: as old as its youngest part, and written anew where it is not."""
    parts = settings.BASE_DIR / "static" / "css"
    changed = max(path.stat().st_mtime_ns for path in (parts, *parts.glob("*.css")))
    sheet = _folder() / NAME
    if not sheet.exists() or sheet.stat().st_mtime_ns != changed:
        main = (parts / "main.css").read_text("utf-8")
        whole = _IMPORT.sub(lambda found: (parts / found[1]).read_text("utf-8"), main)
        sheet.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=_folder()) as desk:  # nobody may see half of it
            draft = Path(desk) / sheet.name
            draft.write_text(whole, "utf-8")
            os.utime(draft, ns=(changed, changed))
            draft.replace(sheet)
    return sheet


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "styles"
