"""The stages before anything is done: understand, explore, prove, approve.

Each takes a run and gives it back with what it found written into its papers; a status other
than `running` ends the preparation. None of them can change the target: they look at it
in a session that may only read, and act in its twin.
"""

from contextlib import ExitStack
from typing import Any

from skywright.brains.base import Context
from skywright.engine import asking, remember
from skywright.engine.agreement import digest_of, insist_on_question, proven
from skywright.engine.answering import rows_of, unsettled
from skywright.engine.evidence import changes_anything
from skywright.engine.fresh import insist_on, relied_on
from skywright.engine.heeding import heeded, keep_if_agreed, with_preferences
from skywright.engine.leasing import leases_number
from skywright.engine.look import keep_inventory, look_at, reader
from skywright.engine.parts import Parts, principal
from skywright.engine.place import timely, workplace
from skywright.engine.proving import certify, reasons_of_alternatives
from skywright.engine.rehearse import rehearse
from skywright.engine.routing import measured, ruled_out, with_modality
from skywright.engine.undoing import lost_besides, plan_undo
from skywright.engine.workshop import Workshop
from skywright.errors import SkywrightError
from skywright.guard.advise import advise
from skywright.guard.autonomy import approvals
from skywright.guard.budget import EXCEEDED, UNTELLABLE
from skywright.guard.evidence import Evidence
from skywright.modalities.base import Foresight
from skywright.model.advice import Advisory, Beyond, Concern, Plan, Unclear
from skywright.model.resource import Inventory
from skywright.model.run import Status
from skywright.program.text import dump, load
from skywright.state.runs import Run

_SESSION_SECONDS = 3600.0


def understand(run: Run, parts: Parts) -> Run:
    """Words into a draft, questions, or a plain no."""
    if "read_at" not in run.papers:
        run = parts.runs.note(run.id, read_at=leases_number(run, parts))
    if "draft" in run.papers:
        return run
    if "undoes" in run.papers:
        return plan_undo(run, parts)
    asked = heeded(run, parts)
    if not asked.words:
        return keep_if_agreed(run, parts, asked)
    run = asked.of(run)
    target = parts.target(run)
    upstream = parts.accounts.reach(target)
    cloud, region = parts.cloud(run), asked.region(target.region or upstream.region)
    regions = (region, *sorted(name for name in cloud.regions if name in asked.text))
    with ExitStack() as sessions:
        context = Context(
            cloud=cloud,
            look=reader(run, parts, upstream, sessions),
            region=region,
            answers=run.request.answers,
            workshop=sessions.enter_context(Workshop(run, parts, regions)),
        )
        understanding = asking.understand(run, parts, context, regions)
        understanding, papers = with_preferences(understanding, asked, context)
    run = parts.runs.note(run.id, **papers)
    match understanding:
        case Plan(program, summary, advisories) as plan:
            parts.progress.say(str(papers["understood"]))
            return parts.runs.note(
                run.id,
                draft=dump(program),
                summary=summary,
                asked=None,
                advisories=[[advisory.concern.value, advisory.text] for advisory in advisories],
                recalled=remember.paper(plan),
            )
        case Unclear(questions, summary):
            return parts.runs.note(
                run.id,
                status=Status.NEEDS_INPUT,
                summary=summary,
                questions=rows_of(questions),
                error=unsettled(run.papers, run.request.answers, questions),
                asked=None,
            )
        case Beyond(reason, nearest):
            hint = f"; the nearest it can do: {', '.join(nearest)}" if nearest else ""
            error = f"{reason.rstrip('.')}{hint}"
            if run.papers.get("asked"):
                return parts.runs.ask_again(run.id, f"that answer is of no use: {error}")
            return parts.runs.note(run.id, status=Status.FAILED, error=error)


def explore(run: Run, parts: Parts) -> Run:
    """The draft carried out in the target's twin, and what the gate saw there distilled."""
    if "program" in run.papers:
        return run
    draft = load(str(run.papers["draft"]))
    cloud = parts.cloud(run)
    run = with_modality(run, parts, draft)
    modality = str(run.papers["modality"])
    as_written = run.papers.get("as_written") and parts.modalities[modality].faithful
    if as_written or not changes_anything(draft, cloud):
        parts.progress.say("performed as it is written" if as_written else "it only reads")
        return parts.runs.note(run.id, program=dump(draft))
    # What no policy would let pass need not be rehearsed: the refusal is the answer.
    if not certify(run, parts, draft, modality, {})[1].admissible:
        return parts.runs.note(run.id, program=dump(draft))
    try:
        program = rehearse(run, timely(run, parts), draft)
    except SkywrightError as why:
        return explore(ruled_out(run, parts, why), parts)
    parts.progress.say(f"rehearsed in a twin; {len(program.steps)} steps distilled")
    return parts.runs.note(run.id, program=dump(program), rehearsed=True)


