"""Writes the references anew; `make reference` calls it, and tests/test_reference.py holds them true."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from reference import rules, templates

for written in (rules, templates):
    written.PAGE.write_text(written.page(), encoding="utf-8")
