"""The page in a real browser, served by the real server, while events come in."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from engine.log import Log
from engine.people import Person, remember
from meritlog.web.app import STATIC
from meritlog.words import Language, Words
from tests.meritlog.web.browser import WINDOW, Browser, browser
from tests.meritlog.web.made import PERIOD, PLAN, append, beginning, fee, made
from tests.meritlog.web.serving import Server, served, until

ATTACK = "<img src=x onerror=document.title='owned'>"
MANAGERS = ("M-1", "M-2", "M-3", ATTACK)


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile"), "en-GB") as opened:
        yield opened


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Log:
    log = made(tmp_path_factory.mktemp("page") / "log", beginning(MANAGERS))
    remember(log.path, [Person("M-1", "王敏"), Person("M-2", "Li <b>Qiang</b>")])
    return log


@pytest.fixture(scope="module")
def running(bank: Log) -> Iterator[Server]:
    with served(bank.path, "--verify-every", "off") as server:
        server.until(lambda health: health["status"] == "ok")
        yield server


@pytest.fixture
def page(english: Browser, running: Server) -> Iterator[Browser]:
    """The page, open; nobody may have complained by the end."""
    english.size(*WINDOW)
    english.open(f"{running.url}/?period={PERIOD}&lang=en")
    until(lambda: english.text("#live"), lambda how: how == "Live")
    yield english
    assert english.complaints() == []


def shown(page: Browser, manager: str, part: str) -> str:
    """A cell of a manager's row."""
    script = """const rows = [...document.querySelectorAll('.rows .row')];
        const row = rows.find((one) => one.dataset.manager === arguments[0]);
        return row?.querySelector(arguments[1])?.textContent ?? ''"""
    return str(page.ask(script, manager, part))


def test_the_board_is_shown_as_the_api_tells_it(page: Browser, running: Server) -> None:
    board = running.get(f"/boards/{PLAN}/{PERIOD}").json()
    until(page.managers, lambda managers: managers == [row["manager_id"] for row in board["rows"]])
    for row in board["rows"]:
        assert shown(page, row["manager_id"], ".number") == row["score"]
        assert shown(page, row["manager_id"], ".rank") == str(row["rank"])
        assert shown(page, row["manager_id"], ".unit") == row["org_unit"]
    assert (page.text("#through"), page.text("#lag")) == (board["through"], "0")
    assert page.text("#position") == str(board["position"])
    until(lambda: page.text("#digest"), lambda text: text == f"{board['digest'][7:19]} ✓")
    until(lambda: shown(page, "M-1", "strong"), lambda name: name == "王敏")


def test_rows_move_and_figures_change_while_events_come_in(page: Browser, bank: Log, running: Server) -> None:
    until(page.managers, lambda managers: len(managers) == len(MANAGERS))
    last = page.managers()[-1]
    customer = MANAGERS.index(last) + 1
    page.ask("window.stays = document.querySelector('.rows .row')")
    append(bank, [fee(f"leap-{time.monotonic_ns()}", "2025-02-11", customer, "12345678.90")])
    until(page.managers, lambda managers: managers[0] == last)
    assert page.ask("return window.stays.isConnected"), "rows move; they are not made anew"
    board = running.get(f"/boards/{PLAN}/{PERIOD}").json()
    whole, _, _ = board["rows"][0]["score"].partition(".")
    until(lambda: shown(page, last, ".number"), lambda text: text.replace(",", "").startswith(whole))
    assert shown(page, last, ".number").startswith("12,3")
    assert shown(page, last, ".change").startswith("▲")
    assert page.ask("return document.querySelectorAll('.flash').length") > 0
    until(lambda: page.text("#spoken"), lambda text: text.endswith("is now first."))
    until(lambda: page.text("#digest"), lambda text: text == f"{board['digest'][7:19]} ✓")


def test_a_manager_whose_id_is_a_script_is_shown_as_text(page: Browser) -> None:
    until(page.managers, lambda managers: ATTACK in managers)
    assert shown(page, ATTACK, "strong") == ATTACK
    until(lambda: shown(page, "M-2", "strong"), lambda name: name == "Li <b>Qiang</b>")
    _open(page, ATTACK)
    assert page.text("#manager-name") == ATTACK
    until(lambda: page.all("#manager .line"), bool)
    assert page.ask("return document.querySelectorAll('#rows img, #rows b, #manager img').length") == 0
    assert "owned" not in str(page.driver.title)


