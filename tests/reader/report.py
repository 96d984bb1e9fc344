# SPDX-License-Identifier: GPL-2.0
#
# For report.sh: pages of `tcpstate report` in a headless Chromium, read, clicked
# through and measured as they are drawn.
#
#	report.py DIRECTORY [PICTURE]
#
# DIRECTORY has exchange.html, tour.html, lossy.html, hostile.html, many.html, cut.html, long.html and loss.html;
# tour and lossy are compared with what other views make of these traces in
# tests/golden. PICTURE is where to write one of exchange.html instead.

import base64
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

from selenium import webdriver
from selenium.webdriver import ActionChains
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

GOLDEN = Path("tests/golden")
SVG = "{http://www.w3.org/2000/svg}"


def start():
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu",
                     "--disable-dev-shm-usage", "--window-size=1400,1300"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"),
                            options=options)


def find(css):
    return browser.find_element(By.CSS_SELECTOR, css)


def script(text, *arguments):
    return browser.execute_script("return " + text, *arguments)


def texts(css):
    return script("[...document.querySelectorAll(arguments[0])]"
                  ".map(e => e.textContent)", css)


def same(what, found, wanted):
    assert found == wanted, f"{what}: {found!r}, not {wanted!r}"


def open_page(name):
    browser.get((directory / name).as_uri())


# Nothing was asked of the network, nothing refused, nothing thrown.
def check_quiet():
    same("messages", browser.get_log("browser"), [])
    same("resources", script("performance.getEntriesByType('resource')"), [])


# The texts of each row that is drawn, by its number
def drawn_rows():
    return dict(script("""
        [...document.querySelectorAll("#rows .row")].map(row =>
            [+row.dataset.row,
             [...row.querySelectorAll("span")].map(span => span.textContent)])
        """.strip()))


def drawn():
    return list(drawn_rows().values())


# Till the rows up to the last one are drawn as well
def scroll_to(row, last):
    script("document.getElementById('list').scrollTop = arguments[0] * 22", row)
    WebDriverWait(browser, 10).until(
        lambda _: {row, last} <= drawn_rows().keys())


def all_rows(count):
    rows = {}
    for row in range(0, count, 10):
        scroll_to(row, min(row + 9, count - 1))
        rows.update(drawn_rows())
    scroll_to(0, 0)
    return list(rows.values())


def choose(owner, words):
    for row in browser.find_elements(By.CSS_SELECTOR, "#rows .row"):
        if owner in row.text and words in row.text:
            row.click()
            return row
    raise AssertionError(f"no row of {owner}: {words}")


def shown(count, total):
    same("shown", find("#shown").text, f"{count:,} of {total:,} sockets")


# No text in a picture is cut off at its border.
def check_inside(picture):
    outside = script("""
        [...document.querySelectorAll(arguments[0] + " text")].filter(text => {
            const all = text.ownerSVGElement.getBoundingClientRect();
            const it = text.getBoundingClientRect();

            return it.left < all.left - 1 || it.right > all.right + 1 ||
                   it.top < all.top - 1 || it.bottom > all.bottom + 1;
        }).map(text => text.textContent)""".strip(), picture)
    same("cut off in " + picture, outside, [])


def check_diagram():
    form = r"(\S+) +-> (\S+?) *(\*?) +(\d+) +(\S+) +(\S+) (.*)"
    wanted = [re.fullmatch(form, line).groups()
              for line in re.sub(r",\n +", ", ", (GOLDEN / "tour.graph")
                                 .read_text()).splitlines()
              if " -> " in line]
    cells = script("[...document.querySelectorAll('#edges tbody tr')].map(r =>"
                   "[...r.cells].map(c => c.textContent))")
    same("edges", [[f"{a} -> {b}{' *' if star else ''}", count,
                    "" if median == "-" else median,
                    "" if p99 == "-" else p99, causes]
                   for a, b, star, count, median, p99, causes in wanted], cells)
    same("drawn edges", sorted(texts("#diagram .edge > text.middle")),
         sorted(edge[3] + edge[2] for edge in wanted))
    same("foreign", texts("#diagram .edge.foreign > title"),
         ["FIN_WAIT_2 -> CLOSED: timer/fin-wait-2* 1"])
    assert find("#foreign").is_displayed()
    check_inside("#diagram")