def judge(run: Run, parts: Parts) -> Run:
    """The certificate, the advisories and the reasons for asking; a refuted program ends here."""
    program = load(str(run.papers["program"]))
    cloud = parts.cloud(run)
    modality = str(run.papers["modality"])
    inventory: Inventory = {}
    relied: dict[str, str] = {}
    proven_after = leases_number(run, parts)
    if changes_anything(program, cloud):
        inventory = look_at(run, parts, program)
        relied = relied_on(program, inventory)
        insist_on(run.papers.get("relied_on", relied), relied)
        keep_inventory(run, parts, inventory)
    evidence, certificate = certify(run, parts, program, modality, inventory)
    foreseen = _foreseen(run, parts) if certificate.admissible else Foresight()
    counted = measured(run, parts, program, evidence, inventory)
    parts.progress.say(str(counted))
    advisories = (*_advisories(run, evidence, parts, foreseen), *lost_besides(run, inventory, parts))
    for advisory in advisories:
        parts.progress.say(f"{advisory.concern.value}: {advisory.text}")
    asked = approvals(evidence, parts.deciders, run.request.autonomy)
    papers: dict[str, Any] = {
        "advisories": [[advisory.concern.value, advisory.text] for advisory in advisories],
        "certificate": certificate.to_json(),
        "approvals": list(
            dict.fromkeys(
                (
                    *asked,
                    *reasons_of_alternatives(run, parts, program, modality, inventory, asked),
                    *certificate.waivers,
                    *remember.reasons(run),
                )
            )
        ),
        "usd_month": evidence.usd_month,
        "proven_at": certificate.at,
        "relied_on": relied,
        "proven_after": proven_after,
        "complexity": counted.to_json(),
    }
    parts.record(
        run,
        "proof",
        certificate=certificate.to_json(),
        program=dump(program),
        digest=digest_of(run.papers["program"]),
        approvals=papers["approvals"],
    )
    if not certificate.admissible:
        flaw = next(
            each for each in certificate.obligations if each.verdict != "proven" and not each.waivable
        )
        return parts.runs.note(
            run.id,
            status=Status.REFUSED,
            error=flaw.why if flaw.rule else f"{flaw.why} (obligation {flaw.id})",
            rule=flaw.rule or flaw.id,
            **papers,
        )
    return parts.runs.note(run.id, **papers)


def approve(run: Run, parts: Parts) -> Run:
    """Go on, or stop until a person agrees."""
    agreed_to = run.papers.get("approved", [])
    reasons = list(proven(run, parts))
    # A budget is not waived by whoever set it in the same breath.
    beforehand = run.request.approved and not any(
        rule in reason for reason in reasons for rule in (EXCEEDED, UNTELLABLE)
    )
    # Agreed is to what was shown: a rule that came later has to be asked about anew.
    if beforehand or set(reasons) <= set(agreed_to):
        if run.papers.get("approved"):
            insist_on_question(run, parts)
        by = "request" if beforehand else "user" if run.papers.get("approved") else "autonomy"
        agreed_to = digest_of(run.papers["program"])
        parts.record(run, "approved", by=by, reasons=reasons, program=agreed_to)
        return parts.runs.note(run.id, agreed=True)
    parts.record(run, "asked", reasons=reasons, program=digest_of(run.papers["program"]))
    for reason in reasons:
        parts.progress.say(f"needs approval: {reason}")
    return parts.runs.note(run.id, status=Status.NEEDS_APPROVAL)


def _foreseen(run: Run, parts: Parts) -> Foresight:
    """What the modality itself says that it will do, having looked at the target."""
    modality = parts.modalities[str(run.papers["modality"])]
    draft = load(str(run.papers["draft"]))
    if modality.faithful or not changes_anything(draft, parts.cloud(run)):
        return Foresight()
    upstream = parts.accounts.reach(parts.target(run))
    who = principal(run, "reader", modality.name)
    with parts.gate.session(who, upstream, lifetime_seconds=_SESSION_SECONDS) as credential:
        place = workplace(run, parts, credential, draft.region or upstream.region)
        foresight = modality.foresee(draft, place)
    for line in foresight.shown.splitlines():
        parts.progress.say(line)
    return foresight


def _advisories(run: Run, evidence: Evidence, parts: Parts, foreseen: Foresight) -> tuple[Advisory, ...]:
    known: list[tuple[str, str]] = run.papers.get("advisories", [])
    from_brain = tuple(Advisory(Concern(concern), text) for concern, text in known)
    return tuple(dict.fromkeys((*from_brain, *foreseen.advisories, *advise(evidence, parts.deciders))))
