"""Peers: each module here has `create(setup)`, which gives an object with

  name               the peer's name in results.json, or `names` if it plays several
  prepare(problem, outputs)   a list of Candidate

or raises Unavailable, which is said once and the peer left out. A peer that cannot compute a problem raises
Unsupported from `prepare`, which is said as well.
"""

from dataclasses import dataclass
from typing import Any, Callable, Optional


class Unavailable(Exception):
    """The peer cannot be used on this machine at all."""


class Unsupported(Exception):
    """The peer cannot compute this problem."""


@dataclass
class Candidate:
    """A way in which a peer computes a problem. Of several with one peer and output the fastest counts; one without a
    peer is only listed in the details."""

    peer: Optional[str]
    output: Optional[str]  # which of our outputs it stands against; None: all
    contender: Any
    check: Callable[[], bool] = lambda: True


@dataclass
class Setup:
    folder: str
    clock: Any
    say: Callable[[str], None]
    isa: str = "native"


MODULES = ("handwritten", "openblas", "onnxruntime_peer", "openvino_peer", "pytorch_peer")
