from skywright.modalities.base import Attempt, Workplace
from skywright.modalities.iac.tool import Tool
from skywright.model.program import Program

def perform(program: Program, tool: Tool, workplace: Workplace) -> Attempt:
    raise NotImplementedError