def _open(page: Browser, manager: str) -> None:
    script = "[...document.querySelectorAll('.rows .row')].find((one) => one.dataset.manager === arguments[0]).click()"
    page.ask(script, manager)
    until(lambda: page.ask("return document.getElementById('manager').open"), bool)


def test_a_managers_sheet_has_every_line_and_explains_it_down_to_the_events(page: Browser, running: Server) -> None:
    _open(page, "M-1")
    lines = running.get("/managers/M-1/lines", params={"plan": PLAN, "period": PERIOD}).json()["lines"]
    until(lambda: len(page.all("#manager .line")), lambda count: count == len(lines))
    fees = page.one("#manager [data-line=fees]")
    assert "21(3)6" in fees.text
    fees.click()
    until(lambda: page.text("#manager [data-line=fees] .rule"), lambda text: text.startswith("Formula"))
    filled = page.text("#manager [data-line=fees] .rule.filled")
    income = page.text("#manager [data-line=fees] .branch .value")
    assert filled == f"= {income} × 1", "the formula again, with the figures and parameters that it is made of"
    rule = page.text("#manager [data-line=fees] .rule")
    assert rule == "Formula Fees of intermediary business × Weight of fees", "in words, not by the names of the plan"
    page.one("#manager [data-line=fees] .branch summary").click()
    events = [cell.text for cell in page.all("#manager [data-line=fees] .credits td:first-child")]
    assert "e-first-1" in events
    origin = [cell.text for cell in page.all("#manager [data-line=fees] .credits tr:last-child td")][-2:]
    assert all(origin), "where the event comes from, and where it stands in the log"


def test_what_somebody_is_reading_stays_while_events_come_in(page: Browser, bank: Log) -> None:
    _open(page, "M-1")
    page.one("#manager [data-line=fees]").click()
    page.one("#manager [data-line=fees] .branch summary").click()
    before = page.text("#manager [data-line=fees] .value")
    append(bank, [fee(f"meanwhile-{time.monotonic_ns()}", "2025-02-12", 1, "77.00")])
    until(lambda: page.text("#newer span"), lambda text: text.startswith("The board has moved since"))
    assert page.all("#manager [data-line=fees] .branch[open]"), "nothing folds up under the reader's eyes"
    assert page.text("#manager [data-line=fees] .value") == before
    page.one("#newer button").click()
    until(lambda: page.text("#manager [data-line=fees] .value"), lambda text: text != before)
    assert page.ask("return document.getElementById('manager').contains(document.activeElement)")
    assert page.text("#newer") == ""


def test_a_period_that_is_none_is_said_to_be_none_until_another_is_chosen(page: Browser, running: Server) -> None:
    page.open(f"{running.url}/?period=2025Q9&lang=en")
    until(lambda: page.text("#live"), lambda how: how == "Not shown")
    assert "'2025Q9' is no period. Write a year (2025)" in page.text("#empty")
    assert page.text("#period option:checked") == "2025Q9"
    page.one("#current button").click()
    until(lambda: page.text("#live"), lambda how: how == "Live")
    assert page.text("#empty") == ""
    assert all("422" in told for told in page.complaints())


def test_a_plan_that_is_none_is_said_to_be_none_until_another_is_chosen(page: Browser, running: Server) -> None:
    page.open(f"{running.url}/?plan=bank-contributions&lang=en")
    until(lambda: page.text("#live"), lambda how: how == "Not shown")
    assert page.text("#empty") == "There is no plan 'bank-contributions' here. Did you mean 'bank-contribution'?"
    assert page.text("#plan option:checked") == page.text("#title") == "bank-contributions"
    assert page.managers() == []
    page.one("#language").click()
    until(lambda: page.text("#empty"), lambda text: text.startswith("此处没有方案“bank-contributions”"))
    page.one("#language").click()
    until(lambda: page.text("#empty"), lambda text: text.startswith("There is no plan"))
    page.one(f"#plan option[value='{PLAN}']").click()
    until(lambda: page.text("#live"), lambda how: how == "Live")
    assert page.text("#empty") == ""
    assert f"plan={PLAN}" in page.driver.current_url
    assert page.text("#plan option[value='bank-contributions']") == ""
    assert all("404" in told for told in page.complaints())
    page.ask("localStorage.clear()")


