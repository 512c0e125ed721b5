"""What can be wrong with a saga, one class for each who is at fault."""

from __future__ import annotations


class SagaError(Exception):
    """Base of all errors of this package."""


class IllegalSaga(SagaError, TypeError):
    """The author's fault: the class can't be a saga, and the sentence says why."""


class UnknownDefinition(SagaError, LookupError):
    """The deployer's fault: a row names a definition that this program lacks."""


class RequestBlocked(SagaError):
    """The asker's fault: the saga is not in a state in which this can be done."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class RetryBlocked(RequestBlocked):
    """The saga can't be tried again (now)."""


class CancelBlocked(RequestBlocked):
    """The saga can't be cancelled (any more)."""


class SettleBlocked(RequestBlocked):
    """There is nothing here for a person to settle by hand."""
