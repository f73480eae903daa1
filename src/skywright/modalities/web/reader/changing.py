"""A change from its beginning to its end: seek, fill in, begin it, and see what came of it.

Owns these four states. What the page says went wrong ends it, in the page's words.
"""

from dataclasses import dataclass, field
from typing import Literal

from skywright.modalities.web.actions import Action, Answer, Click, GiveUp, Wait, told
from skywright.modalities.web.goal import Change, Wish
from skywright.modalities.web.reader.forms import asks_to_confirm, confirmation, pairs
from skywright.modalities.web.reader.names import best, first_of, leads_back
from skywright.modalities.web.reader.screen import Screen
from skywright.modalities.web.reader.seeking import Opened, Way
from skywright.modalities.web.tree import Node
from skywright.modalities.web.words import is_one_of, likeness, listed, meaning

_COMMITS = 0.6
_WORK_SECONDS = 1800.0
_MOST_PATIENCE = 4
_PATIENCE_SECONDS = 3.0


@dataclass
class Changing:
    """One change under way.

    Attributes:
        said: the wishes that a field has been seen to say.
        known: the notices that were there before it was begun.
        opener: what was pressed to open the form.
    """

    goal: Change
    way: Way
    state: Literal["seek", "opened", "form", "begun"] = "seek"
    on: tuple[str, ...] = ()
    said: set[int] = field(default_factory=set[int])
    tried: dict[str, int] = field(default_factory=dict[str, int])
    known: frozenset[str] = frozenset()
    dialog: str = ""
    begun_at: str = ""
    opener: str = ""
    patience: int = 0

    @classmethod
    def of(cls, goal: Change) -> "Changing":
        return cls(goal, Way(goal, list(goal.on)))

    def next(self, screen: Screen) -> Action:
        """What is to be done next."""
        if self.state == "begun":
            return self._outcome(screen)
        if self.state == "opened":
            return self._after_opening(screen)
        if self.state == "form":
            return self._form(screen)
        step = self.way.next(screen)
        if not isinstance(step, Opened):
            return step
        self.state, self.on = "opened", step.on
        self.known = frozenset((*screen.alerts, *screen.statuses))
        self.begun_at = _where(screen)
        self.opener = step.action.ref if isinstance(step.action, Click) else ""
        return step.action

    # Filling in.

    def _after_opening(self, screen: Screen) -> Action:
        """A dialog or a form has opened, or the change has begun at once."""
        if screen.dialog is None and (self._news(screen) or screen.seen.busy):
            self.state = "begun"
            return self._outcome(screen)
        if screen.dialog is None and not self._leads_on(screen):
            if _where(screen) == self.begun_at or self.goal.wishes:
                return self._be_patient(f"'{self.goal.action[0]}' leads to no form")
            # Back where it came from without a word: there was nothing to ask.
            self.state = "begun"
            return self._outcome(screen)
        self.state, self.patience = "form", 0
        return self._form(screen)

    def _leads_on(self, screen: Screen) -> bool:
        """Whether there is a form. What opened it, still there, is none of it: the page is not drawn yet."""
        if pairs(self.goal.wishes, screen.fields):
            return True
        commit = self._commit(screen)
        return commit is not None and commit.ref != self.opener

    def _form(self, screen: Screen) -> Action:
        """One field a step, then what is to be confirmed, then on."""
        found = pairs(self.goal.wishes, screen.fields)
        for pair in found:
            if pair.action is None:
                self.said.add(id(pair.wish))
            else:
                return self._once(
                    pair.action, f"the field '{pair.field.label}' does not take '{pair.wish.value}'"
                )
        for each in screen.fields:
            action = confirmation(each) if asks_to_confirm(each) else None
            if action:
                return self._once(action, f"the field '{each.label}' does not take what it asks for")
        sought = {id(pair.wish) for pair in found}
        missing = [wish for wish in self.goal.wishes if wish.must and id(wish) not in self.said | sought]
        return self._onward(screen, missing)

    def _once(self, action: Action, otherwise: str) -> Action:
        """The action, unless it has been tried and did not help."""
        key = told(action)
        self.tried[key] = self.tried.get(key, 0) + 1
        return action if self.tried[key] <= 2 else GiveUp(otherwise)

    def _onward(self, screen: Screen, missing: list[Wish]) -> Action:
        for wish in missing:
            opener = self._opener(screen, wish)
            if opener:
                return _click(opener)
        buttons = [node for node in screen.buttons if not node.disabled and not leads_back(node)]
        commit = self._commit(screen)
        if commit and not missing:
            self.state, self.patience = "begun", 0
            self.known = frozenset((*screen.alerts, *screen.statuses))
            self.dialog, self.begun_at = _dialog(screen), _where(screen)
            return _click(commit)
        onward = _onward_of(buttons, bool(missing))
        if onward:
            stuck = " ".join(node.says() for node in screen.scope.all("alert")) or "it stays where it is"
            return self._once_here(screen, onward, f"'{onward.name}' does not lead on: {stuck}")
        if missing:
            said = ", ".join(str(wish) for wish in missing)
            return GiveUp(f"the portal has no field for {said} ({self.goal.name})")
        return GiveUp(f"nothing on the page leads on ({self.goal.name})")

    def _once_here(self, screen: Screen, button: Node, otherwise: str) -> Action:
        key = f"{button.name} at {_where(screen)} {[each.label for each in screen.fields]}"
        self.tried[key] = self.tried.get(key, 0) + 1
        return _click(button) if self.tried[key] <= 2 else GiveUp(otherwise)

    def _opener(self, screen: Screen, wish: Wish) -> Node | None:
        """What may show a field for a wish: a button that adds such a thing, or more of the form."""
        for node in screen.buttons:
            key = f"open {node.name}"
            if node.disabled or key in self.tried or "expanded" in node.states:
                continue
            words = meaning(node.name)
            about = meaning(wish.under or wish.called[0])
            if ("create" in words and words & about and not is_one_of(node.name, self.goal.action)) or (
                node.role == "button" and likeness(node.name, listed("reveals")) >= _COMMITS
            ):
                self.tried[key] = 1
                return node
        return None

    def _commit(self, screen: Screen) -> Node | None:
        """The button that does it."""
        usable = [
            node
            for node in screen.buttons
            if node.role in ("button", "link") and not node.disabled and not leads_back(node)
        ]
        return best(usable, self.goal.action, _COMMITS) or first_of(usable, "commit")

    # What came of it.

    def _outcome(self, screen: Screen) -> Action:
        wrong = [words for words in screen.alerts if words not in self.known]
        if wrong and not screen.seen.busy:
            return GiveUp(" ".join(wrong))
        if screen.seen.busy:
            return Wait(_WORK_SECONDS)
        if screen.dialog is not None and (_dialog(screen) != self.dialog or _has_more(screen)):
            self.state = "form"
            return self._form(screen)
        if screen.dialog is None and (self._news(screen) or _where(screen) != self.begun_at):
            return self._reached(screen)
        return self._be_patient("the portal does not say that it is done")

    def _reached(self, screen: Screen) -> Action:
        self.way.left = [id for id in self.way.left if id not in self.on]
        if not self.way.left:
            news = [words for words in screen.statuses if words not in self.known]
            return Answer(words=news[0] if news else "done")
        self.state, self.patience, self.tried = "seek", 0, {}
        self.way.tried = set()
        return self.next(screen)

    def _news(self, screen: Screen) -> bool:
        return any(words not in self.known for words in (*screen.alerts, *screen.statuses))

    def _be_patient(self, why: str) -> Action:
        self.patience += 1
        return Wait(_PATIENCE_SECONDS) if self.patience <= _MOST_PATIENCE else GiveUp(why)


def _onward_of(buttons: list[Node], is_missing: bool) -> Node | None:
    """What leads on; what leads straight to the end only if nothing has to be said on the way."""
    usable = buttons
    if is_missing:
        usable = [node for node in buttons if "review" not in meaning(node.name)] or buttons
    return first_of(usable, "onward")


def _has_more(screen: Screen) -> bool:
    """Whether a dialog wants something typed before it goes on."""
    return any(asks_to_confirm(each) and confirmation(each) for each in screen.fields)


def _dialog(screen: Screen) -> str:
    return screen.dialog.name or "dialog" if screen.dialog else ""


def _where(screen: Screen) -> str:
    """Where the page is: its path, and what it is headed."""
    return f"{screen.seen.place.partition('?')[0]} {screen.headings[:1]}"


def _click(node: Node) -> Click:
    return Click(node.ref, node.name)
