"""What messages hold that comes from elsewhere, and is loaded with the first value of it.

Most processes that know a message never see a widget or a URL: the components are a third of all
models, and the URLs of pydantic bring the parts of email with them.
"""

from typing import TYPE_CHECKING, Annotated, Any

from chatkit.lazy import LazyType

__all__ = ["AnyUrl", "WidgetComponent", "WidgetRoot"]

if TYPE_CHECKING:
    from pydantic import AnyUrl

    from chatkit.widgets.unions import WidgetComponent, WidgetRoot
else:
    AnyUrl = Annotated[Any, LazyType("pydantic", "AnyUrl")]
    WidgetComponent = Annotated[Any, LazyType("chatkit.widgets.unions", "WidgetComponent")]
    WidgetRoot = Annotated[Any, LazyType("chatkit.widgets.unions", "WidgetRoot")]