def check_rows():
    form = r"(\S+)(?: +\S+){7} +(\S+ > \S+) +(.*)"
    lines = (GOLDEN / "tour.summary").read_text().split("\n\n")[0]
    wanted = [list(re.fullmatch(form, line).groups())
              for line in lines.splitlines()[1:]]
    same("sockets", sorted(all_rows(34)), sorted(wanted))


def check_filter():
    port, owner = find("#port"), find("#owner")
    verdict = Select(find("#verdict"))

    shown(34, 34)
    verdict.select_by_visible_text("refused (1)")
    same("refused", [row[2] for row in drawn()], ["refused"])
    port.send_keys("33333")
    same("refused at 33333", drawn(), [])
    verdict.select_by_index(0)
    port.send_keys(Keys.BACKSPACE * 5)
    port.send_keys("9")
    same("port 9", [row[1].split(" > ")[1] for row in drawn()],
         ["10.9.0.2:9"])
    port.send_keys(Keys.BACKSPACE * 5)
    leaker = re.search(r"leaked: .* owner s(\S+)",
                       (GOLDEN / "tour.summary").read_text()).group(1)
    owner.send_keys("S" + leaker)
    same("owner", {row[0] for row in drawn()}, {"s" + leaker})
    find("button[type=reset]").click()
    WebDriverWait(browser, 10).until(
        lambda _: find("#shown").text.startswith("34 "))
    assert owner.get_attribute("value") == ""


def check_zoom():
    axis, whole = find("#axis"), find("#whole")

    assert not whole.is_displayed()
    ActionChains(browser).move_to_element(axis).click_and_hold() \
        .move_by_offset(40, 0).release().perform()
    same("in part of the time", all(int(n) < 34 for n in
                                    re.findall(r"^\d+", find("#shown").text)),
         True)
    whole.click()
    shown(34, 34)
    assert not whole.is_displayed()


def ladder_texts():
    return sorted(text for text in texts("#picture text") if text)


# Which way each arrow goes; none goes up, against time.
def arrows():
    ways = ""
    for line in script("[...document.querySelectorAll('#picture .arrow')]"
                       ".map(e => e.getAttribute('d'))"):
        x1, y1, x2, y2 = map(float, re.findall(r"[0-9.]+", line))
        assert y1 <= y2, line
        ways += "<>"[x1 < x2]
    return ways


def check_ladder():
    assert not find("#ladder").is_displayed()
    row = choose("client[", "closed by the client, cleanly")
    assert find("#ladder").is_displayed()
    found = ladder_texts()
    server = next(text for text in found if text.startswith("server["))
    for text in ("SYN_SENT (connect)", "SYN_RCVD (SYN)", "TIME_WAIT (FIN)",
                 "LAST_ACK (close)", "CLOSED (timer/2MSL)"):
        assert text in found, f"no {text} in {found}"
    same("arrows", arrows(), "><>><<>")
    same("chosen", len(browser.find_elements(
        By.CSS_SELECTOR, "#rows .row[aria-selected=true]")), 1)
    check_inside("#picture")
    # Its bars are where one can see them, and in the colours of their states.
    same("bars", script("""
        [...document.querySelectorAll("#rows [aria-selected=true] i")].map(bar => {
            const { left, right, top } = bar.getBoundingClientRect();

            return document.elementFromPoint((left + right) / 2, top + 5)
                           .className;
        })""".strip())[-1], "s-TIME_WAIT")
    find("#list").send_keys(Keys.ARROW_DOWN)
    assert "SYN_SENT (connect)" in ladder_texts()	# the other end's
    assert server in find("#facts").text
    find("#list").send_keys(Keys.ARROW_DOWN)
    assert "CLOSED (reset/received)" in ladder_texts()
    choose(server, "listened")
    assert "no ladder" in find("#picture").text


def check_tour():
    open_page("tour.html")
    assert not find("#warning").is_displayed()
    check_diagram()
    check_ladder()
    check_rows()
    check_filter()
    check_zoom()
    check_quiet()


