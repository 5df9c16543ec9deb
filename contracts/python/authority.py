"""What every program here is given, and how it speaks.

A JSON description of the authority comes on standard input, because it holds secrets: `issuer`, the
issuer of another realm `with_path`, `clients` by what they are for, `resources` by the algorithm or
shape of their tokens, and the address of the `demo` resource. Each claim that holds is one line; the first that does not ends the
program.
"""

import json
import sys
import traceback
from contextlib import contextmanager

DESCRIPTION = json.load(sys.stdin)

ISSUER = DESCRIPTION["issuer"]
WITH_PATH = DESCRIPTION["with_path"]
CLIENTS = DESCRIPTION["clients"]
RESOURCES = DESCRIPTION["resources"]
DEMO = DESCRIPTION["demo"]

# The scope of every resource but the demo's, and the part of it that is asked for.
ALL = "contract:read contract:write"
SOME = "contract:read"


@contextmanager
def claim(sentence):
    """Checks one claim."""
    try:
        yield
    except Exception:
        print(f"FAILED  {sentence}", file=sys.stderr)
        traceback.print_exc()
        sys.exit(1)
    print(f"holds   {sentence}", flush=True)


def expect(is_so, found):
    """Fails with what was found, also where Python runs without assertions."""
    if not is_so:
        raise AssertionError(f"found {found!r}")


def changed(token):
    """The same token with one character of its signature changed."""
    at = len(token) - 20
    other = "B" if token[at] == "A" else "A"
    return token[:at] + other + token[at + 1 :]
