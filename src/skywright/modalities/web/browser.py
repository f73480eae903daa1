"""Which browser there is, and how it is started. Knows no page; importing this imports no Playwright."""

import shutil
from collections.abc import Mapping

from skywright.errors import Unavailable

VARIABLE = "SKYWRIGHT_BROWSER"
_NAMES = ("chromium-headless-shell", "chromium", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_ADVICE = (
    "no Chromium is here; run: apt-get install -y --no-install-recommends chromium-headless-shell "
    f"fonts-liberation, or name one in {VARIABLE}, or use --modality sdk"
)


def find(environment: Mapping[str, str]) -> str:
    """Where the browser is: what the variable names, else the first of the usual names on the path.

    Raises:
        Unavailable: There is none; the sentence says how to get one.
    """
    named = environment.get(VARIABLE, "")
    if named:
        found = shutil.which(named)
        if found is None:
            raise Unavailable(f"{VARIABLE} names '{named}', which is no program")
        return found
    for name in _NAMES:
        found = shutil.which(name, path=environment.get("PATH"))
        if found:
            return found
    raise Unavailable(_ADVICE)
