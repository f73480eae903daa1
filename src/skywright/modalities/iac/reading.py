"""Programs that only read: data sources are planned, and the plan's outputs are what was asked for.

Nothing is applied and nothing is kept of it.
"""

import shutil

from skywright.modalities.base import Attempt, Workplace
from skywright.modalities.iac import plan as plans
from skywright.modalities.iac.failure import why
from skywright.modalities.iac.session import Command, attached
from skywright.modalities.iac.tool import Tool
from skywright.modalities.iac.workspace import GATE
from skywright.model.program import Program
from skywright.program.emit.hcl.reads import reading, results
from skywright.program.interpret import answer


def perform(program: Program, tool: Tool, workplace: Workplace) -> Attempt:
    """Plan the program's data sources and make its answer of what they say.

    Raises:
        Inexpressible: Terraform cannot say it; the sentence names what can.
        Corrupt: What Terraform said cannot be understood.
        Unavailable: Terraform cannot be started.
    """
    written = reading(program)
    folder = workplace.folder / "reading"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    (folder / "main.tf").write_text(written.text, encoding="utf-8")
    (folder / "gate_override.tf").write_text(GATE, encoding="utf-8")
    told = folder / "plan.json"
    change = f"-chdir={folder}"
    with attached(tool, workplace) as session:
        ended = session.run(
            [
                Command(
                    (change, "plan", "-input=false", "-no-color", "-out=plan.tfplan"), folder / "plan.txt"
                ),
                Command((change, "show", "-json", "plan.tfplan"), told),
            ]
        )
    if ended.status or ended.timed_out:
        return Attempt(False, written.text, ended.output, why(ended, workplace))
    outputs = plans.read(told).outputs
    shutil.rmtree(folder, ignore_errors=True)
    for sentence in written.untold:
        workplace.say(sentence)
    found = results(program, written, outputs)
    return Attempt(True, written.text, ended.output, notes=written.untold, answer=answer(program, found))
