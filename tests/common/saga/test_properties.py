"""Whatever arrives, in whatever order: what must never be is not."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from common.contracts.base import Command, Done, Refused
from common.saga import (
    CancelAsked,
    Event,
    Phase,
    RefusalDoubted,
    ReplyArrived,
    RequestBlocked,
    RetryAsked,
    SagaState,
    Send,
    Settled,
    StepStatus,
    TimePassed,
    advance,
    seconds,
)
from common.saga.walks import START, Example, waits_for
from tests.common.saga.trip import EXAMPLE

BUSY = {StepStatus.IN_PROGRESS, StepStatus.COMPENSATING}

# What to do next; the number picks among the commands sent so far, newest first.
ACTIONS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["done", "refused", "doubted"]),
            st.sampled_from([0, 0, 0, 1, 2, 5]),
        ),
        st.tuples(st.sampled_from(["nameless", "foreign"]), st.just(0)),
        st.tuples(st.just("time"), st.sampled_from([0, 0, -3, 30, 900])),
        st.tuples(st.sampled_from(["cancel", "retry", "settle"]), st.just(0)),
    ),
    max_size=40,
)


class Story:
    """A saga, all it has sent, and the invariants after each event."""

    def __init__(self, example: Example) -> None:
        self.example = example
        self.now = START
        self.sent: list[Send] = []
        self.confirmed: set[str] = set()
        self.happened: set[str] = set()
        self.past_pivot_in: set[int] = set()
        started = example.start()
        self.state: SagaState[Any] = started.state
        self._take(started.sends)
        self.check()

    def act(self, action: str, number: int) -> None:
        """One thing happens, and the invariants hold."""
        if action == "time":
            wake = self.state.wake_at or self.now
            self.now = max(self.now, wake + seconds(number))
        self.give(self._event(action, number))

    def give(self, event: Event) -> None:
        """The event arrives."""
        before, encoded = self.state, self.example.definition.encode(self.state)
        try:
            advanced = advance(before, event, self.now)
        except RequestBlocked:
            return
        finally:
            assert self.example.definition.encode(before) == encoded
        self._note_confirmation(before, event, advanced.state)
        self._note_success(before, event)
        self.state = advanced.state
        assert advanced.sends == () or advanced.state is not before
        assert advanced.state is not before or advanced.note
        self._take(advanced.sends)
        self.check()

    def answer(self, send: Send, *, done: bool) -> ReplyArrived:
        """A reply to a command that was sent at some time."""
        name = send.command.name
        answer: Done | Refused = Refused(reason="NO")
        if done:
            answer = self.example.answers.get(name, Done())
        return ReplyArrived(
            command_id=send.command_id, command_name=name, answer=answer
        )

    def doubt(self, send: Send) -> RefusalDoubted:
        """A refusal of a command that was sent at some time, which may not be one."""
        return RefusalDoubted(
            command_id=send.command_id,
            command_name=send.command.name,
            answer=Refused(reason="DOUBTED"),
            why="looking",
        )

    def _event(self, action: str, number: int) -> Event:
        if action in ("done", "refused", "doubted"):
            send = self.sent[max(0, len(self.sent) - 1 - number)]
            if action == "doubted":
                return self.doubt(send)
            return self.answer(send, done=action == "done")
        if action == "nameless":
            reply = self.answer(self.sent[-1], done=True)
            return ReplyArrived(command_name=reply.command_name, answer=reply.answer)
        if action == "foreign":
            name = self.sent[-1].command.name
            return ReplyArrived(command_id="X/1", command_name=name, answer=Done())
        name = waits_for(self.example.definition, self.state)[0] if self.busy else ""
        asked: dict[str, Event] = {
            "time": TimePassed(),
            "cancel": CancelAsked(by="customer"),
            "retry": RetryAsked(by="operator"),
            "settle": Settled(step=name, by="operator", reference="letter"),
        }
        return asked[action]

    @property
    def busy(self) -> bool:
        """The saga has not ended."""
        return not self.state.ended

    def _note_confirmation(
        self, before: SagaState[Any], event: Event, after: SagaState[Any]
    ) -> None:
        for was, step in zip(before.steps, after.steps, strict=True):
            undone = step.status is StepStatus.COMPENSATED
            if not undone or was.status is StepStatus.COMPENSATED:
                continue
            if isinstance(event, ReplyArrived):
                assert isinstance(event.answer, Done)
                assert event.command_id in ("", was.undo_id)
            else:
                assert isinstance(event, Settled)
                assert step.settled is not None
            self.confirmed.add(f"{after.attempt}/{step.name}")

    def _note_success(self, before: SagaState[Any], event: Event) -> None:
        """A participant says that the command of a step took effect, however late."""
        if not isinstance(event, ReplyArrived) or not isinstance(event.answer, Done):
            return
        for step in before.steps:
            if event.command_id and step.command_id == event.command_id:
                self.happened.add(f"{before.attempt}/{step.name}")

    def _take(self, sends: tuple[Send, ...]) -> None:
        assert len(sends) <= 1
        for send in sends:
            known = {old.command_id: old for old in self.sent}.get(send.command_id)
            assert (known is not None) == (send.resend > 0)
            if known is not None:
                assert known.command == send.command
                assert send.resend == known.resend + 1
            assert send.command.attempt == self.state.attempt or known is not None
            self.sent.append(send)
            self._mark_pivot(send.command)

    def _mark_pivot(self, command: Command) -> None:
        if command.name == self.example.definition.steps[-1].name:
            self.past_pivot_in.add(self.state.attempt)

    def check(self) -> None:
        """What must always be so."""
        state, definition = self.state, self.example.definition
        assert sum(step.status in BUSY for step in state.steps) == (not state.ended)
        assert state.ended == (state.wake_at is None)
        assert definition.decode(definition.encode(state)) == state
        if state.attempt in self.past_pivot_in:
            assert state.phase in (Phase.RUNNING, Phase.COMPLETED)
        if state.phase is Phase.COMPLETED:
            assert {s.status for s in state.steps} == {StepStatus.SUCCESS}
        if state.phase in (Phase.COMPENSATED, Phase.FAILED):
            self._check_undone()
        assert (state.attention is None) == (state.attention_since is None)
        assert not (state.ended and state.attention)

    def _check_undone(self) -> None:
        for step in self.state.steps:
            undone = step.status is StepStatus.COMPENSATED
            known = f"{self.state.attempt}/{step.name}" in self.confirmed
            assert undone == known
            assert undone or f"{self.state.attempt}/{step.name}" not in self.happened
            assert undone or step.completed_at is None
            assert undone or step.status in (StepStatus.FAILED, StepStatus.PENDING)


@given(ACTIONS)
@settings(max_examples=400, deadline=None)
def test_no_story_breaks_an_invariant(actions: list[tuple[str, int]]) -> None:
    """Right, late, doubled, contradictory replies; time, cancels, retries, settling."""
    story = Story(EXAMPLE)
    for action, number in actions:
        story.act(action, number)


@given(ACTIONS)
@settings(max_examples=200, deadline=None)
def test_every_story_ends_once_all_is_answered(actions: list[tuple[str, int]]) -> None:
    """From any state, SUCCESS to what is out and time to what waits lead to an end."""
    story = Story(EXAMPLE)
    for action, number in actions:
        story.act(action, number)
    for _ in range(20):
        if not story.busy:
            break
        name, command_id = waits_for(EXAMPLE.definition, story.state)
        if command_id is not None:
            story.act("nameless", 0)
        elif name == "PAY_TRIP":
            story.act("settle", 0)
        else:
            story.act("time", 0)
    assert story.state.ended
