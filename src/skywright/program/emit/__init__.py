"""Programs as people read them: a shell script for `aws` (`cli`), a boto3 program (`sdk`).

What is emitted does exactly what the program says and runs by itself, without Skywright.
"""

from skywright.program.emit.frame import Inexpressible

__all__ = ["Inexpressible"]
