"""Real faces and data beside the project, where they exist; tests that need them are skipped elsewhere."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
MEDIA = SHARED / "media"
DATA = SHARED / "data"

needs_media = pytest.mark.skipif(not MEDIA.is_dir(), reason="real faces are not beside the project")
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="FER2013 is not beside the project")
