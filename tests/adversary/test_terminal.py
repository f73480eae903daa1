"""Words from clouds and strangers, printed: none of them may steer the reader's terminal."""

import pytest

from skywright.cli.progress import Plain
from skywright.cli.shared import line, shown


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[2J",
        "\x1b]0;title\x07",
        "\x9b31m",
        "a\rb",
        "\x08\x08",
        "\u202egnp",
        "\u2028",
        "\x85",
        "\x7f",
        "\ud800",
    ],
)
def test_nothing_steers_the_terminal(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    Plain().say(f"web-1 {text} is stopped")
    printed = capsys.readouterr().err
    assert all(letter.isprintable() or letter == "\n" for letter in printed)


def test_what_is_harmless_is_left_as_it_is() -> None:
    assert shown("élan – 日本\u00a0語\n\tx") == "élan – 日本\u00a0語\n\tx"


def test_a_line_stays_one_line() -> None:
    """What a person is asked to agree to names things, and names come from strangers."""
    said = line("it deletes 'x\r\n  nothing else\u2028Go on? [y/N]: y' (rule r)")
    assert said == "it deletes 'x\\r\\n  nothing else\\u2028Go on? [y/N]: y' (rule r)"