def test_the_sheet_is_reached_and_left_with_keys_alone(page: Browser) -> None:
    until(page.managers, lambda managers: len(managers) == len(MANAGERS))
    page.ask("document.querySelector('.rows .row[tabindex=\"0\"]').focus()")
    second = page.managers()[1]
    page.press(Keys.ARROW_DOWN)
    until(lambda: page.ask("return document.activeElement.dataset.manager"), lambda manager: manager == second)
    page.press(Keys.ENTER)
    until(lambda: page.ask("return document.getElementById('manager').open"), bool)
    page.press(Keys.ESCAPE)
    until(lambda: page.ask("return document.getElementById('manager').open"), lambda still: not still)
    assert page.ask("return document.activeElement.dataset.manager") == second


def test_search_and_unit_narrow_the_board(page: Browser) -> None:
    until(page.managers, lambda managers: len(managers) == len(MANAGERS))
    search = page.one("#search")
    search.send_keys("王")
    until(page.managers, lambda managers: managers == ["M-1"])
    assert page.text("#count") == "1 of 4"
    search.send_keys("nobody")
    until(lambda: page.text("#empty"), lambda text: text == "No manager fits the filter.")
    search.clear()
    search.send_keys(" ", Keys.BACKSPACE)
    page.one("#unit option[value='U-0']").click()
    until(lambda: sorted(page.managers()), lambda managers: managers == sorted(["M-2", ATTACK]))


def test_the_language_is_the_browsers_until_another_is_chosen(page: Browser, running: Server) -> None:
    page.open(f"{running.url}/")
    until(lambda: page.text("#title"), lambda text: text == "Contribution plan for bank customer managers")
    until(lambda: page.text("#live"), lambda how: how == "Live")
    assert page.text("#heads .who") == "Manager"
    page.one("#language").click()
    until(lambda: page.text("#heads .who"), lambda text: text == "客户经理")
    assert page.text("#title") == "银行客户经理综合贡献考核办法"
    assert page.ask("return document.documentElement.lang") == "zh-CN"
    assert "季度" in page.text("#current")
    page.open(f"{running.url}/")
    until(lambda: page.text("#live"), lambda how: how == "实时")
    refused = (
        "return import('/static/api.js').then(({ get }) => get('/boards/none/2025')).catch((told) => told.message)"
    )
    assert page.ask(refused) == "此处没有方案“none”。可用方案见 GET /plans。"
    page.one("#language").click()
    assert page.ask(refused) == "There is no plan 'none' here. GET /plans names those that are served."
    assert all("404 (Not Found)" in told for told in page.complaints())
    page.ask("localStorage.clear()")


def test_it_fits_a_hand_and_a_wall(page: Browser) -> None:
    figures = {}
    for width, height in ((390, 844), (1600, 900), (3840, 2160)):
        page.size(width, height)
        until(lambda: len(page.all(".rows .row")), lambda count: count == len(MANAGERS))
        assert page.ask("return document.documentElement.scrollWidth <= innerWidth"), f"{width} px: it scrolls sideways"
        assert page.ask("return parseFloat(getComputedStyle(document.documentElement).fontSize)") >= 11
        figures[width] = len(page.all("#heads .figure"))
    assert figures[390] == 0 < figures[1600] < figures[3840]


@pytest.mark.parametrize("width", [390, 700, 1280])
def test_a_score_of_hundreds_of_millions_is_not_cut_off(page: Browser, width: int) -> None:
    page.size(width, 844)
    until(lambda: len(page.all(".rows .row")), lambda count: count == len(MANAGERS))
    room = """const number = document.querySelector('.rows .row .number');
        number.textContent = '−987,654,321.98…';
        const range = document.createRange();
        range.selectNodeContents(number);
        return number.closest('.cell').getBoundingClientRect().width - range.getBoundingClientRect().width"""
    assert page.ask(room) >= 0
    page.driver.refresh()
    until(lambda: page.text("#live"), lambda how: how == "Live")


def test_on_paper_every_row_is_there(page: Browser) -> None:
    page.ask("dispatchEvent(new Event('beforeprint'))")
    assert page.ask("return document.querySelectorAll('.rows .row').length") == len(MANAGERS)
    assert page.ask("return document.querySelector('.rows .row').style.transform") == "none"
    page.ask("dispatchEvent(new Event('afterprint'))")
    paper = base64.b64decode(page.driver.execute_cdp_cmd("Page.printToPDF", {})["data"])
    assert paper.startswith(b"%PDF")


