"""How the programs about tokens speak.

One JSON document comes on standard input: `tasks`, each with what it is to `do` and the keys for that
as JWK. One goes out: `answers` in the same order, each with a `value` or with the reason why it
`refused`.
"""

import json
import sys


def answer(verbs, task):
    """What the function by the task's name says."""
    verb = verbs.get(task["do"])
    if verb is None:
        return {"refused": f"{task['do']} is not known here"}
    try:
        return {"value": verb(task)}
    except Exception as error:  # Whatever it is, it is no acceptance.
        return {"refused": f"{type(error).__name__}: {error}"}


def serve(*functions):
    """Does every task by the function of its name."""
    verbs = {function.__name__: function for function in functions}
    tasks = json.load(sys.stdin)["tasks"]
    json.dump({"answers": [answer(verbs, task) for task in tasks]}, sys.stdout)
