"""The errors: what each is, what it keeps, what it says."""

import inspect

import pytest

import chatkit.errors
from chatkit.errors import (
    AttachmentIncomplete,
    AttachmentNotFound,
    AttachmentStoreMissing,
    BaseStreamError,
    ChatKitError,
    CustomStreamError,
    ErrorCode,
    EventTooLarge,
    InvalidRequest,
    ItemNotFound,
    NoPendingToolCall,
    NotFoundError,
    NotPending,
    RequestError,
    StoreUnavailable,
    StreamError,
    ThreadNotFound,
    TooManyStreams,
    TooManyTurns,
    TurnBusy,
    TurnNotFound,
    TurnTrimmed,
    WrongItem,
)

EXAMPLES: list[tuple[ChatKitError, int, str]] = [
    (ThreadNotFound("thr_1"), 404, "no thread 'thr_1'"),
    (ItemNotFound("thr_1", "msg_1"), 404, "no item 'msg_1' in thread 'thr_1'"),
    (AttachmentNotFound("atc_1"), 404, "no attachment 'atc_1'"),
    (TurnNotFound("trn_1"), 404, "no turn 'trn_1'"),
    (WrongItem("msg_1", "a user message"), 400, "item 'msg_1' is not a user message"),
    (NoPendingToolCall("thr_1"), 409, "thread 'thr_1' is waiting for its output"),
    (NotPending("msg_1"), 409, "item 'msg_1' is no longer pending"),
    (AttachmentIncomplete("atc_1"), 409, "'atc_1' has not been uploaded"),
    (AttachmentStoreMissing(), 501, "has no attachment store"),
    (TurnBusy("thr_1"), 409, "thread 'thr_1' is still answering"),
    (TurnTrimmed("trn_1"), 410, "turn 'trn_1' are no longer kept"),
    (TooManyTurns(5), 429, "5 turns"),
    (TooManyStreams(5), 429, "5 streams"),
    (StoreUnavailable("disk full"), 503, "the store is unavailable: disk full"),
]


@pytest.mark.parametrize(("error", "status", "message"), EXAMPLES, ids=lambda e: type(e).__name__)
def test_each_error_writes_its_message_and_has_a_status(
    error: RequestError, status: int, message: str
) -> None:
    """The HTTP layer answers with `status`, `type` and the message, and knows no single class."""
    assert message in str(error)
    assert error.status == status
    assert error.type


def test_every_class_of_ours_hangs_in_the_tree_that_the_module_draws() -> None:
    """The drawing is what a reader trusts."""
    drawing = chatkit.errors.__doc__ or ""
    for name in chatkit.errors.__all__:
        each = getattr(chatkit.errors, name)
        if inspect.isclass(each) and issubclass(each, Exception):
            assert issubclass(each, ChatKitError)
            assert f" {name}" in drawing
            if issubclass(each, RequestError) and each is not RequestError:
                assert f"{each.status} {each.type}" in drawing or each.type == "not_found"


def test_machine_readable_names_differ_where_the_status_is_the_same() -> None:
    """A client tells a busy thread from a settled question by `type`, not by the message."""
    types = [error.type for error, _, _ in EXAMPLES if isinstance(error, RequestError)]
    others = [name for name in types if name != "not_found"]
    assert len(others) == len(set(others))


def test_a_not_found_error_can_be_raised_with_any_message_or_none() -> None:
    """Hosts' own stores raise it as they like."""
    assert str(NotFoundError("gone")) == "gone"
    assert str(NotFoundError()) == ""
    assert isinstance(NotFoundError(), RequestError)


def test_errors_are_also_what_officially_is_raised() -> None:
    """Apps catch ValueError for a wrong item and RuntimeError for a missing attachment store."""
    assert isinstance(WrongItem("msg_1", "a widget"), ValueError)
    assert isinstance(NoPendingToolCall("thr_1"), InvalidRequest)
    assert isinstance(AttachmentStoreMissing(), RuntimeError)


def test_the_fields_of_an_error_are_kept() -> None:
    """A handler of errors should not have to read a message."""
    assert ItemNotFound("thr_1", "msg_1").item_id == "msg_1"
    error = EventTooLarge(2, 1)
    assert (error.size, error.limit) == (2, 1)


def test_a_stream_error_takes_its_retry_from_its_code_unless_it_says_so() -> None:
    """Handlers write `StreamError(ErrorCode.STREAM_ERROR)` and mean: try again."""
    error = StreamError(ErrorCode.STREAM_ERROR)
    assert (error.code, error.status_code, error.allow_retry) == ("stream.error", 500, True)
    assert StreamError(ErrorCode.STREAM_ERROR, allow_retry=False).allow_retry is False


def test_a_custom_stream_error_shows_its_message_and_does_not_ask_to_retry() -> None:
    """The text goes to the user as it is."""
    error = CustomStreamError("No more credits.")
    assert (str(error), error.message, error.allow_retry) == ("No more credits.",) * 2 + (False,)
    assert CustomStreamError("x", allow_retry=True).allow_retry is True
    assert isinstance(error, BaseStreamError)
