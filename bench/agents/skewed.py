"""`skywright` on a machine whose clock is wrong by so many seconds: `python -m bench.agents.skewed SECONDS …`

Only what this process's Python reads is wrong; what it starts has the machine's own clock, as if that had
been set right meanwhile.
"""

import sys
import time

if __name__ == "__main__":
    seconds, true = float(sys.argv.pop(1)), time.time
    time.time = lambda: true() + seconds
    time.time_ns = lambda: int((true() + seconds) * 1e9)

    from skywright.cli.main import main  # what it imports must find that clock

    main()