def test_motion_is_left_out_for_whoever_wants_none(page: Browser) -> None:
    wish = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": wish})
    row = "getComputedStyle(document.querySelector('.rows .row'))"
    until(lambda: len(page.managers()), bool)
    assert page.ask(f"return {row}.transitionProperty === 'none' || {row}.transitionDuration === '0s'")
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_a_board_of_thousands_has_few_rows_at_a_time(english: Browser, tmp_path: Path) -> None:
    log = made(tmp_path / "log", beginning([f"M-{nth:04d}" for nth in range(1500)]))
    with served(log.path, "--verify-every", "off") as server:
        english.open(f"{server.url}/?lang=en")
        until(lambda: english.text("#count"), lambda text: text == "1,500")
        until(lambda: len(english.managers()), lambda count: 10 < count < 80)
        english.ask("scrollTo(0, document.documentElement.scrollHeight)")
        until(english.managers, lambda managers: "M-1499" in managers)
        assert len(english.managers()) < 80


def test_a_lost_connection_is_said_and_found_again_with_the_board_that_holds(
    english: Browser, bank: Log, tmp_path: Path
) -> None:
    log = made(tmp_path / "log", beginning())
    assert bank.path != log.path
    with served(log.path, "--verify-every", "off") as first:
        english.open(f"{first.url}/?period={PERIOD}&lang=en")
        until(lambda: english.text("#live"), lambda how: how == "Live")
        port = first.url.rpartition(":")[2]
        first.end()
        until(lambda: english.text("#live"), lambda how: how.startswith("Connection lost"))
        append(log, [fee("meanwhile", "2025-02-20", 3, "900000")])
        with served(log.path, "--verify-every", "off", "--port", port):
            until(lambda: english.text("#live"), lambda how: how == "Live")
            until(english.managers, lambda managers: managers == ["M-3", "M-1", "M-2"])


def test_a_board_that_is_not_public_asks_for_the_token(english: Browser, bank: Log) -> None:
    secret = {"MERITLOG_SERVE_TOKEN": "open-sesame"}
    with served(bank.path, "--verify-every", "off", environment=secret) as server:
        english.open(f"{server.url}/?lang=en")
        until(lambda: english.ask("return document.getElementById('token').open"), bool)
        assert english.managers() == []
        english.one("#token-input").send_keys("guess", Keys.ENTER)
        until(lambda: english.text("#token-wrong"), lambda text: text == "That is not the token.")
        english.one("#token-input").clear()
        english.one("#token-input").send_keys("open-sesame", Keys.ENTER)
        until(lambda: len(english.managers()), lambda count: count == len(MANAGERS))
        english.driver.delete_all_cookies()


def test_chinese_is_spoken_to_a_chinese_browser(tmp_path: Path, running: Server) -> None:
    with browser(tmp_path / "profile", "zh-CN") as chinese:
        chinese.open(running.url)
        until(lambda: chinese.text("#live"), lambda how: how == "实时")
        assert chinese.text("#heads .rank") == "名次"
        assert chinese.complaints() == []


def test_the_page_says_everything_in_both_languages() -> None:
    english, chinese = re.split(r"\n  zh: \{", (STATIC / "words.js").read_text(encoding="utf-8"))
    keys = re.compile(r"(?:^|[{,\s])\"?([\w-]+)\"?: \"")
    said = set(keys.findall(english))
    assert said == set(keys.findall(chinese.partition("\n  },")[0]))
    used = {
        key
        for file in STATIC.glob("*.*")
        for key in re.findall(r'(?:say\(|data-word=)"(\w+)"', file.read_text(encoding="utf-8"))
    }
    assert used <= said


def test_the_page_calls_groups_of_raters_as_the_terminal_does() -> None:
    chinese = (STATIC / "words.js").read_text(encoding="utf-8").partition("\n  zh: {")[2]
    catalogue = Words(Language.ZH).catalogue
    terminal = {name.removeprefix("rater "): text for name, text in catalogue.items() if name.startswith("rater ")}
    assert dict(re.findall(r'rater_(\w+): "([^"]+)"', chinese)) == terminal