# What is told in the ladder is what `tcpstate ladder --svg` tells.
def check_lossy():
    open_page("lossy.html")
    choose("actor[", "closed by the client, cleanly")
    picture = ElementTree.fromstring(
        (GOLDEN / "lossy.ladder+--svg").read_text())
    same("ladder", ladder_texts(),
         sorted(text.text for text in picture.iter(SVG + "text")))
    same("lost", len(browser.find_elements(By.CSS_SELECTOR,
                                           "#picture .cross")), 3)
    same("sent again", len(browser.find_elements(By.CSS_SELECTOR,
                                                 "#picture .again")), 3)
    check_inside("#picture")
    check_quiet()


# A name is a name, whatever is in it.
def check_hostile():
    open_page("hostile.html")
    same("owners", sorted(row[0] for row in drawn()),
         ["\"]}'&quot;[1234]", "<!--<script>[1234]", "</script><hr>[1234]"])
    find("#rows .row").click()
    same("elements", browser.find_elements(By.TAG_NAME, "hr"), [])
    check_quiet()


def count_rows():
    return len(browser.find_elements(By.CSS_SELECTOR, "#rows .row"))


# However many there are, those that can be seen are drawn, and no others.
def check_many():
    open_page("many.html")
    shown(10001, 10001)
    assert 18 <= count_rows() <= 40, count_rows()
    scroll_to(10000, 10000)
    assert 18 <= count_rows() <= 40, count_rows()
    find("[data-row='10000']").click()
    assert find("#ladder").is_displayed()
    find("#port").send_keys("4242")
    shown(1, 10001)
    same("the odd one", [row[0] for row in drawn()], ["odd[1234]"])
    find("#owner").send_keys("client")
    shown(0, 10001)
    find("#port").send_keys(Keys.BACKSPACE * 4)
    shown(10000, 10001)
    check_speed()
    check_quiet()


# What one waits for, in ms; on two busy cores it is 1000 and 5.
def check_speed():
    open_page("many.html")
    took = script("performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert 0 < took < 5000, f"{took} ms to load"
    took = script("""(() => {
        const began = performance.now();

        document.getElementById("owner").value = "odd";
        document.getElementById("owner").dispatchEvent(new Event("input"));
        document.body.getBoundingClientRect();
        return performance.now() - began;
    })()""")
    shown(1, 10001)
    assert took < 500, f"{took} ms to filter"


def check_cut():
    open_page("cut.html")
    shown(50000, 50000)
    same("warning", find("#warning").text,
         "7 records were lost, and what they told; 10 sockets more are only "
         "counted in the diagram; 10 ladders are left out; choose with a filter "
         "expression to have all of what you look for.")
    check_quiet()


def check_long():
    open_page("long.html")
    same("ladders", script("data.ladders.length"), 1)
    find("#rows .row").click()
    assert "what happened then, 101 records, is too much to draw" in \
        ladder_texts()
    same("bars", script("[...document.querySelectorAll('#rows i')]"
                        ".map(i => i.title.split(' ')[0])"),
         ["SYN_SENT", "not"])
    check_quiet()


def check_loss():
    open_page("loss.html")
    same("ladders", script("sockets.map(s => [s.words.split(' ')[0], !!s.ladder])"),
         [["not", False], ["closed", True]])
    check_quiet()


def check_colours():
    colours = set()
    open_page("tour.html")
    for scheme in ("light", "dark"):
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})
        choose("client[", "closed by the client, cleanly")
        browser.save_screenshot(str(directory / f"{scheme}.png"))
        colours.add(script("getComputedStyle(document.body).backgroundColor"))
    same("backgrounds", colours, {"rgb(255, 255, 255)", "rgb(20, 24, 30)"})


# All of the page, however long it is
def take_picture(path):
    def resize(height):
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": 1100, "height": height, "deviceScaleFactor": 1,
            "mobile": False})

    resize(600)
    open_page("exchange.html")
    choose("actor", "closed by the server, cleanly")
    resize(script("document.documentElement.scrollHeight"))
    script("scrollTo(0, 0)")
    picture = browser.execute_cdp_cmd("Page.captureScreenshot", {})
    Path(path).write_bytes(base64.b64decode(picture["data"]))


directory = Path(sys.argv[1]).resolve()
browser = start()
try:
    if len(sys.argv) > 2:
        take_picture(sys.argv[2])
    else:
        for check in (check_tour, check_lossy, check_hostile, check_many,
                      check_cut, check_long, check_loss,
                      check_colours):
            check()
finally:
    browser.quit()
