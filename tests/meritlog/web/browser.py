"""A real Chromium, as somebody has it open: in their language, in a window of some size."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from tests.lacking import lacking
from tests.meritlog.web.serving import until

WINDOW = (1600, 900)


class Browser:
    """What somebody sees and does."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        """Go there."""
        self.driver.get(url)

    def size(self, width: int, height: int) -> None:
        """See it in a window, or a hand, of that size."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def one(self, selector: str) -> WebElement:
        """An element, once it is there."""
        found: WebElement = until(lambda: self.all(selector), bool)[0]
        return found

    def all(self, selector: str) -> list[WebElement]:
        """All such elements now."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def ask(self, script: str, *arguments: Any) -> Any:
        """What a script answers."""
        return self.driver.execute_script(script, *arguments)

    def press(self, *keys: str) -> None:
        """Press keys, wherever the focus is, and though what has it is just moving."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def text(self, selector: str) -> str:
        """The text of the first such element; empty where there is none."""
        return str(self.ask("return document.querySelector(arguments[0])?.textContent ?? ''", selector))

    def managers(self) -> list[str]:
        """The managers on the board, from the top, as they stand on the screen."""
        script = """return [...document.querySelectorAll('.rows .row')]
            .map((row) => [row.getBoundingClientRect().top, row.dataset.manager])
            .sort((one, other) => one[0] - other[0]).map((pair) => pair[1])"""
        return list(self.ask(script))

    def complaints(self) -> list[str]:
        """What the browser's console complained of: errors, refused scripts and styles."""
        return [str(entry["message"]) for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]


@contextmanager
def browser(profile: Path, language: str) -> Iterator[Browser]:
    """A browser in that language, with a profile of its own."""
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        lacking("no browser: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "headless=new",
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "disable-dev-shm-usage",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
        f"user-data-dir={profile}",
        f"lang={language}",
    ):
        options.add_argument(f"--{argument}")
    options.add_experimental_option("prefs", {"intl.accept_languages": language})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, Service(chromedriver))
    driver.set_script_timeout(20)
    try:
        opened = Browser(driver)
        opened.size(*WINDOW)
        yield opened
    finally:
        driver.quit()
