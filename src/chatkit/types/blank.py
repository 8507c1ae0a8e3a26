"""A model before it is one: what is built of values that need no look. Stands on the base.

What is set in a model passes pydantic, value by value; in a blank Python sets it, in a tenth of
the time. Inside they are alike, so that a blank becomes the model that its `__class__` is set to.
"""

from chatkit.types.base import WireModel

__all__ = ["Blank"]


class Blank(WireModel):
    """To be made without `__init__`, and to be given all fields and what pydantic keeps beside.

    Its `__class__` is set at last; that raises TypeError for a class with slots of its own.
    """

    # Both of them: where one is pydantic's, Python looks for either by its name.
    __setattr__ = object.__setattr__
    __delattr__ = object.__delattr__
