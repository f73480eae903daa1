"""Actions, one by one, and the ways in which they fail."""

import time

import pytest
from tests.unit.modalities.web.conftest import Site

from skywright.modalities.web.actions import (
    Click,
    Covered,
    DialogOpen,
    Disabled,
    Fill,
    Fumble,
    Go,
    NavigationFailed,
    NoSuchOption,
    Press,
    Scroll,
    Select,
    StaleReference,
    TimedOut,
    Wait,
)
from skywright.modalities.web.driver import Tab
from skywright.modalities.web.tree import Node


def shown(tab: Tab, site: Site, body: str) -> dict[str, Node]:
    """The page's things by name."""
    site.show(body)
    tab.act(Go("/"))
    return {node.name: node for node in tab.look().tree.walk() if node.ref and node.name}


def test_each_action_does_what_it_says(tab: Tab, site: Site) -> None:
    things = shown(
        tab,
        site,
        "<main><button onclick='this.textContent=\"Clicked\"'>Click</button><input aria-label=Text>"
        "<select aria-label=Choice><option>a<option>b c</select>"
        '<input aria-label=Keys onkeydown=\'if(event.key=="Enter")this.value="entered"\'>'
        "<div style='height:3000px'></div></main>",
    )
    tab.act(Click(things["Click"].ref))
    tab.act(Fill(things["Text"].ref, "x y"))
    tab.act(Select(things["Choice"].ref, "b c"))
    tab.act(Click(things["Keys"].ref))
    tab.act(Press("Enter"))
    tab.act(Scroll(1))
    seen = {node.name: node for node in tab.look().tree.walk() if node.name}
    assert "Clicked" in seen
    assert seen["Text"].text == "x y"
    assert seen["Keys"].text == "entered"
    assert "selected" in seen["b c"].states


def test_an_unknown_reference_is_told_at_once(tab: Tab, site: Site) -> None:
    shown(tab, site, "<main><button>One</button>")
    begun = time.monotonic()
    with pytest.raises(StaleReference):
        tab.act(Click("e999"))
    assert time.monotonic() - begun < 0.5


def test_what_is_gone_is_stale(tab: Tab, site: Site) -> None:
    things = shown(
        tab,
        site,
        "<main><button id=one>One</button>"
        "<button onclick='document.querySelector(\"#one\").remove()'>Remove</button>",
    )
    tab.act(Click(things["Remove"].ref))
    with pytest.raises(StaleReference):
        tab.act(Click(things["One"].ref))


def test_what_is_switched_off_is_told_at_once(tab: Tab, site: Site) -> None:
    things = shown(tab, site, "<main><button disabled>Off</button>")
    with pytest.raises(Disabled, match="disabled: button 'Off' is switched off"):
        tab.act(Click(things["Off"].ref))


def test_what_is_covered(tab: Tab, site: Site) -> None:
    things = shown(
        tab, site, "<main><button>Under</button><div style='position:fixed;inset:0;z-index:9'>x</div>"
    )
    with pytest.raises(Covered):
        tab.act(Click(things["Under"].ref))


def test_suggestions_are_gone_once_a_field_is_filled(tab: Tab, site: Site) -> None:
    things = shown(
        tab,
        site,
        "<main style='position:relative'><input role=combobox aria-label=Machine oninput='s.hidden=false' "
        "onblur='s.hidden=true'><div id=s hidden style='position:absolute;inset:0;top:20px'>web-1"
        "</div><br><button onclick='this.textContent=\"Clicked\"'>Add</button></main>",
    )
    tab.act(Fill(things["Machine"].ref, "web"))
    tab.act(Click(things["Add"].ref))
    assert any(node.name == "Clicked" for node in tab.look().tree.walk())


def test_a_list_without_the_option(tab: Tab, site: Site) -> None:
    things = shown(tab, site, "<main><select aria-label=Kind><option>gp2<option>gp3</select>")
    with pytest.raises(NoSuchOption, match="it has gp2, gp3"):
        tab.act(Select(things["Kind"].ref, "gp9"))


def test_a_box_of_the_browser_is_closed_and_told(tab: Tab, site: Site) -> None:
    things = shown(tab, site, "<main><button onclick='window.sure=confirm(\"Sure?\")'>Ask</button>")
    with pytest.raises(DialogOpen, match="'Sure\\?'"):
        tab.act(Click(things["Ask"].ref))
    assert things.keys() == {node.name for node in tab.look().tree.walk() if node.ref and node.name}


def test_pages_that_are_not_there(tab: Tab, site: Site) -> None:
    shown(tab, site, "<main>x")
    with pytest.raises(NavigationFailed, match="404"):
        tab.act(Go("/nowhere"))
    with pytest.raises(NavigationFailed, match="not the portal's"):
        tab.act(Go("http://127.0.0.1:9/"))


def test_waiting_ends_when_the_page_is_no_longer_busy(tab: Tab, site: Site) -> None:
    shown(
        tab,
        site,
        "<main><div role=status>working…</div><script>setTimeout(()=>"
        "document.querySelector('[role=status]').textContent='Done',900)</script>",
    )
    tab.act(Wait(10))
    assert any(node.text == "Done" for node in tab.look().tree.walk())


def test_waiting_ends_after_its_time(tab: Tab, site: Site) -> None:
    shown(tab, site, "<main><div role=status>working…</div>")
    with pytest.raises(TimedOut):
        tab.act(Wait(0.2))


def test_an_action_ends_when_what_it_fetched_is_shown(tab: Tab, site: Site) -> None:
    """The answer takes many times as long as a page has to be quiet; all else follows at once."""
    site.show("late", "/late")
    site.delays["/late"] = 1.0
    things = shown(
        tab,
        site,
        '<main><button onclick=\'setTimeout(async()=>{await fetch("/late");setTimeout(()=>{'
        'document.querySelector("p").textContent="Loaded"})})\'>Load</button><p>Nothing</p>',
    )
    tab.act(Click(things["Load"].ref))
    assert any(node.text == "Loaded" for node in tab.look().tree.walk())


def test_trouble_is_told_once(tab: Tab, site: Site) -> None:
    shown(tab, site, "<main>x")
    tab.note(str(Fumble("it broke")))
    assert tab.look().troubles == ("failed: it broke",)
    assert tab.look().troubles == ()
