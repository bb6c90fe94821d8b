"""What the scripts of the demo share."""

import json
import os
import urllib.request

SIMULATOR = os.environ["KSEF_SIMULATOR_URL"]


def say(text=""):
    print(text, flush=True)


def control(call, body):
    """Ask the simulator's control plane, which only tests and demos may do."""
    request = urllib.request.Request(
        f"{SIMULATOR}/_control/{call}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    # The simulator is on this machine: no proxy in between.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as answer:
        return json.load(answer)
