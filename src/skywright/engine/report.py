"""The report of a run, out of its papers, and its one-line JSON."""

from collections.abc import Mapping
from typing import Any

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
        advisories=tuple(Advisory(Concern(kind), text) for kind, text in papers.get("advisories", [])),
        questions=tuple(
            Question(id, text, tuple(choices)) for id, text, choices in papers.get("questions", [])
        ),
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
        "questions": [
            {"id": item.id, "text": item.text, "choices": list(item.choices)} for item in report.questions
        ],
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
    }
    if report.status is not Status.SUCCEEDED:
        written["error"] = report.error
    return written
