"""The report of a run, out of its papers, and its one-line JSON."""

from collections.abc import Mapping
from typing import Any

from skywright.engine.answering import questions_of
from skywright.model.advice import Advisory, Concern, Question
from skywright.model.run import Made, Report, Status, Tally
from skywright.state.runs import Run


def report(run: Run, seconds: float) -> Report:
    """What there is to say of a run, however far it came."""
    papers = run.papers
    outcome: Mapping[str, Any] = papers.get("outcome", {})
    return Report(
        run=run.id,
        status=run.status,
        modality=str(papers.get("modality", "")),
        brain=run.brain,
        steps=int(papers.get("steps", 0)),
        answer=papers.get("answer"),
        summary=str(papers.get("summary", "")),
        error=str(papers.get("error", "")),
        complexity=papers.get("complexity"),
        understood=str(papers.get("understood", "")),
        preferred=tuple((int(id), str(says)) for id, says in papers.get("preferred", [])),
        proposed=tuple(
            (str(words), tuple(map(str, says)))
            for paper in ("proposed", "proposed_by_answers")
            for words, says in papers.get(paper, [])
        ),
        advisories=tuple(Advisory(Concern(kind), text) for kind, text in papers.get("advisories", [])),
        questions=questions_of(papers),
        resources=tuple(Made(*row) for row in outcome.get("resources", [])),
        calls=Tally(**outcome.get("calls", {})),
        usd_month=float(papers.get("usd_month", 0.0)),
        llm_usd=round(float(papers.get("spent", {}).get("usd", 0.0)), 6),
        seconds=seconds,
    )


def to_json(report: Report) -> dict[str, Any]:
    """The object that `--json` prints; the keys are a contract."""
    written: dict[str, Any] = {
        "run": report.run,
        "status": report.status.value,
        "modality": report.modality,
        "brain": report.brain,
        "steps": report.steps,
        "answer": report.answer,
        "advisories": [{"kind": item.concern.value, "text": item.text} for item in report.advisories],
        "questions": [_question(item) for item in report.questions],
        "resources": [{"id": made.id, "type": made.type, "region": made.region} for made in report.resources],
        "calls": {
            "read": report.calls.read,
            "write": report.calls.write,
            "refused": report.calls.refused,
        },
        "cost": {"usd_month": round(report.usd_month, 2), "llm_usd": report.llm_usd},
        "seconds": round(report.seconds, 2),
        "summary": report.summary,
        "complexity": report.complexity,
        "understood": report.understood,
        "preferences": {
            "used": [{"id": id or None, "says": says} for id, says in report.preferred],
            "proposed": [{"words": words, "says": list(says)} for words, says in report.proposed],
        },
    }
    if report.status is not Status.SUCCEEDED:
        written["error"] = report.error
    return written


def _question(question: Question) -> dict[str, Any]:
    row: dict[str, Any] = {"id": question.id, "text": question.text, "choices": list(question.choices)}
    if question.choices:
        row["options"] = [
            {"number": number, "value": value, "is": detail}
            for number, (value, detail) in enumerate(question.options(), 1)
        ]
    return row
