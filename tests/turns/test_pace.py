"""Frames come as often as an eye follows, and less often under load, but never too seldom."""

from conversations.turns.pace import (
    FRAME_SECONDS,
    FRAMES_PER_SECOND,
    LONGEST_FRAME_SECONDS,
    RENDERING_SHARE,
    Crowd,
    Pace,
)


class Clock:
    """A loop that wakes everybody `late` seconds after they asked for it."""

    def __init__(self, late: float = 0.0) -> None:
        self.late = late
        self.asked: list[float] = []
        self.crowd = Crowd()
        self._now = 0.0

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self.asked.append(seconds)
        self._now += seconds + self.late

    def pace(self) -> Pace:
        return Pace(self.sleep, self.now, self.crowd)


async def test_a_loop_with_nothing_else_to_do_keeps_to_the_frame() -> None:
    clock = Clock()
    pace = clock.pace()
    for _ in range(50):
        await pace.rest(cost=0)
    assert {round(asked, 9) for asked in clock.asked} == {FRAME_SECONDS}


async def test_frames_widen_while_the_loop_is_late_and_narrow_again() -> None:
    clock = Clock(late=0.02)
    pace = clock.pace()
    for _ in range(50):
        await pace.rest(cost=0)
    assert clock.asked[:20] == sorted(clock.asked[:20])
    assert FRAME_SECONDS * 2 < clock.asked[-1] < LONGEST_FRAME_SECONDS
    clock.late = 0
    for _ in range(50):
        await pace.rest(cost=0)
    assert clock.asked[-1] < FRAME_SECONDS * 1.01


async def test_frames_widen_with_the_number_of_replies_before_anything_is_late() -> None:
    clock = Clock()
    for resting, frame in (
        (1, FRAME_SECONDS),
        (FRAMES_PER_SECOND // 10, 0.1),
        (10_000, LONGEST_FRAME_SECONDS),
    ):
        clock.crowd.resting = resting
        await clock.pace().rest(cost=0)
        assert clock.asked[-1] == frame
        assert clock.crowd.resting == resting


async def test_however_late_the_loop_is_frames_have_a_longest_length() -> None:
    clock = Clock(late=5)
    pace = clock.pace()
    for _ in range(50):
        await pace.rest(cost=0)
    assert max(clock.asked) == LONGEST_FRAME_SECONDS


async def test_a_block_that_takes_long_to_render_is_rendered_less_often() -> None:
    clock = Clock()
    await clock.pace().rest(cost=0.05)
    assert clock.asked == [0.05 / RENDERING_SHARE]
