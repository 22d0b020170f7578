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


# Words and dates that stand on two lines: a reader takes "25/6/2" for a day of the year 2.
_BROKEN = r"""() => {
    const found = [], nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (nodes.nextNode()) {
        const whole = /(?<![\p{L}\d/_.@<-])[\p{L}\d/]{2,14}(?![\p{L}\d/_@-])/gu;
        for (const word of nodes.currentNode.data.matchAll(whole)) {
            const range = document.createRange();
            range.setStart(nodes.currentNode, word.index);
            range.setEnd(nodes.currentNode, word.index + word[0].length);
            if (new Set([...range.getClientRects()].map(line => line.top)).size > 1) found.push(word[0]);
        }
    }
    return found;
}"""


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


def test_no_date_and_no_short_word_is_broken_on_a_telephone(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 700})
    broken = {}
    for file in sorted(GOLDEN.glob("*.html")):
        page.set_content(file.read_text(encoding="utf-8"))
        if found := page.evaluate(_BROKEN):
            broken[file.stem] = found
    assert broken == {}


@pytest.mark.parametrize("width", [375, 1000], ids=["phone", "desk"])
def test_a_list_of_a_hundred_units_leaves_the_words_beside_it_whole(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    many = "; ".join(f"UBND xã Tân Cương {number}" for number in range(105))
    broken = {}
    for name in ("digest", "escalation"):
        letter = (GOLDEN / f"{name}.html").read_text(encoding="utf-8")
        assert "đơn vị:</span> " in letter
        page.set_content(letter.replace("đơn vị:</span> ", f"đơn vị:</span> {many}; "))
        if found := page.evaluate(_BROKEN):
            broken[name] = found
    assert broken == {}
