"""What files of tests cost: after a run of many files it is told which took the most processor time."""

import resource
from collections import Counter
from collections.abc import Generator

import pytest

_COST = "processor seconds"
_MANY, _TOLD = 20, 20


class Costs:
    """Measures each test where it runs, and adds up where it is reported, over all workers.

    What a test starts and leaves running, such as the session's gym, is not in it.
    """

    def __init__(self) -> None:
        self._before = 0.0
        self._seconds = Counter[str]()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self) -> None:
        """A test begins."""
        self._before = _spent()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: "pytest.CallInfo[None]"
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """The last report of a test tells what it has cost."""
        report = yield
        if call.when == "teardown":
            report.user_properties.append((_COST, _spent() - self._before))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add it up."""
        if report.when == "teardown":
            self._seconds[report.nodeid.partition("::")[0]] += float(str(dict(report.user_properties)[_COST]))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell the dearest."""
        if len(self._seconds) < _MANY:
            return
        terminalreporter.section(f"{_COST}: {self._seconds.total():.0f} in all, and of the dearest files")
        for file, seconds in self._seconds.most_common(_TOLD):
            terminalreporter.line(f"{seconds:7.1f} {file}")


def _spent() -> float:
    """Of this process and of all that it has started and that has ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)
