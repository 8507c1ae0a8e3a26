"""ChatKit, self-hosted: threads of typed items, one POST endpoint, a stream of events.

Import from the rooms: `chatkit.server`, `chatkit.types`, `chatkit.store`, `chatkit.widgets`,
`chatkit.actions`, `chatkit.agents`, `chatkit.http`, `chatkit.client`, `chatkit.testing`.
"""

__version__ = "0.1.0"
