"""PyTorch fp32 on one thread: addmm's mm, and conv2d on channels-last images."""

import numpy as np

from ..native import PythonContender
from ..problems import Conv
from . import Candidate, Unavailable


class PyTorch:
    names = ("pytorch-fp32",)

    def __init__(self, setup):
        try:
            import torch
        except ImportError as error:
            raise Unavailable(str(error)) from None
        torch.set_num_threads(1)
        torch.set_grad_enabled(False)
        self.torch, self.clock = torch, setup.clock
        self.description = f"PyTorch {torch.__version__}"

    def prepare(self, problem, outputs):
        torch = self.torch
        x = torch.from_numpy(problem.activations.astype(np.float32))
        w = torch.from_numpy(problem.weights.astype(np.float32))
        if isinstance(problem, Conv):
            x = x.permute(0, 3, 1, 2)  # NHWC in memory
            w = w.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
            call = lambda: torch.nn.functional.conv2d(
                x, w, stride=problem.stride, padding=problem.pad, groups=problem.groups
            )
        else:
            w, out = w.T.contiguous(), torch.empty(problem.output_shape)
            call = lambda: torch.mm(x, w, out=out)
        return [Candidate("pytorch-fp32", None, PythonContender("pytorch-fp32", self.clock, call))]


def create(setup):
    return PyTorch(setup)
