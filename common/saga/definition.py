"""A saga is a class: attribute order is step order, docstring is promise."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Generic, get_args

import msgspec

from common.saga import moves
from common.saga.checks import check, check_class
from common.saga.errors import IllegalSaga, RetryBlocked, UnknownDefinition
from common.saga.events import Advanced
from common.saga.state import D, SagaState, StepState
from common.saga.steps import Step


class Saga(Generic[D]):
    """The base of all definitions; an illegal one can't be imported.

    `undone_by` names the saga that undoes a completed one; without it nobody can
    cancel what has passed its point of no return.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    undone_by: ClassVar[str | None]
    promise: ClassVar[str]
    data: ClassVar[type[Any]]
    steps: ClassVar[tuple[Step, ...]]
    _decoder: ClassVar[Any]

    def __init_subclass__(
        cls, *, name: str, version: int, undone_by: str | None = None
    ) -> None:
        super().__init_subclass__()
        found = {k: v for k, v in vars(cls).items() if isinstance(v, Step)}
        cls.name, cls.version, cls.undone_by = name, version, undone_by
        cls.promise = (cls.__doc__ or "").strip()
        cls.data = _data_of(cls)
        check_class(cls, found, Saga)
        check(cls.__name__, found, cls.data)
        for attribute, step in found.items():
            setattr(cls, attribute, step.bound(attribute, cls.data))
        cls.steps = tuple(getattr(cls, attribute) for attribute in found)
        cls._decoder = msgspec.json.Decoder(SagaState[cls.data])  # type: ignore[name-defined]
        _register(cls)

    @classmethod
    def start(
        cls, saga_id: str, key: str, data: D, now: datetime, *, attempt: int = 1
    ) -> Advanced[D]:
        """The saga is on its way: its first command is to be sent.

        `attempt` differs from 1 only for a saga that undoes an order's later try.
        """
        state = SagaState(
            saga_id=saga_id,
            key=key,
            definition=cls.name,
            version=cls.version,
            status=cls.steps[0].running,
            current_step=cls.steps[0].name,
            attempt=attempt,
            steps=tuple(StepState(name=step.name) for step in cls.steps),
            data=data,
            created_at=now,
            updated_at=now,
        )
        return moves.run_step(cls.steps, state, 0, now)

    @classmethod
    def encode(cls, state: SagaState[D]) -> str:
        """The state as JSON; decimals are strings, and so stay exact."""
        return _encoder.encode(state).decode()

    @classmethod
    def decode(cls, text: str | bytes) -> SagaState[D]:
        """The state that `encode` wrote."""
        state: SagaState[D] = cls._decoder.decode(text)
        return state

    @classmethod
    def retry_block(cls, state: SagaState[D]) -> RetryBlocked | None:
        """Why this business forbids one more try; definitions override it."""
        return None


Definition = type[Saga[Any]]
registry: dict[tuple[str, int], Definition] = {}
_encoder = msgspec.json.Encoder()


def definition_of(name: str, version: int) -> Definition:
    """The definition a row names. Raises UnknownDefinition."""
    definition = registry.get((name, version))
    if definition is None:
        raise UnknownDefinition(
            f"saga {name!r} version {version} is not known to this program: deploy the"
            f" code that has it, old versions included (known: {sorted(registry)})"
        )
    return definition


def latest(name: str) -> Definition:
    """The newest version, the one new sagas start with. Raises UnknownDefinition."""
    versions = [version for known, version in registry if known == name]
    return definition_of(name, max(versions, default=0))


def _register(cls: Definition) -> None:
    key = (cls.name, cls.version)
    if key in registry:
        raise IllegalSaga(
            f"{cls.__name__}: {registry[key].__name__} is already saga {cls.name!r}"
            f" version {cls.version}; give a changed saga the next version"
        )
    registry[key] = cls


def _data_of(cls: type) -> type[Any]:
    for base in cls.__dict__.get("__orig_bases__", ()):
        for argument in get_args(base):
            if isinstance(argument, type):
                return argument
    raise IllegalSaga(f"{cls.__name__}: say what it knows, as in Saga[OrderData]")
