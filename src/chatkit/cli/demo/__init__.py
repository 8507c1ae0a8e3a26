"""The demo: an assistant without a model that shows every feature of the protocol.

`assistant` picks a scene by a message's first words; each scene is an async generator of events
in a module of its kind. Above: `chatkit demo`. Below: the public names that any host uses.
"""
