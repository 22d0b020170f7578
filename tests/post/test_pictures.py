"""Every letter as a reader sees it, on a desk and on a telephone: nothing runs out of the page."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    chromium = shutil.which("chromium")
    assert chromium, "chromium is missing; tests/servers/install.sh installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


@pytest.mark.parametrize("width", [375, 1000], ids=["phone", "desk"])
def test_no_letter_is_wider_than_its_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    wide = {}
    for file in sorted(GOLDEN.glob("*.html")):
        page.set_content(file.read_text(encoding="utf-8"))
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            wide[file.stem] = needed
        # A picture of something: a letter that shows nothing is as bad as one that is cut off.
        assert len(page.screenshot(full_page=True)) > 5_000, file.stem
    assert wide == {}
