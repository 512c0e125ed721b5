"""A definition as a page of Markdown: table, diagrams, stories; all by enumeration.

What is drawn is what `advance` did in `walks`, so no rule is written down twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from common.saga.definition import Definition
from common.saga.state import Phase
from common.saga.steps import Ask, Step
from common.saga.walks import (
    CANCEL,
    SUCCESS,
    Example,
    State,
    Stride,
    Walk,
    explore,
    waits_for,
    walks,
)


def page(example: Example, command: str) -> str:
    """The whole page; `command` says how it is made."""
    definition = example.definition
    parts = [
        f"# Saga `{definition.name}`, version {definition.version}",
        definition.promise,
        (
            f"*Generated from `{definition.__module__}.{definition.__name__}` by"
            f" `{command}`; a test fails when it is stale.*"
        ),
        "## Steps",
        steps_table(example),
        "## States",
        "Nodes are the command that is out; inside COMPENSATING it is an undo.",
        _fenced(state_diagram(example)),
        *_dialogues(example),
        "## Every story with one thing that goes wrong",
        stories_table(example),
    ]
    return "\n\n".join(parts) + "\n"


def steps_table(example: Example) -> str:
    """One row a step."""
    header = (
        "step", "command", "to", "kind", "undo", "status while out", "then", "in time"
    )  # fmt: skip
    rows = [
        (
            f"`{step.attribute}`",
            step.name,
            step.ask.command.to,
            step.kind.value,
            _name(step.undo),
            step.running,
            step.done,
            _limit(step, example),
        )
        for step in example.definition.steps
    ]
    return _table(header, rows)


def state_diagram(example: Example) -> str:
    """Mermaid: every stride of every state, drawn once."""
    strides = explore(example)
    lines = ["stateDiagram-v2", f"    [*] --> {example.definition.steps[0].name}"]
    lines += [
        f'    state "{step.running}: {step.name}" as {step.name}'
        for step in example.definition.steps
    ]
    inside, outside = _edges(example.definition, strides)
    if inside:
        lines += ["    state COMPENSATING {", *(f"    {e}" for e in inside), "    }"]
    lines += outside
    lines += [f"    {end} --> [*]" for end in _ends(strides)]
    return "\n".join(lines)


def sequence_diagram(example: Example, walk: Walk) -> str:
    """Mermaid: who tells whom what in one walk."""
    definition = example.definition
    to = {ask.name: ask.command.to for ask in _asks(definition)}
    services = dict.fromkeys(ask.command.to for ask in _asks(definition))
    lines = ["sequenceDiagram", "    participant saga"]
    lines += [f"    participant {service}" for service in services]
    for stride in walk:
        name, _ = waits_for(definition, stride.before)
        lines.append(f"    saga->>{to[name]}: {name}")
        lines.append(f"    {to[name]}-->>saga: {stride.label}")
    last = walk[-1].advanced.state
    lines.append(f"    Note over saga: {last.status}")
    return "\n".join(lines)


def stories_table(example: Example) -> str:
    """One row for every walk in which at most one event is not a SUCCESS."""
    rows = [
        (_event_of(example, walk), ", ".join(_commands(example, walk)), _end(walk))
        for walk in walks(example)
        if _deviations(walk) <= 1
    ]
    return _table(("what happens", "commands, in order", "the saga ends"), rows)


def _dialogues(example: Example) -> Iterable[str]:
    all_walks = list(walks(example))
    yield "## When all goes well"
    good = next(walk for walk in all_walks if _deviations(walk) == 0)
    yield _fenced(sequence_diagram(example, good))
    undone = [
        walk
        for walk in all_walks
        if _deviations(walk) == 1 and walk[-1].advanced.state.phase is Phase.COMPENSATED
        and "REFUSED" in [stride.label for stride in walk]
    ]  # fmt: skip
    if undone:
        yield "## When the last step that may refuse does"
        yield _fenced(sequence_diagram(example, max(undone, key=len)))


def _edges(
    definition: Definition, strides: Iterable[Stride]
) -> tuple[list[str], list[str]]:
    labels: dict[tuple[str, str, bool], list[str]] = {}
    for stride in strides:
        after = stride.advanced.state
        ends = (_node(definition, stride.before), _node(definition, after))
        both = {stride.before.phase, after.phase} == {Phase.COMPENSATING}
        if stride.advanced.undo_wanted:
            labels.setdefault((ends[1], _undo_node(definition), False), []).append(
                CANCEL
            )
        if ends[0] != ends[1] or stride.label != CANCEL:
            labels.setdefault((*ends, both), []).append(stride.label)
    drawn = {
        key: f"    {key[0]} --> {key[1]}: {', '.join(dict.fromkeys(found))}"
        for key, found in labels.items()
    }
    inside = [edge for key, edge in drawn.items() if key[2]]
    return inside, [edge for key, edge in drawn.items() if not key[2]]


def _node(definition: Definition, state: State) -> str:
    return state.status if state.ended else waits_for(definition, state)[0]


def _undo_node(definition: Definition) -> str:
    return f"saga_{definition.undone_by}".replace("-", "_")


def _ends(strides: Iterable[Stride]) -> list[str]:
    ends = (s.advanced.state for s in strides if s.advanced.state.ended)
    return list(dict.fromkeys(state.status for state in ends))


def _deviations(walk: Walk) -> int:
    return sum(stride.label not in (SUCCESS, "WAIT") for stride in walk)


def _event_of(example: Example, walk: Walk) -> str:
    for stride in walk:
        if stride.label not in (SUCCESS, "WAIT"):
            name, _ = waits_for(example.definition, stride.before)
            return f"{stride.label} at {name}"
    return "all succeed"


def _commands(example: Example, walk: Walk) -> list[str]:
    first = example.start()
    sends = [*first.sends, *(s for stride in walk for s in stride.advanced.sends)]
    return [send.command.name for send in sends]


def _end(walk: Walk) -> str:
    last = walk[-1].advanced
    then = ", then it is undone" if last.undo_wanted else ""
    return f"{last.state.status}{then}"


def _asks(definition: Definition) -> list[Ask]:
    steps = definition.steps
    return [ask for step in steps for ask in (step.ask, step.undo) if ask is not None]


def _name(ask: Ask | None) -> str:
    return ask.name if ask else "–"


def _limit(step: Step, example: Example) -> str:
    if step.within is None:
        return "for ever"
    if isinstance(step.within, timedelta):
        return f"{step.within.total_seconds():g} s"
    doc = (step.within.__doc__ or step.within.__name__).strip()
    return f"{step.within(example.data).total_seconds():g} s; {doc}"


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    cells = list(header)
    lines = [cells, ["---"] * len(cells), *(list(row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _fenced(mermaid: str) -> str:
    return f"```mermaid\n{mermaid}\n```"
