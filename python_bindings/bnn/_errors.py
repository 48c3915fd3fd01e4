"""Exceptions, and what becomes of the statuses of the C API."""

from __future__ import annotations


class Error(Exception):
    """Anything that the compiler refuses or cannot do."""


class CompileError(Error):
    """A model that cannot be read, compiled or loaded. The text holds the compiler's diagnostics, one a line."""


class ArgumentError(Error, ValueError):
    """An argument that makes no sense: an unknown name, an array whose type, shape or device does not fit, or a
    model that was closed."""


class FileError(Error, OSError):
    """A file that cannot be read or written."""


#: By bnn_status.
BY_STATUS = {1: ArgumentError, 2: ArgumentError, 3: CompileError, 4: FileError}
