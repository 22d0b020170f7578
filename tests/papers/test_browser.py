"""The public pages in Chromium: at a desk, on a phone, without a script, by keyboard, read aloud, printed."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from builders import a_book, a_report, some_rules
from playwright.sync_api import Browser, Page, sync_playwright

from mailbot.core.deadlines import deadlines
from mailbot.core.period import Cadence
from mailbot.core.rules import DueRule
from mailbot.papers.portal import Portal
from mailbot.papers.wall import wall_chart
from mailbot.resources import resource

from .a_year import a_year

# One browser for the module; it starts slowly on a loaded machine.
pytestmark = pytest.mark.timeout(240)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the library
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages, served from one folder by a server that knows nothing of them."""
    folder = tmp_path_factory.mktemp("portal")
    for name, content in Portal(resource("templates")).files(some_rules().office, a_year()).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "chromium is missing; tests/servers/install.sh installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(browser: Browser, address: str, **context: Any) -> tuple[Page, list[str]]:
    page = browser.new_context(**context).new_page()
    page.set_default_timeout(60_000)
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("requestfailed", lambda request: troubles.append(request.url))
    # A browser asks for an icon by itself.
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    page.goto(address)
    return page, troubles


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_pages_fit_their_window_without_an_error(
    browser: Browser, site: str, width: int, height: int
) -> None:
    for path in ("/index.html", "/don-vi/xa-007.html"):
        page, troubles = opened(browser, site + path, viewport={"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert troubles == []
        page.context.close()


def test_everything_can_be_read_without_a_script(browser: Browser, site: str) -> None:
    page, _ = opened(browser, f"{site}/index.html", java_script_enabled=False)
    assert page.locator("table#ket-qua tbody tr:not(.group)").count() == 150
    assert page.locator("input").count() == 0
    page.get_by_role("link", name="Ủy ban nhân dân xã Phúc Thuận Trung 7", exact=True).click()
    assert page.locator("h1").inner_text() == "Ủy ban nhân dân xã Phúc Thuận Trung 7"
    assert page.locator("table.list tbody tr").count() == 16
    page.context.close()


def test_the_filter_finds_units_without_accents_and_says_how_many(browser: Browser, site: str) -> None:
    page, troubles = opened(browser, f"{site}/index.html")
    page.get_by_label("Lọc theo tên đơn vị").fill("phuc thuan trung 14")
    shown = page.locator("table#ket-qua tbody tr:not(.group):visible")
    assert shown.count() == 11
    assert page.get_by_role("status").inner_text() == "11 đơn vị"
    page.get_by_label("Lọc theo tên đơn vị").fill("")
    assert shown.count() == 150
    assert troubles == []
    page.context.close()


def test_the_keyboard_reaches_content_filter_table_and_units(browser: Browser, site: str) -> None:
    page, _ = opened(browser, f"{site}/index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Đến nội dung chính"
    seen = []
    for _ in range(8):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.tagName + ' ' + document.activeElement.className"))
    assert "INPUT " in seen
    assert "DIV wide" in seen
    page.keyboard.press("Enter")
    page.wait_for_url("**/don-vi/*.html")
    page.context.close()


def test_a_screen_reader_is_told_what_the_signs_mean(browser: Browser, site: str) -> None:
    page, _ = opened(browser, f"{site}/index.html")
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("navigation", name="Các trang").count() == 1
    assert page.get_by_role("region", name="Bảng kết quả, cuộn ngang được").count() == 1
    table = page.get_by_role("table", name="Kết quả gửi báo cáo của từng đơn vị theo tháng, năm 2026")
    assert table.get_by_role("rowheader").count() >= 150
    heads = table.get_by_role("columnheader").all_inner_texts()
    assert heads[:3] == ["Đơn vị", "T1", "T2"]
    assert "✓ đúng hạn" in {
        " ".join(cell.split()) for cell in table.get_by_role("cell").all_text_contents()
    } or ("✓đúng hạn" in table.get_by_role("cell").all_text_contents())
    pictures = page.get_by_role("img")
    assert pictures.count() == 3
    assert page.evaluate("[...document.querySelectorAll('svg')].every(s => s.querySelector('title, desc'))")
    assert page.evaluate("document.documentElement.lang") == "vi"
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    page.context.close()


def test_colours_are_told_apart_from_their_ground(browser: Browser, site: str) -> None:
    """Contrast of at least 4,5:1 (WCAG 2.1, 1.4.3) for every text that is seen."""
    page, _ = opened(browser, f"{site}/index.html")
    worst = page.evaluate(
        """() => {
        const lum = ([r, g, b]) => {
          const f = c => { c /= 255; return c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; };
          return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
        const rgb = s => (s.match(/[\\d.]+/g) || []).map(Number);
        const ground = e => { for (; e; e = e.parentElement) {
          const c = rgb(getComputedStyle(e).backgroundColor);
          if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
        let worst = [99, ''];
        for (const e of document.querySelectorAll('main *, nav *, footer *')) {
          if (e.closest('svg')) continue;
          if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
          const a = lum(rgb(getComputedStyle(e).color)), b = lum(ground(e));
          const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
          if (ratio < worst[0]) worst = [ratio, e.outerHTML.slice(0, 80)];
        } return worst; }"""
    )
    assert worst[0] >= 4.5, worst
    page.context.close()


def test_it_prints_on_few_pages_with_the_signs_on_them(browser: Browser, site: str, tmp_path: Path) -> None:
    page, _ = opened(browser, f"{site}/index.html")
    pdf = tmp_path / "in.pdf"
    page.pdf(path=str(pdf), format="A4", landscape=True)
    assert 3 <= pdf.read_bytes().count(b"/Type /Page\n") + pdf.read_bytes().count(b"/Type /Page ") <= 15
    page.emulate_media(media="print")
    assert not page.locator("label.filter").is_visible()
    page.context.close()


_IN_TWO_LINES = """() => [...document.querySelectorAll(".year th, .year b")].flatMap(cell => {
    const range = document.createRange(), text = cell.firstChild;
    return [...text.data.matchAll(/\\S+/g)].filter(word => {
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        return new Set([...range.getClientRects()].map(line => line.top)).size > 1;
    }).map(word => word[0]);
})"""


def test_the_chart_for_the_wall_has_its_words_whole_and_is_printed_across_the_sheet(
    browser: Browser, tmp_path: Path
) -> None:
    kinds = (Cadence.MONTH, Cadence.QUARTER, Cadence.HALF, Cadence.NINE_MONTHS, Cadence.YEAR)
    rules = replace(some_rules(), reports=tuple(a_report(kind, due=DueRule(day=20)) for kind in kinds))
    found = deadlines(rules, a_book(), date(2013, 1, 1), date(2013, 12, 31))
    for name, content in wall_chart(resource("templates"), rules.office, rules.calendar, 2013, found).items():
        (tmp_path / name).write_bytes(content)
    page, _ = opened(browser, f"file://{tmp_path}/lich-2013.html", viewport={"width": 1100, "height": 800})
    assert page.evaluate(_IN_TWO_LINES) == []
    printed = page.pdf(prefer_css_page_size=True, format="A4")
    assert re.findall(rb"/MediaBox \[0 0 (\d+)[.\d]* (\d+)", printed)[0] == (b"841", b"594")
    page.emulate_media(media="print")
    # What a sheet of A4 across leaves between its margins.
    page.set_viewport_size({"width": 1062, "height": 733})
    assert page.evaluate(_IN_TWO_LINES) == []
    assert page.evaluate("document.querySelector('.year').getBoundingClientRect().bottom") <= 733
    page.context.close()
