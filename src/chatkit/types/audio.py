"""Dictation: what the microphone took, and the text it stands for."""

from chatkit.types.base import WireModel

__all__ = ["AudioInput", "InputTranscribeParams", "TranscriptionResult"]


class InputTranscribeParams(WireModel):
    """A recording as the page sends it, in base64."""

    audio_base64: str
    mime_type: str


class AudioInput(WireModel):
    """A recording as the server's `transcribe()` gets it."""

    data: bytes
    mime_type: str

    @property
    def media_type(self) -> str:
        """The MIME type without its parameters: `audio/webm` of `audio/webm;codecs=opus`."""
        return self.mime_type.split(";", 1)[0]


class TranscriptionResult(WireModel):
    """The text of a recording, to be put into the composer."""

    text: str
