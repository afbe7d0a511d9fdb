"""Orders to stop that come early, in bursts, or while threads work."""

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import sys, threading
from config.stopping import hold_stop_orders
wait_for_stop = hold_stop_orders()
threading.Thread(target=threading.Event().wait, daemon=True).start()
print("held", flush=True)
sys.stdin.readline()
wait_for_stop()
print("left in order", flush=True)
"""


@pytest.mark.parametrize("order", [signal.SIGTERM, signal.SIGINT])
def test_an_order_that_comes_before_it_is_waited_for_is_kept(order: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin and process.stdout
    assert process.stdout.readline() == "held\n"
    process.send_signal(order)
    said, _ = process.communicate("go on\n", timeout=20)
    assert (said, process.returncode) == ("left in order\n", 0)


def test_a_child_obeys_again() -> None:
    code = """
import os, signal
from config.stopping import hold_stop_orders, obey_again
hold_stop_orders(signal.SIGCHLD)
if (child := os.fork()) == 0:
    obey_again(signal.SIGCHLD)
    signal.pause()
os.kill(child, signal.SIGTERM)
raise SystemExit(os.WTERMSIG(os.waitpid(child, 0)[1]))
"""
    assert subprocess.run([sys.executable, "-c", code], timeout=20, check=False).returncode == signal.SIGTERM
