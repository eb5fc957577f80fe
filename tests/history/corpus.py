"""Every defect of the corpus."""

from __future__ import annotations

from tests.history.defect import Defect
from tests.history.images import IMAGES
from tests.history.modules import MODULES
from tests.history.needs import NEEDS

DEFECTS: tuple[Defect, ...] = (*MODULES, *NEEDS, *IMAGES)
