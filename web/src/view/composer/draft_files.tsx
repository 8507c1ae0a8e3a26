/** The draft's files: on their way with how far they are, ready, or why they are not attached. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../icons/icon";
import type { AttachmentProblem, DraftAttachment } from "../../session/contract";
import { formatBytes, formatList, formatShare } from "../numbers";
import { quietly } from "../quietly";
import { useTranslate } from "../translate";
import { useHost, useSession } from "../use_session";

export function DraftFiles({ files }: { files: readonly DraftAttachment[] }) {
  const translate = useTranslate();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.lastElementChild?.scrollIntoView({ block: "nearest", inline: "end" });
  }, [files.length]);
  if (files.length === 0) return null;
  return (
    <ul ref={list} class="ck-files" aria-label={translate("attachment.list")}>
      {files.map((file) => <FileCard key={file.key} file={file} />)}
    </ul>
  );
}

function FileCard({ file }: { file: DraftAttachment }) {
  const session = useSession();
  const translate = useTranslate();
  const { key, name, state } = file;
  return (
    <li class={state === "failed" ? "ck-file ck-danger" : "ck-file"} title={name}>
      <Tile file={file} />
      <span class="ck-file-text">
        {!file.error?.values["name"] && <span class="ck-file-name" dir="auto">{name}</span>}
        <FileNote file={file} />
      </span>
      {file.error?.mayRetry && (
        <button type="button" class="ck-icon-button" aria-label={translate("attachment.retry", { name })} title={translate("attachment.retry", { name })} onClick={() => session.retryUpload(key)}>
          <Icon name="reload" />
        </button>
      )}
      <button type="button" class="ck-icon-button" aria-label={translate("attachment.remove", { name })} title={translate("attachment.remove", { name })} onClick={() => quietly(session, session.removeAttachment(key))}>
        <Icon name="close" />
      </button>
    </li>
  );
}

/** Below the name: how far it is, how large it is, or what went wrong. */
function FileNote({ file }: { file: DraftAttachment }) {
  const translate = useTranslate();
  const locale = useHost().locale();
  const { error, state, progress, size } = file;
  if (error) return <small role="alert" dir="auto">{translate(error.key, error.values)}{whatWouldDo(error, locale)}</small>;
  if (state === "uploading" && progress > 0) return <small aria-hidden="true">{formatShare(progress, locale)}</small>;
  return size > 0 ? <small>{formatBytes(size, locale)}</small> : null;
}

/** The limit that the file is over, or the types that are taken, in signs that need no translation. */
function whatWouldDo({ limit, accept }: AttachmentProblem, locale: string): string {
  if (limit !== undefined) return ` (≤ ${formatBytes(limit, locale)})`;
  return accept && accept.length > 0 ? ` (${formatList(accept, locale)})` : "";
}

/** The picture itself or a sign for the file; a ring over it while it is uploaded. */
function Tile({ file }: { file: DraftAttachment }) {
  const icon = file.state === "failed" ? "warning" : file.mimeType.startsWith("image/") ? "square-image" : "document";
  return (
    <span class="ck-file-tile">
      {file.file && file.mimeType.startsWith("image/") && file.state !== "failed" ? (
        <Thumbnail file={file.file} icon={icon} />
      ) : file.previewUrl ? (
        <img src={file.previewUrl} alt="" />
      ) : (
        <Icon name={icon} />
      )}
      {file.state === "uploading" && <Progress file={file} />}
    </span>
  );
}

const SIDE_PX = 88;

/** Drawn from the file: an address of it would need a policy that allows `blob:` pictures. */
function Thumbnail({ file, icon }: { file: File; icon: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isDrawn, setDrawn] = useState(false);
  useEffect(() => {
    let isWanted = true;
    createImageBitmap(file).then(
      (picture) => {
        if (isWanted && canvas.current) setDrawn(drawCovering(canvas.current, picture));
        picture.close();
      },
      () => undefined, // not a picture that this browser can draw: the sign stays
    );
    return () => {
      isWanted = false;
    };
  }, [file]);
  return (
    <>
      {!isDrawn && <Icon name={icon} />}
      <canvas ref={canvas} width={SIDE_PX} height={SIDE_PX} hidden={!isDrawn} aria-hidden="true" />
    </>
  );
}

function drawCovering(canvas: HTMLCanvasElement, picture: ImageBitmap): boolean {
  const side = Math.min(picture.width, picture.height);
  const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2];
  const context = canvas.getContext("2d");
  context?.drawImage(picture, left, top, side, side, 0, 0, SIDE_PX, SIDE_PX);
  return context !== null;
}

/** A ring that fills; it turns while nobody knows how far the upload is. */
function Progress({ file }: { file: DraftAttachment }) {
  const translate = useTranslate();
  const percent = Math.round(file.progress * 100);
  const isKnown = percent > 0;
  return (
    <span
      class={isKnown ? "ck-ring" : "ck-spinner"}
      role="progressbar"
      aria-label={translate("attachment.uploading", { name: file.name })}
      {...(isKnown && { "aria-valuenow": percent, "aria-valuemin": 0, "aria-valuemax": 100 })}
      style={{ "--ck-part": `${percent}%` }}
    />
  );
}
