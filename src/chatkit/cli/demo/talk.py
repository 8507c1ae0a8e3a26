"""What the demo assistant says for itself: what it is, what to try, how to plug in a model."""

from chatkit.types import UserMessageItem

from .stage import Events, Stage

_WELCOMED = "demo.welcomed"

_INTRODUCTION = """\
You wrote: “{text}”. I am the demo assistant of **ChatKit, self-hosted**, and no model is behind \
me: my answers are written by hand, so that you can see everything without a key.

{commands}

**To talk to a real model**, restart me with one. Any server that speaks OpenAI's API will do:

```bash
OPENAI_API_KEY=sk-… chatkit demo
chatkit demo --base-url http://localhost:11434/v1 --model llama3.2   # Ollama
```

Everything here is kept in a database on this machine. Stop me in the middle of an answer, close \
the window, restart the server: the thread will still be there.\
"""

_AGAIN = """\
You wrote: “{text}”. I only know my commands: type `help` to see them, or start me with \
`--base-url` and `--model` to talk to a real model.\
"""

_COMMANDS = """\
Type one of these words:

| Command | What you will see |
|---|---|
| `widgets` | every kind of widget: cards, lists, tables, text that streams |
| `form` | a form with all its fields; sending it changes it |
| `chart` | a chart that you can switch between bars, areas and lines |
| `workflow` | steps of work with searches, files and a summary |
| `reasoning` | thoughts that stream before the answer |
| `sources` | an answer with citations |
| `image` | an image that is drawn while you watch |
| `client tool` | a question that your own page or terminal answers |
| `questions` | a form in the place of the composer |
| `code`, `math`, `table` | Markdown |
| `long`, `slow` | answers that you can stop |
| `error` | a failure, and a retry that works; also `error custom`, `error crash` |
| `notice`, `progress`, `effect` | what is shown for a moment and not kept |
| `lock` | a conversation that takes no messages, until you unlock it |
| `feedback` | the thumbs that you gave in this thread |\
"""


async def introduce(stage: Stage) -> Events:
    """The whole story once in a thread, a line from then on."""
    text = _shortened(text_of(stage.message))
    if stage.thread.metadata.get(_WELCOMED):
        answer = _AGAIN.format(text=text)
    else:
        stage.thread.metadata[_WELCOMED] = True
        answer = _INTRODUCTION.format(text=text, commands=_COMMANDS)
    async for event in stage.say(answer):
        yield event


async def help_(stage: Stage) -> Events:
    """What one can type."""
    async for event in stage.say(_COMMANDS):
        yield event


def text_of(message: UserMessageItem | None) -> str:
    """What a person wrote, with the names of what they mentioned."""
    return "".join(part.text for part in message.content).strip() if message else ""


def _shortened(text: str) -> str:
    first = text.split("\n", 1)[0]
    return first if len(first) <= 60 else first[:59].rstrip() + "…"


__all__ = ["help_", "introduce", "text_of"]
