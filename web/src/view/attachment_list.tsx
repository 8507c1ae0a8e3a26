/** The draft's files: uploading, ready, or what went wrong with them. */
import { Icon } from "../icons/icon";
import type { StringKey } from "../locales/en";
import type { DraftAttachment } from "../session/contract";
import { quietly } from "./quietly";
import { useTranslate } from "./translate";
import { useSession } from "./use_session";

export function AttachmentList({ attachments }: { attachments: readonly DraftAttachment[] }) {
  const translate = useTranslate();
  if (attachments.length === 0) return null;
  return (
    <ul class="ck-attachments" aria-label={translate("attachment.list")}>
      {attachments.map((file) => <FileRow key={file.key} file={file} />)}
    </ul>
  );
}

function FileRow({ file }: { file: DraftAttachment }) {
  const session = useSession();
  const translate = useTranslate();
  const { name } = file;
  return (
    <li class={file.state === "failed" ? "ck-danger" : ""} title={name}>
      {file.state === "uploading" ? <Progress file={file} /> : file.previewUrl ? <img src={file.previewUrl} alt="" /> : <Icon name={file.state === "failed" ? "warning" : "document"} />}
      <span {...(file.error && { role: "alert" as const })} dir="auto">{file.error ? translate(file.error.key as StringKey, file.error.values) : name}</span>
      {file.error?.key === "attachment.failed" && (
        <button type="button" class="ck-icon-button" aria-label={translate("attachment.retry", { name })} onClick={() => session.retryUpload(file.key)}>
          <Icon name="reload" />
        </button>
      )}
      <button type="button" class="ck-icon-button" aria-label={translate("attachment.remove", { name })} onClick={() => quietly(session, session.removeAttachment(file.key))}>
        <Icon name="close" />
      </button>
    </li>
  );
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
