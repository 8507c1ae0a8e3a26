"""What the Store contract says of attachments' records, a check for each sentence."""

from typing import Any

from chatkit.store import ForgetsUnused, Store
from chatkit.types import Attachment

from .lab import NotApplicable, StoreLab, expect_equal, expect_not_found
from .samples import file_attachment, image_attachment


async def check_an_attachment_comes_back_as_it_was_saved(lab: StoreLab) -> None:
    """With the upload descriptor and the metadata, which are the server's own."""
    thread = await lab.saved_thread()
    attachments: list[Attachment] = [
        file_attachment("atc-file"),
        image_attachment("atc-image", thread.id),
    ]
    for attachment in attachments:
        await lab.store.save_attachment(attachment, lab.context)
        loaded = await lab.store.load_attachment(attachment.id, lab.context)
        expect_equal(loaded, attachment, f"the {attachment.type}")
        expect_equal(type(loaded), type(attachment), "its class")


async def check_saving_an_attachment_again_replaces_it(lab: StoreLab) -> None:
    """Sending the message gives it a thread, finishing the upload takes the descriptor away."""
    thread = await lab.saved_thread()
    await lab.store.save_attachment(file_attachment("atc"), lab.context)
    sent = file_attachment("atc", thread.id).model_copy(update={"upload_descriptor": None})
    await lab.store.save_attachment(sent, lab.context)
    expect_equal(await lab.store.load_attachment("atc", lab.context), sent, "the attachment")


async def check_an_image_with_a_plain_preview_url_is_kept(lab: StoreLab) -> None:
    """Apps put a fresh signed URL into a copy, as a string."""
    image = image_attachment("atc").model_copy(
        update={"preview_url": "https://files.example.com/2.png?signature=new"}
    )
    await lab.store.save_attachment(image, lab.context)
    loaded = await lab.store.load_attachment("atc", lab.context)
    preview = getattr(loaded, "preview_url", None)
    expect_equal(str(preview), "https://files.example.com/2.png?signature=new", "the preview")


async def check_an_unknown_attachment_is_not_found(lab: StoreLab) -> None:
    """A message that names it is refused."""
    await expect_not_found(
        lab.store.load_attachment("atc-unknown", lab.context), "load_attachment of an unknown id"
    )


async def check_a_deleted_attachment_is_gone(lab: StoreLab) -> None:
    """Others stay; deleting it again is no error."""
    await lab.store.save_attachment(file_attachment("atc-1"), lab.context)
    await lab.store.save_attachment(file_attachment("atc-2"), lab.context)
    await lab.store.delete_attachment("atc-1", lab.context)
    await lab.store.delete_attachment("atc-1", lab.context)
    await expect_not_found(
        lab.store.load_attachment("atc-1", lab.context), "load_attachment of a deleted one"
    )
    kept = await lab.store.load_attachment("atc-2", lab.context)
    expect_equal(kept, file_attachment("atc-2"), "the other attachment")


async def check_attachments_that_were_never_sent_are_forgotten(lab: StoreLab) -> None:
    """Once they are old enough, whoever's they are; those of messages stay."""
    store = _forgetful(lab.store)
    thread = await lab.saved_thread()
    await lab.store.save_attachment(file_attachment("atc-unused"), lab.context)
    await lab.store.save_attachment(file_attachment("atc-sent"), lab.context)
    sent = file_attachment("atc-sent", thread.id)
    await lab.store.save_attachment(sent, lab.context)
    expect_equal(await store.forget_unused(3600), 0, "how many are an hour old")
    expect_equal(await store.forget_unused(0), 1, "how many are in no message")
    await expect_not_found(
        lab.store.load_attachment("atc-unused", lab.context), "load_attachment of a forgotten one"
    )
    kept = await lab.store.load_attachment("atc-sent", lab.context)
    expect_equal(kept, sent, "the attachment of a message")


def _forgetful(store: Store[Any]) -> ForgetsUnused:
    if not isinstance(store, ForgetsUnused):
        raise NotApplicable("the store forgets nothing by itself")
    return store


ATTACHMENT_CHECKS = (
    check_an_attachment_comes_back_as_it_was_saved,
    check_saving_an_attachment_again_replaces_it,
    check_an_image_with_a_plain_preview_url_is_kept,
    check_an_unknown_attachment_is_not_found,
    check_a_deleted_attachment_is_gone,
    check_attachments_that_were_never_sent_are_forgotten,
)
