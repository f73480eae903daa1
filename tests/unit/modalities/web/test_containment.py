"""A page reaches the portal and nothing else, whatever it tries."""

from collections.abc import Callable

from tests.unit.modalities.web.conftest import Site

from skywright.modalities.web.actions import Go, Wait
from skywright.modalities.web.driver import Tab
from skywright.modalities.web.enclosure import inside

WAYS = """
fetch(o + '/fetch', {mode: 'no-cors'}).catch(() => {});
new Image().src = o + '/image';
new WebSocket(o.replace('http', 'ws') + '/socket');
window.open(o + '/window');
fetch('/moved', {mode: 'no-cors'}).catch(() => {});
new Image().src = '/moved?image';
navigator.sendBeacon(o + '/beacon');
for (const rel of ['prefetch', 'stylesheet', 'preload', 'preconnect']) {
  const link = document.createElement('link');
  Object.assign(link, {rel, href: o + '/' + rel, as: 'image'});
  document.head.append(link);
}
new Worker(URL.createObjectURL(new Blob([`fetch('${o}/worker', {mode: 'no-cors'})`])));
for (const name of ['localhost', '[::1]', 'example.com']) {
  fetch(`http://${name}:${new URL(o).port}/name`, {mode: 'no-cors'}).catch(() => {});
}
const frame = document.createElement('iframe');
frame.src = o + '/frame';
document.body.append(frame);
const form = document.createElement('form');
Object.assign(form, {action: o + '/form', method: 'post', target: '_blank'});
document.body.append(form);
form.submit();
"""


def test_nothing_leaves(tab: Tab, site: Site, make_site: Callable[[], Site]) -> None:
    elsewhere = make_site()
    site.moved["/moved"] = f"{elsewhere.address}/moved"
    site.show(f"<body><h1>Page</h1><script>const o = '{elsewhere.address}';{WAYS}</script>")
    tab.act(Go("/"))
    tab.act(Wait(1))
    told = " ".join(tab.look().troubles)
    assert elsewhere.asked == [] and elsewhere.posted == []
    assert "/moved" in site.asked
    assert elsewhere.address in told and "another window" in told


def test_a_redirection_of_the_page_itself_leads_nowhere(
    tab: Tab, site: Site, make_site: Callable[[], Site]
) -> None:
    elsewhere = make_site()
    site.moved["/moved"] = f"{elsewhere.address}/"
    site.show("<h1>Page</h1><script>setTimeout(() => { location = '/moved' }, 50)</script>")
    tab.act(Go("/"))
    tab.act(Wait(1))
    assert elsewhere.asked == []


def test_inside_means_scheme_host_and_port() -> None:
    portal = "http://127.0.0.1:8000"
    assert inside("http://127.0.0.1:8000/x?y#z", portal)
    assert inside("ws://127.0.0.1:8000/x", portal)
    for other in (
        "http://127.0.0.1:8001/",
        "https://127.0.0.1:8000/",
        "http://localhost:8000/",
        "http://127.0.0.1:8000@evil.example/",
        "http://evil.example/?http://127.0.0.1:8000/",
        "file:///etc/passwd",
        "data:text/html,x",
    ):
        assert not inside(other, portal), other
