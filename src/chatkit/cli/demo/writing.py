"""Scenes of plain text: code, mathematics, tables, an answer that is long and one that is slow."""

from .stage import Events, Stage

_CODE = """\
A binary search, in Python:

```python
def find(sorted_items: list[int], wanted: int) -> int | None:
    \"\"\"The index of `wanted`, or None.\"\"\"
    low, high = 0, len(sorted_items)
    while low < high:
        middle = (low + high) // 2
        if sorted_items[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    found = low < len(sorted_items) and sorted_items[low] == wanted
    return low if found else None
```

It halves the list at each step, so a million items take about 20 comparisons. Run it with:

```bash
python -c "from search import find; print(find([1, 3, 5, 8], 5))"
```

Inline code such as `find([], 1)` gives `None`.\
"""

_MATH = r"""The quadratic equation $ax^2 + bx + c = 0$ has the solutions

$$x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}$$

They are real where the discriminant \(b^2 - 4ac\) is not negative. And the one that everybody
likes:

\[e^{i\pi} + 1 = 0\]

A price of $5 and one of $10 stay what they are."""

_TABLE = """\
The inner planets:

| Planet | Distance from the Sun | Day | Moons |
|:--|--:|--:|:-:|
| Mercury | 58 million km | 176 d | 0 |
| Venus | 108 million km | 117 d | 0 |
| Earth | 150 million km | 24 h | 1 |
| Mars | 228 million km | 25 h | 2 |

- [x] Rocky, all four of them
- [ ] Habitable, but for ~~two~~ **one**

> A day is from noon to noon.[^1]

[^1]: Venus turns so slowly that its year is almost two of its days.\
"""

_PARAGRAPHS = """\
Long answers are where a chat shows its quality. Words come in one after the other, faster than \
one reads, and the page has to stay calm: what was written stands still, what is being written \
grows at the end, and the reader decides where to look.

Scroll up while this goes on. The text should not pull you back down; only when you return to the \
end does the view follow again. Select a sentence, copy it, look at an earlier message: none of \
it should be disturbed by what arrives.

Now press Stop. What was said so far stays in the thread, exactly as you saw it, because every \
piece was logged before it was sent. The model is told that it was interrupted, so that it will \
not go on where it left off the next time.

Or pull the plug: close the window, or kill the server. When both are back, this text is there up \
to the last word that anybody saw. No answer is ever run again by itself, as that might do \
something twice; you are offered to try again.

Behind the scenes each of these words is an event with a number. They are written to the database \
in groups, many answers at once, and a reader is only a cursor into them. That is why a slow \
reader holds up nobody, and why a thousand of them may come back together.\
"""

_SLOW = (
    "I am taking my time, one word after the other, so that you can press Stop, close the "
    "window, or restart the server in the middle of a sentence, and see that what I have said "
    "so far is kept. "
)


async def code(stage: Stage) -> Events:
    """Fenced and inline code."""
    async for event in stage.say(_CODE):
        yield event


async def math(stage: Stage) -> Events:
    """Inline and block mathematics, and dollars that are none."""
    async for event in stage.say(_MATH):
        yield event


async def table(stage: Stage) -> Events:
    """A table, a task list, a quotation and a footnote."""
    async for event in stage.say(_TABLE):
        yield event


async def long(stage: Stage) -> Events:
    """About 1,800 words under headings."""
    chapters = [f"## Chapter {number}\n\n{_PARAGRAPHS}" for number in range(1, 9)]
    async for event in stage.say("\n\n".join(chapters)):
        yield event


async def slow(stage: Stage) -> Events:
    """About a minute for a few sentences."""
    async for event in stage.slower(20).say((_SLOW * 3).strip()):
        yield event


__all__ = ["code", "long", "math", "slow", "table"]
