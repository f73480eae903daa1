"""What an agent can do with a page, one step each, and what can go wrong with it. Runs nothing."""

from dataclasses import dataclass

from skywright.model.values import Value


@dataclass(frozen=True, slots=True)
class Click:
    """Click a thing."""

    ref: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Fill:
    """Put a text into a field, in place of what is in it."""

    ref: str
    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Select:
    """Choose an option of a list by its words."""

    ref: str
    option: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """Press a key, such as `Escape` or `Enter`."""

    key: str


@dataclass(frozen=True, slots=True)
class Go:
    """Open a page of the portal by its path, such as `/` or `#/vms`."""

    place: str


@dataclass(frozen=True, slots=True)
class Scroll:
    """Scroll the page by so many screens, up if negative."""

    screens: float


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait until the page no longer says that it is at something, at most so long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The end: it is done, and this is what was to be found out.

    Attributes:
        words: a sentence for a person.
    """

    value: Value = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The end: it cannot be done, and why, in a sentence."""

    why: str


Action = Click | Fill | Select | Press | Go | Scroll | Wait | Answer | GiveUp


def told(action: Action) -> str:
    """The action as a line of a log. What is filled in is shown: no secret is ever filled in."""
    match action:
        case Click():
            return f'click "{action.name}"'
        case Fill():
            return f'fill "{action.name}" with "{action.text}"'
        case Select():
            return f'select "{action.option}" in "{action.name}"'
        case Press():
            return f"press {action.key}"
        case Go():
            return f"go to {action.place}"
        case Scroll():
            return f"scroll {action.screens:g} screens"
        case Wait():
            return "wait until it is done"
        case Answer():
            return f"answer{': ' if action.words else ''}{action.words}"
        case GiveUp():
            return f"give up: {action.why}"


class Fumble(Exception):
    """An action that did not work. What it says is shown to the agent with its next look at the page."""

    kind = "failed"

    def __str__(self) -> str:
        return f"{self.kind}: {super().__str__()}"


class StaleReference(Fumble):
    """The page has no such thing, or no longer."""

    kind = "stale reference"


class Covered(Fumble):
    """Something lies over the thing, so that it can't be clicked."""

    kind = "covered"


class Disabled(Fumble):
    """The thing is there, and switched off."""

    kind = "disabled"


class TimedOut(Fumble):
    """It took too long."""

    kind = "timed out"


class DialogOpen(Fumble):
    """The page asked something in a box of the browser's own, which was closed with no."""

    kind = "dialog open"


class NavigationFailed(Fumble):
    """The page could not be opened, or is none of the portal's."""

    kind = "navigation failed"


class NoSuchOption(Fumble):
    """The list does not have it."""

    kind = "no such option"


class Gone(Exception):
    """The browser, or the portal behind it, is no longer there: the attempt is over."""
