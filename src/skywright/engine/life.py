"""The life of a run: begun, driven through its stages, resumed, approved, cancelled, undone."""

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from skywright.engine import answering, durable, remember
from skywright.engine.account import outcome_of_run
from skywright.engine.alarm import alarm
from skywright.engine.guest import Guarded, invite
from skywright.engine.heeding import plain_answers
from skywright.engine.look import look_at
from skywright.engine.overtaken import overtaken, plan_again
from skywright.engine.parts import Parts
from skywright.engine.proving import certify
from skywright.engine.report import report
from skywright.engine.reverting import reverting
from skywright.engine.routing import note_result
from skywright.engine.stages import stages
from skywright.engine.undoable import OPEN, check_undoable, earlier_undo
from skywright.engine.undoing import advisories_of, undoing
from skywright.errors import Malformed, Refused, Unavailable, Usage
from skywright.guard.proof import Certificate
from skywright.model.advice import Question
from skywright.model.program import Program
from skywright.model.run import Report, Request, Status
from skywright.program.check import check
from skywright.program.text import dump
from skywright.state.drift import Difference
from skywright.state.runs import Run

_PATIENCE = 100
"""Tenths of a second that a process has to stop in."""

_NO_PAPERS: Mapping[str, object] = {}


class Engine:
    """Carries runs out, one at a time in a process.

    Args:
        url: the durable engine's database.
        new_id: makes ids for runs.
    """

    def __init__(self, parts: Parts, url: str, new_id: Callable[[], str]) -> None:
        self._parts = parts
        self._url = url
        self._new_id = new_id

    def begin(self, request: Request) -> Run:
        """A new run for a request; nothing is done yet."""
        if not request.words.strip():
            raise Usage('the request is empty; say what is to be done, such as "create a VM named web-1"')
        return self._create(request, {})

    def begin_with(
        self, request: Request, program: Program, summary: str, papers: Mapping[str, object] = _NO_PAPERS
    ) -> Run:
        """A new run for a program that is there already: it is proven and performed as it is written.

        Raises:
            Malformed: It does not type-check; with all findings.
        """
        findings = check(program, self._parts.clouds[program.cloud].catalogue)
        if findings:
            raise Malformed(f"program '{program.name}'", tuple(str(finding) for finding in findings))
        return self._create(
            request, {**papers, "draft": dump(program), "as_written": True, "summary": summary}
        )

    def begin_undo(self, undone: str, request: Request) -> Run:
        """A run that leads back to the state before another: a new one, or a failed one taken up again.

        Raises:
            Usage: There is nothing to take back, or the run has not ended.
            Refused: Nothing of it can be taken back, or it is not known whether a call happened.
        """
        parts = self._parts
        run = parts.runs.get(undone)
        check_undoable(run, parts.runs)
        begun = earlier_undo(undone, parts.runs)
        if begun is not None:
            return begun
        way_back = undoing(run, parts)
        request = replace(request, target=run.request.target, cloud=run.request.cloud, approved=True)
        papers = {"undoes": undone, "advisories": advisories_of(way_back)}
        return self.begin_with(request, way_back.program, f"undo run {undone}", papers)

    def begin_revert(self, request: Request, differences: Sequence[Difference]) -> Run:
        """A run that makes things as they are meant to be, and says beforehand what does not come back.

        Raises:
            Refused: None of the differences can be taken back.
        """
        parts = self._parts
        found = reverting(parts, parts.find_target(request.target), differences, parts.clouds[request.cloud])
        for lost in found.lost:
            parts.progress.say(f"does not come back: {lost}")
        if not found.program.steps:
            raise Refused("irreversible", f"nothing of it can be reverted: {'; '.join(found.lost)}")
        return self.begin_with(request, found.program, request.words, found.papers())

    def drive(self, id: str, *, only_prepare: bool = False) -> Report:
        """Carry a run on from wherever it is, until it ends or needs a person.

        Whatever killed a former process, nothing is done twice.
        """
        parts = self._parts
        began = parts.clock()
        with parts.runs.drive(id):
            run = parts.runs.get(id)
            if run.status is not Status.RUNNING:
                return report(self._after(run), 0.0)
            with durable.opened(self._url, id, stages(parts)) as workflows:
                run = self._carry(workflows, run, only_prepare)
                while overtaken(run):
                    run = self._carry(workflows, plan_again(run, parts), only_prepare)
            took = parts.clock() - began
            run = self._after(parts.runs.note(id, took=float(run.papers.get("took", 0.0)) + took))
            if not only_prepare:
                alarm(run, parts)
            return report(run, took)

    def _carry(self, workflows: durable.Workflows, run: Run, only_prepare: bool) -> Run:
        """Through its stages, as far as they have not been gone through."""
        runs = self._parts.runs
        # Also if that is done: it may be that a killed process left its last stage half done.
        workflows.run("prepare", run.id, int(run.papers.get("round", 0)))
        run = runs.get(run.id)
        if run.status is Status.RUNNING and run.papers.get("agreed") and not only_prepare:
            workflows.run("perform", run.id, int(run.papers.get("again", 0)))
        return runs.get(run.id)

    def review(self, program: Program, request: Request, target: str = "") -> Certificate:
        """Prove a program without a run: nothing is performed, nothing is kept.

        Args:
            target: against what is there now; empty: against an account of which nothing is known.
        """
        parts = self._parts
        run = Run("review", parts.clock(), Status.RUNNING, "prove", request, {})
        sound = not check(program, parts.cloud(run).catalogue)
        inventory = look_at(run, parts, program) if target and sound else {}
        _, certificate = certify(run, parts, program, "sdk", inventory)
        return certificate

    def invite(self, command: Sequence[str], request: Request, environment: Mapping[str, str]) -> Guarded:
        """Run any command under the gate."""
        run = self._create(request, {})
        return invite(run, self._parts, command, environment)

    def approve(self, id: str) -> Run:
        """Note that a person agreed to what the run needs approval for.

        Raises:
            Usage: It does not wait for approval.
        """
        run = self._parts.runs.get(id)
        if run.status is not Status.NEEDS_APPROVAL:
            raise Usage(f"run {id} does not wait for approval; it is {run.status.value}")
        return self._parts.runs.note(
            id,
            status=Status.RUNNING,
            approved=list(run.papers.get("approvals", [])),
            round=int(run.papers.get("round", 0)) + 1,
        )

    def answer(self, id: str, answers: Mapping[str, str]) -> Run:
        """Give the answers to a run's questions; it is understood again with them.

        Raises:
            Usage: It asked nothing, or an answer is to nothing that it asked; the run still waits.
        """
        asked = self.questions(id)
        run = self._parts.runs.get(id)
        plain, proposed = plain_answers(answers, self._parts.cloud(run).regions)
        settled = answering.settled(plain, asked, id)
        self._parts.record(run, "answered", answers=settled)
        return self._parts.runs.answer(id, settled, proposed)

    def questions(self, id: str) -> tuple[Question, ...]:
        """What a run waits for an answer to.

        Raises:
            Usage: It waits for none.
        """
        run = self._parts.runs.get(id)
        if run.status is not Status.NEEDS_INPUT:
            raise Usage(f"run {id} does not wait for an answer; it is {run.status.value}")
        return answering.questions_of(run.papers)

    def cancel(self, id: str) -> Run:
        """End a run where it is; what it did stays, and can be undone.

        Raises:
            Usage: It has ended already.
        """
        runs = self._parts.runs
        driver = runs.driver(id)
        if driver is not None:
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(driver, signal.SIGTERM)
            self._wait_for_end(id)
        with runs.drive(id):
            run = runs.get(id)
            if run.status not in OPEN:
                raise Usage(f"run {id} has ended already; it is {run.status.value}")
            return self._after(runs.note(id, status=Status.CANCELLED, error="cancelled"))

    def _wait_for_end(self, id: str) -> None:
        for _ in range(_PATIENCE):
            if not self._parts.runs.driven(id):
                return
            self._parts.pause(0.1)
        raise Unavailable(f"the process that carries out run {id} does not stop; kill it, then cancel again")

    def _create(self, request: Request, papers: Mapping[str, object]) -> Run:
        run = Run(self._new_id(), self._parts.clock(), Status.RUNNING, "understand", request, papers)
        self._parts.runs.create(run)
        self._parts.record(
            run, "begun", request=request.words, target=request.target, autonomy=request.autonomy.value
        )
        return run

    def _after(self, run: Run) -> Run:
        """What is to be written down once a run has ended, however it has."""
        parts = self._parts
        if "realm" in run.papers and run.status is not Status.RUNNING and not run.papers.get("ended"):
            # Also while a person is waited for, which may take days.
            parts.holdings.release(str(run.papers["realm"]), run.id)
        if run.status in OPEN or run.papers.get("ended"):
            return run
        outcome = outcome_of_run(parts.journal, run, parts.cloud(run))
        note_result(run, parts)
        parts.record(run, "ended", status=run.status.value, error=str(run.papers.get("error", "")))
        undone = run.papers.get("undoes")
        if undone and run.status is Status.SUCCEEDED:
            parts.runs.note(str(undone), undone_by=run.id)
        return parts.runs.conclude(run.id, remember.ended(run, parts), outcome=outcome, ended=True)
