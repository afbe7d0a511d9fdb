"""A zygote on a kernel that takes no filter: it must not come to serving. Run as a program."""

import sys

from config import confinement
from config.no_network import NetworkNotDenied
from config.zygote import serve


def _refuse(code: bytes) -> None:
    raise NetworkNotDenied("this kernel takes no filter")


vars(confinement)["install"] = _refuse

if __name__ == "__main__":
    sys.exit(serve(lambda question, _: question, sys.argv[1:]))
