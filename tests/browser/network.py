"""A slow network, and what a first visit over it costs: bytes that came, and when there was something to read.

The network is Lighthouse's "regular 3G": 1.6 Mbit/s down, 750 kbit/s up, 150 ms for every request to come and go. It is
put between browser and server by the browser itself. There is no TLS here, whose handshakes would come on top.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.browser.visitor import Visitor

PAINTS = """() => new Promise((done) => {
  const first = performance.getEntriesByName('first-contentful-paint')[0];
  new PerformanceObserver((list) => {
    const largest = list.getEntries().at(-1);
    done({first: first.startTime, largest: largest.startTime, what: largest.element ? largest.element.tagName : ''});
  }).observe({type: 'largest-contentful-paint', buffered: true});
})"""


@dataclass(frozen=True)
class Network:
    """Bits a second in both directions, milliseconds for a request and its answer."""

    down: int
    up: int
    latency: int


REGULAR_3G = Network(down=1_600_000, up=750_000, latency=150)


@dataclass(frozen=True)
class FirstVisit:
    """What came over the network (bodies and headers, fonts included), and when the page could be read."""

    bytes: int
    first_paint_ms: float
    largest_paint_ms: float
    requests: dict[str, int]


def first_visit(visitor: Visitor, path: str, network: Network = REGULAR_3G) -> FirstVisit:
    """Open a page with nothing in the cache (a visitor of its own), over this network; wait until all has come."""
    session = visitor.context.new_cdp_session(visitor.page)
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def came(event: dict[str, Any]) -> None:
        address = addresses.get(event["requestId"], event["requestId"])
        sizes[address] = sizes.get(address, 0) + int(event["encodedDataLength"])

    session.on(
        "Network.requestWillBeSent", lambda event: addresses.update({event["requestId"]: event["request"]["url"]})
    )
    session.on("Network.loadingFinished", came)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {"offline": False, "latency": network.latency} | _bytes(network))
    visitor.page.goto(visitor.address(path), wait_until="networkidle")
    visitor.page.evaluate("document.fonts.ready.then(() => true)")
    paints = visitor.page.evaluate(PAINTS)
    session.detach()
    return FirstVisit(sum(sizes.values()), paints["first"], paints["largest"], sizes)


def _bytes(network: Network) -> dict[str, float]:
    return {"downloadThroughput": network.down / 8, "uploadThroughput": network.up / 8}
