/** Files that are dropped anywhere on the chat, or pasted into the text. */
import { useEffect, useRef, useState } from "preact/hooks";

export function useFileDrop(isAccepting: boolean, onFiles: (files: readonly File[]) => void) {
  const [isOver, setOver] = useState(false);
  const take = useRef(onFiles);
  take.current = onFiles;
  useEffect(() => {
    // A drop beside the target would leave the chat for the file.
    const block = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    };
    const over = (event: DragEvent) => {
      block(event);
      if (isAccepting && hasFiles(event)) setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      block(event);
      setOver(false);
      if (isAccepting && event.dataTransfer?.files.length) take.current([...event.dataTransfer.files]);
    };
    const abort = new AbortController();
    const { signal } = abort;
    document.addEventListener("dragover", over, { signal });
    document.addEventListener("dragleave", leave, { signal });
    document.addEventListener("drop", drop, { signal });
    return () => abort.abort();
  }, [isAccepting]);
  const onPaste = (event: ClipboardEvent) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!isAccepting || files.length === 0 || isRichText(event.clipboardData)) return;
    event.preventDefault();
    onFiles(files);
  };
  return { isOver, onPaste };
}

/** Office programs put a picture of the text beside it: the text is meant. */
function isRichText(data: DataTransfer | null): boolean {
  return data !== null && data.types.includes("text/html") && data.types.includes("text/plain");
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
