"""How the filling of a slot ends when it has no value: with a question, or with a plain no."""

from skywright.model.advice import Question


class Ask(Exception):
    """The user has to say something first."""

    def __init__(
        self, id: str, text: str, choices: tuple[str, ...] = (), details: tuple[str, ...] = ()
    ) -> None:
        super().__init__(text)
        self.question = Question(id, text, choices, details)


class Cannot(Exception):
    """What is asked for is not possible, or not ours to do; the sentence says why."""
