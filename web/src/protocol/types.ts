/* Generated from the Python models: `npm run generate`. Do not edit. */

export type Attachment = FileAttachment | ImageAttachment;
export type ChatKitReq =
  | ThreadsCreateReq
  | ThreadsAddUserMessageReq
  | ThreadsAddClientToolOutputReq
  | ThreadsAddStructuredInputReq
  | ThreadsRetryAfterItemReq
  | ThreadsCustomActionReq
  | TurnsAttachReq
  | ThreadsGetByIdReq
  | ThreadsListReq
  | ItemsListReq
  | ItemsFeedbackReq
  | AttachmentsCreateReq
  | AttachmentsDeleteReq
  | ThreadsUpdateReq
  | ThreadsDeleteReq
  | InputTranscribeReq
  | ThreadsSyncCustomActionReq
  | TurnsStopReq;
/**
 * The codes of `error` events; the client shows its own, translated text for each.
 */
export type ErrorCode = "stream.error";
export type NonStreamingReq =
  | ThreadsGetByIdReq
  | ThreadsListReq
  | ItemsListReq
  | ItemsFeedbackReq
  | AttachmentsCreateReq
  | AttachmentsDeleteReq
  | ThreadsUpdateReq
  | ThreadsDeleteReq
  | InputTranscribeReq
  | ThreadsSyncCustomActionReq
  | TurnsStopReq;
export type StreamingReq =
  | ThreadsCreateReq
  | ThreadsAddUserMessageReq
  | ThreadsAddClientToolOutputReq
  | ThreadsAddStructuredInputReq
  | ThreadsRetryAfterItemReq
  | ThreadsCustomActionReq
  | TurnsAttachReq;
export type Task = CustomTask | SearchTask | ThoughtTask | FileTask | ImageTask;
export type ThreadItem =
  | UserMessageItem
  | AssistantMessageItem
  | ClientToolCallItem
  | WidgetItem
  | GeneratedImageItem
  | StructuredInputItem
  | WorkflowItem
  | TaskItem
  | HiddenContextItem
  | SDKHiddenContextItem
  | EndOfTurnItem;
export type ThreadItemUpdate =
  | AssistantMessageContentPartAdded
  | AssistantMessageContentPartTextDelta
  | AssistantMessageContentPartAnnotationAdded
  | AssistantMessageContentPartDone
  | WidgetStreamingTextValueDelta
  | WidgetComponentUpdated
  | WidgetRootUpdated
  | WorkflowTaskAdded
  | WorkflowTaskUpdated
  | GeneratedImageUpdated;
export type ThreadStreamEvent =
  | ThreadCreatedEvent
  | ThreadUpdatedEvent
  | ThreadItemDoneEvent
  | ThreadItemAddedEvent
  | ThreadItemUpdatedEvent
  | ThreadItemRemovedEvent
  | ThreadItemReplacedEvent
  | StreamOptionsEvent
  | ProgressUpdateEvent
  | ClientEffectEvent
  | ErrorEvent
  | NoticeEvent;
export type WidgetComponent =
  | (
      | Text
      | Title
      | Caption
      | Chart
      | Badge
      | Markdown
      | Box
      | Row
      | Col
      | Divider
      | Icon
      | Image
      | ListViewItem
      | Button
      | Checkbox
      | Spacer
      | Select
      | DatePicker
      | Form
      | Input
      | Label
      | RadioGroup
      | Textarea
      | Transition
      | Table
      | TableRow
      | TableCell
    )
  | DynamicWidgetComponent;
export type WidgetRoot = (Card | ListView | BasicRoot) | DynamicWidgetRoot;

/**
 * What a control does when it is used, as it is written in a widget.
 *
 * With `streaming` false the server answers once, through `sync_action()`.
 */
export interface ActionConfig {
  type: string;
  payload?: {
    [k: string]: unknown;
  };
  handler?: "client" | "server";
  loadingBehavior?: "auto" | "none" | "self" | "container";
  streaming?: boolean;
}
export interface Action {
  type: string;
  payload?: {
    [k: string]: unknown;
  };
}
/**
 * The thread takes messages.
 */
export interface ActiveStatus {
  type: "active";
}
/**
 * A turn that is still running, and the number of the last event that it has sent.
 *
 * `allow_cancel` is what its `stream_options` said, which came before that event.
 */
export interface ActiveTurn {
  id: string;
  seq: number;
  allow_cancel?: boolean;
}
/**
 * A citation; `index` is the place in the text, counted in characters.
 */
export interface Annotation {
  type: "annotation";
  source: URLSource | FileSource | EntitySource;
  index?: number | null;
}
/**
 * A page of the web; `attribution` names its publisher.
 */
export interface URLSource {
  title: string;
  description?: string | null;
  timestamp?: string | null;
  group?: string | null;
  type: "url";
  url: string;
  attribution?: string | null;
}
/**
 * A file, by its name.
 */
export interface FileSource {
  title: string;
  description?: string | null;
  timestamp?: string | null;
  group?: string | null;
  type: "file";
  filename: string;
}
/**
 * A thing the host knows, as `data` describes it; the page may react when it is clicked.
 *
 * `inline_label` stands in the text where the source is cited, `label` in the list of sources.
 * `preview` is kept for older pages and ignored.
 */
export interface EntitySource {
  title: string;
  description?: string | null;
  timestamp?: string | null;
  group?: string | null;
  type: "entity";
  id: string;
  icon?:
    | (
        | "agent"
        | "analytics"
        | "atom"
        | "batch"
        | "bolt"
        | "book-open"
        | "book-closed"
        | "book-clock"
        | "bug"
        | "calendar"
        | "chart"
        | "check"
        | "check-circle"
        | "check-circle-filled"
        | "chevron-left"
        | "chevron-right"
        | "circle-question"
        | "clock"
        | "compass"
        | "confetti"
        | "cube"
        | "desktop"
        | "document"
        | "dot"
        | "dots-horizontal"
        | "dots-vertical"
        | "empty-circle"
        | "external-link"
        | "globe"
        | "keys"
        | "lab"
        | "images"
        | "info"
        | "lifesaver"
        | "lightbulb"
        | "mail"
        | "map-pin"
        | "maps"
        | "mobile"
        | "name"
        | "notebook"
        | "notebook-pencil"
        | "page-blank"
        | "phone"
        | "play"
        | "plus"
        | "profile"
        | "profile-card"
        | "reload"
        | "star"
        | "star-filled"
        | "search"
        | "sparkle"
        | "sparkle-double"
        | "square-code"
        | "square-image"
        | "square-text"
        | "suitcase"
        | "settings-slider"
        | "user"
        | "wreath"
        | "write"
        | "write-alt"
        | "write-alt2"
      )
    | string
    | null;
  label?: string | null;
  inline_label?: string | null;
  interactive?: boolean;
  data?: {
    [k: string]: unknown;
  };
  preview?: "lazy" | null;
}
/**
 * A filled curve through the values under `dataKey`; equal `stack` names pile up.
 */
export interface AreaSeries {
  type: "area";
  label: string | null;
  dataKey: string;
  stack?: string | null;
  color?: string | ThemeColor | null;
  curveType?:
    | (
        | "basis"
        | "basisClosed"
        | "basisOpen"
        | "bumpX"
        | "bumpY"
        | "bump"
        | "linear"
        | "linearClosed"
        | "natural"
        | "monotoneX"
        | "monotoneY"
        | "monotone"
        | "step"
        | "stepBefore"
        | "stepAfter"
      )
    | null;
}
/**
 * A colour for each theme; any CSS colour or colour token.
 */
export interface ThemeColor {
  dark: string;
  light: string;
}
/**
 * A part of the assistant's answer, in Markdown, with its citations.
 */
export interface AssistantMessageContent {
  annotations?: Annotation[];
  text: string;
  type: "output_text";
}
/**
 * A message has a new part.
 */
export interface AssistantMessageContentPartAdded {
  type: "assistant_message.content_part.added";
  content_index: number;
  content: AssistantMessageContent;
}
/**
 * A part has a new citation, at `annotation_index` of its list.
 */
export interface AssistantMessageContentPartAnnotationAdded {
  type: "assistant_message.content_part.annotation_added";
  content_index: number;
  annotation_index: number;
  annotation: Annotation;
}
/**
 * A part is whole; `content` is what it became.
 */
export interface AssistantMessageContentPartDone {
  type: "assistant_message.content_part.done";
  content_index: number;
  content: AssistantMessageContent;
}
/**
 * The text of a part goes on.
 */
export interface AssistantMessageContentPartTextDelta {
  type: "assistant_message.content_part.text_delta";
  content_index: number;
  delta: string;
}
/**
 * A message of the assistant, whole or so far.
 */
export interface AssistantMessageItem {
  id: string;
  thread_id: string;
  created_at: string;
  type: "assistant_message";
  content: AssistantMessageContent[];
}
/**
 * Any file.
 */
export interface FileAttachment {
  id: string;
  name: string;
  mime_type: string;
  upload_descriptor?: AttachmentUploadDescriptor | null;
  thread_id?: string | null;
  type: "file";
}
/**
 * Where the page sends the bytes: as a form with POST, as they are with PUT.
 */
export interface AttachmentUploadDescriptor {
  url: string;
  method: "POST" | "PUT";
  headers?: {
    [k: string]: string;
  };
}
/**
 * An image, shown from `preview_url`.
 */
export interface ImageAttachment {
  id: string;
  name: string;
  mime_type: string;
  upload_descriptor?: AttachmentUploadDescriptor | null;
  thread_id?: string | null;
  type: "image";
  preview_url: string;
}
/**
 * What the page says of a file before it uploads it; `size` in bytes.
 */
export interface AttachmentCreateParams {
  name: string;
  size: number;
  mime_type: string;
}
/**
 * The attachment that the person took out of the message again.
 */
export interface AttachmentDeleteParams {
  attachment_id: string;
}
/**
 * Announces a file; the answer is an Attachment that says where to upload it.
 */
export interface AttachmentsCreateReq {
  metadata?: {
    [k: string]: unknown;
  };
  type: "attachments.create";
  params: AttachmentCreateParams;
}
/**
 * Deletes an attachment that was not sent.
 */
export interface AttachmentsDeleteReq {
  metadata?: {
    [k: string]: unknown;
  };
  type: "attachments.delete";
  params: AttachmentDeleteParams;
}
/**
 * A short label in a coloured box.
 */
export interface Badge {
  key?: string | null;
  id?: string | null;
  type: "Badge";
  label: string;
  color?: ("secondary" | "success" | "danger" | "warning" | "info" | "discovery") | null;
  variant?: ("solid" | "soft" | "outline") | null;
  size?: ("sm" | "md" | "lg") | null;
  pill?: boolean | null;
}
/**
 * A bar for each row, from the value under `dataKey`; equal `stack` names pile up.
 */
export interface BarSeries {
  type: "bar";
  label: string | null;
  dataKey: string;
  stack?: string | null;
  color?: string | ThemeColor | null;
}
/**
 * A widget without a frame of its own.
 */
export interface BasicRoot {
  key?: string | null;
  id?: string | null;
  type: "Basic";
  children?: DynamicWidgetComponent | DynamicWidgetComponent[] | null;
  theme?: ("light" | "dark") | null;
  direction?: ("row" | "col") | null;
  gap?: number | string | null;
  padding?: number | string | Spacing | null;
  align?: ("start" | "center" | "end" | "baseline" | "stretch") | null;
  justify?: ("start" | "center" | "end" | "between" | "around" | "evenly" | "stretch") | null;
  [k: string]: unknown;
}
/**
 * A component of any type, keeping the props that it is given and their order.
 *
 * Typed components may stand among its children; they become dynamic ones.
 */
export interface DynamicWidgetComponent {
  key?: string | null;
  id?: string | null;
  type: string;
  children?: DynamicWidgetComponent | DynamicWidgetComponent[] | null;
  [k: string]: unknown;
}
/**
 * Padding or margin by side; a number counts steps of 4 px, text is a CSS length.
 */
export interface Spacing {
  top?: number | string;
  right?: number | string;
  bottom?: number | string;
  left?: number | string;
  x?: number | string;
  y?: number | string;
}
/**
 * One border, `size` in pixels.
 */
export interface Border {
  size: number;
  color?: string | ThemeColor;
  style?: "solid" | "dashed" | "dotted" | "double" | "groove" | "ridge" | "inset" | "outset";
}
/**
 * Borders by side; a number is a size in pixels.
 */
export interface Borders {
  top?: number | Border;
  right?: number | Border;
  bottom?: number | Border;
  left?: number | Border;
  x?: number | Border;
  y?: number | Border;
}
/**
 * A box whose children flow along `direction`, downwards unless it says otherwise.
 */
export interface Box {
  children?:
    | (
        | (
            | Text
            | Title
            | Caption
            | Chart
            | Badge
            | Markdown
            | Box
            | Row
            | Col
            | Divider
            | Icon
            | Image
            | ListViewItem
            | Button
            | Checkbox
            | Spacer
            | Select
            | DatePicker
            | Form
            | Input
            | Label
            | RadioGroup
            | Textarea
            | Transition
            | Table
            | TableRow
            | TableCell
          )
        | DynamicWidgetComponent
      )[]
    | null;
  align?: ("start" | "center" | "end" | "baseline" | "stretch") | null;
  justify?: ("start" | "center" | "end" | "between" | "around" | "evenly" | "stretch") | null;
  wrap?: ("nowrap" | "wrap" | "wrap-reverse") | null;
  flex?: number | string | null;
  gap?: number | string | null;
  height?: number | string | null;
  width?: number | string | null;
  size?: number | string | null;
  minHeight?: number | string | null;
  minWidth?: number | string | null;
  minSize?: number | string | null;
  maxHeight?: number | string | null;
  maxWidth?: number | string | null;
  maxSize?: number | string | null;
  padding?: number | string | Spacing | null;
  margin?: number | string | Spacing | null;
  border?: number | Border | Borders | null;
  radius?: ("2xs" | "xs" | "sm" | "md" | "lg" | "xl" | "2xl" | "3xl" | "4xl" | "full" | "100%" | "none") | null;
  background?: string | ThemeColor | null;
  aspectRatio?: number | string | null;
  key?: string | null;
  id?: string | null;
  type: "Box";
  direction?: ("row" | "col") | null;
}
/**
 * A run of plain text; `streaming` while it grows, `editable` to make it an input.
 */
export interface Text {
  key?: string | null;
  id?: string | null;
  type: "Text";
  value: string;
  streaming?: boolean | null;
  italic?: boolean | null;
  lineThrough?: boolean | null;
  color?: string | ThemeColor | null;
  weight?: ("normal" | "medium" | "semibold" | "bold") | null;
  width?: number | string | null;
  size?: ("xs" | "sm" | "md" | "lg" | "xl") | null;
  textAlign?: ("start" | "center" | "end") | null;
  truncate?: boolean | null;
  minLines?: number | null;
  maxLines?: number | null;
  editable?: false | EditableProps | null;
}
/**
 * Makes a Text an input of the form it stands in, under `name`.
 */
export interface EditableProps {
  name: string;
  autoFocus?: boolean;
  autoSelect?: boolean;
  autoComplete?: string;
  allowAutofillExtensions?: boolean;
  pattern?: string;
  placeholder?: string;
  required?: boolean;
}
/**
 * A heading.
 */
export interface Title {
  key?: string | null;
  id?: string | null;
  type: "Title";
  value: string;
  color?: string | ThemeColor | null;
  weight?: ("normal" | "medium" | "semibold" | "bold") | null;
  size?: ("sm" | "md" | "lg" | "xl" | "2xl" | "3xl" | "4xl" | "5xl") | null;
  textAlign?: ("start" | "center" | "end") | null;
  truncate?: boolean | null;
  maxLines?: number | null;
}
/**
 * Small print.
 */
export interface Caption {
  key?: string | null;
  id?: string | null;
  type: "Caption";
  value: string;
  color?: string | ThemeColor | null;
  weight?: ("normal" | "medium" | "semibold" | "bold") | null;
  size?: ("sm" | "md" | "lg") | null;
  textAlign?: ("start" | "center" | "end") | null;
  truncate?: boolean | null;
  maxLines?: number | null;
}
/**
 * Bars, areas and lines over one x axis; `data` holds a row for each place on it.
 */
export interface Chart {
  key?: string | null;
  id?: string | null;
  type: "Chart";
  data: {
    [k: string]: string | number;
  }[];
  series: (BarSeries | AreaSeries | LineSeries)[];
  xAxis: string | XAxisConfig;
  showYAxis?: boolean | null;
  showLegend?: boolean | null;
  showTooltip?: boolean | null;
  barGap?: number | null;
  barCategoryGap?: number | null;
  flex?: number | string | null;
  height?: number | string | null;
  width?: number | string | null;
  size?: number | string | null;
  minHeight?: number | string | null;
  minWidth?: number | string | null;
  minSize?: number | string | null;
  maxHeight?: number | string | null;
  maxWidth?: number | string | null;
  maxSize?: number | string | null;
  aspectRatio?: number | string | null;
}
/**
 * A curve through the values under `dataKey`.
 */
export interface LineSeries {
  type: "line";
  label: string | null;
  dataKey: string;
  color?: string | ThemeColor | null;
  curveType?:
    | (
        | "basis"
        | "basisClosed"
        | "basisOpen"
        | "bumpX"
        | "bumpY"
        | "bump"
        | "linear"
        | "linearClosed"
        | "natural"
        | "monotoneX"
        | "monotoneY"
        | "monotone"
        | "step"
        | "stepBefore"
        | "stepAfter"
      )
    | null;
}
/**
 * The x axis of a Chart: which key of each row it shows, and texts in place of its values.
 */
export interface XAxisConfig {
  dataKey: string;
  hide?: boolean;
  labels?: {
    [k: string]: string;
  };
}
/**
 * Text in Markdown; `streaming` while it grows.
 */
export interface Markdown {
  key?: string | null;
  id?: string | null;
  type: "Markdown";
  value: string;
  streaming?: boolean | null;
}
/**
 * A box whose children stand side by side.
 */
export interface Row {
  children?:
    | (
        | (
            | Text
            | Title
            | Caption
            | Chart
            | Badge
            | Markdown
            | Box
            | Row
            | Col
            | Divider
            | Icon
            | Image
            | ListViewItem
            | Button
            | Checkbox
            | Spacer
            | Select
            | DatePicker
            | Form
            | Input
            | Label
            | RadioGroup
            | Textarea
            | Transition
            | Table
            | TableRow
            | TableCell
          )
        | DynamicWidgetComponent
      )[]
    | null;
  align?: ("start" | "center" | "end" | "baseline" | "stretch") | null;
  justify?: ("start" | "center" | "end" | "between" | "around" | "evenly" | "stretch") | null;
  wrap?: ("nowrap" | "wrap" | "wrap-reverse") | null;
  flex?: number | string | null;
  gap?: number | string | null;
  height?: number | string | null;
  width?: number | string | null;
  size?: number | string | null;
  minHeight?: number | string | null;
  minWidth?: number | string | null;
  minSize?: number | string | null;
  maxHeight?: number | string | null;
  maxWidth?: number | string | null;
  maxSize?: number | string | null;
  padding?: number | string | Spacing | null;
  margin?: number | string | Spacing | null;
  border?: number | Border | Borders | null;
  radius?: ("2xs" | "xs" | "sm" | "md" | "lg" | "xl" | "2xl" | "3xl" | "4xl" | "full" | "100%" | "none") | null;
  background?: string | ThemeColor | null;
  aspectRatio?: number | string | null;
  key?: string | null;
  id?: string | null;
  type: "Row";
}
/**
 * A box whose children stand one below the other.
 */
export interface Col {
  children?:
    | (
        | (
            | Text
            | Title
            | Caption
            | Chart
            | Badge
            | Markdown
            | Box
            | Row
            | Col
            | Divider
            | Icon
            | Image
            | ListViewItem
            | Button
            | Checkbox
            | Spacer
            | Select
            | DatePicker
            | Form
            | Input
            | Label
            | RadioGroup
            | Textarea
            | Transition
            | Table
            | TableRow
            | TableCell
          )
        | DynamicWidgetComponent
      )[]
    | null;
  align?: ("start" | "center" | "end" | "baseline" | "stretch") | null;
  justify?: ("start" | "center" | "end" | "between" | "around" | "evenly" | "stretch") | null;
  wrap?: ("nowrap" | "wrap" | "wrap-reverse") | null;
  flex?: number | string | null;
  gap?: number | string | null;
  height?: number | string | null;
  width?: number | string | null;
  size?: number | string | null;
  minHeight?: number | string | null;
  minWidth?: number | string | null;
  minSize?: number | string | null;
  maxHeight?: number | string | null;
  maxWidth?: number | string | null;
  maxSize?: number | string | null;
  padding?: number | string | Spacing | null;
  margin?: number | string | Spacing | null;
  border?: number | Border | Borders | null;
  radius?: ("2xs" | "xs" | "sm" | "md" | "lg" | "xl" | "2xl" | "3xl" | "4xl" | "full" | "100%" | "none") | null;
  background?: string | ThemeColor | null;
  aspectRatio?: number | string | null;
  key?: string | null;
  id?: string | null;
  type: "Col";
}
/**
 * A line between neighbours.
 */
export interface Divider {
  key?: string | null;
  id?: string | null;
  type: "Divider";
  color?: string | ThemeColor | null;
  size?: number | string | null;
  spacing?: number | string | null;
  flush?: boolean | null;
}
/**
 * One icon.
 */
export interface Icon {
  key?: string | null;
  id?: string | null;
  type: "Icon";
  name:
    | (
        | "agent"
        | "analytics"
        | "atom"
        | "batch"
        | "bolt"
        | "book-open"
        | "book-closed"
        | "book-clock"
        | "bug"
        | "calendar"
        | "chart"
        | "check"
        | "check-circle"
        | "check-circle-filled"
        | "chevron-left"
        | "chevron-right"
        | "circle-question"
        | "clock"
        | "compass"
        | "confetti"
        | "cube"
        | "desktop"
        | "document"
        | "dot"
        | "dots-horizontal"
        | "dots-vertical"
        | "empty-circle"
        | "external-link"
        | "globe"
        | "keys"
        | "lab"
        | "images"
        | "info"
        | "lifesaver"
        | "lightbulb"
        | "mail"
        | "map-pin"
        | "maps"
        | "mobile"
        | "name"
        | "notebook"
        | "notebook-pencil"
        | "page-blank"
        | "phone"
        | "play"
        | "plus"
        | "profile"
        | "profile-card"
        | "reload"
        | "star"
        | "star-filled"
        | "search"
        | "sparkle"
        | "sparkle-double"
        | "square-code"
        | "square-image"
        | "square-text"
        | "suitcase"
        | "settings-slider"
        | "user"
        | "wreath"
        | "write"
        | "write-alt"
        | "write-alt2"
      )
    | string;
  color?: string | ThemeColor | null;
  size?: ("xs" | "sm" | "md" | "lg" | "xl" | "2xl" | "3xl") | null;
}
/**
 * A picture; `src` is a URL.
 */
export interface Image {
  key?: string | null;
  id?: string | null;
  type: "Image";
  src: string;
  alt?: string | null;
  fit?: ("cover" | "contain" | "fill" | "scale-down" | "none") | null;
  position?:
    ("top left" | "top" | "top right" | "left" | "center" | "right" | "bottom left" | "bottom" | "bottom right") | null;
  radius?: ("2xs" | "xs" | "sm" | "md" | "lg" | "xl" | "2xl" | "3xl" | "4xl" | "full" | "100%" | "none") | null;
  frame?: boolean | null;
  flush?: boolean | null;
  height?: number | string | null;
  width?: number | string | null;
  size?: number | string | null;
  minHeight?: number | string | null;
  minWidth?: number | string | null;
  minSize?: number | string | null;
  maxHeight?: number | string | null;
  maxWidth?: number | string | null;
  maxSize?: number | string | null;
  margin?: number | string | Spacing | null;
  background?: string | ThemeColor | null;
  aspectRatio?: number | string | null;
  flex?: number | string | null;
}
/**
 * A row of a ListView, which may be clicked as a whole.
 */
export interface ListViewItem {
  key?: string | null;
  id?: string | null;
  type: "ListViewItem";
  children: (
    | (
        | Text
        | Title
        | Caption
        | Chart
        | Badge
        | Markdown
        | Box
        | Row
        | Col
        | Divider
        | Icon
        | Image
        | ListViewItem
        | Button
        | Checkbox
        | Spacer
        | Select
        | DatePicker
        | Form
        | Input
        | Label
        | RadioGroup
        | Textarea
        | Transition
        | Table
        | TableRow
        | TableCell
      )
    | DynamicWidgetComponent
  )[];
  onClickAction?: ActionConfig | null;
  gap?: number | string | null;
  align?: ("start" | "center" | "end" | "baseline" | "stretch") | null;
}
/**
 * A button; `submit` sends the form around it.
 */
export interface Button {
  key?: string | null;
  id?: string | null;
  type: "Button";
  submit?: boolean | null;
  label?: string | null;
  onClickAction?: ActionConfig | null;
  iconStart?:
    | (
        | "agent"
        | "analytics"
        | "atom"
        | "batch"
        | "bolt"
        | "book-open"
        | "book-closed"
        | "book-clock"
        | "bug"
        | "calendar"
        | "chart"
        | "check"
        | "check-circle"
        | "check-circle-filled"
        | "chevron-left"
        | "chevron-right"
        | "circle-question"
        | "clock"
        | "compass"
        | "confetti"
        | "cube"
        | "desktop"
        | "document"
        | "dot"
        | "dots-horizontal"
        | "dots-vertical"
        | "empty-circle"
        | "external-link"
        | "globe"
        | "keys"
        | "lab"
        | "images"
        | "info"
        | "lifesaver"
        | "lightbulb"
        | "mail"
        | "map-pin"
        | "maps"
        | "mobile"
        | "name"
        | "notebook"
        | "notebook-pencil"
        | "page-blank"
        | "phone"
        | "play"
        | "plus"
        | "profile"
        | "profile-card"
        | "reload"
        | "star"
        | "star-filled"
        | "search"
        | "sparkle"
        | "sparkle-double"
        | "square-code"
        | "square-image"
        | "square-text"
        | "suitcase"
        | "settings-slider"
        | "user"
        | "wreath"
        | "write"
        | "write-alt"
        | "write-alt2"
      )
    | string
    | null;
  iconEnd?:
    | (
        | "agent"
        | "analytics"
        | "atom"
        | "batch"
        | "bolt"
        | "book-open"
        | "book-closed"
        | "book-clock"
        | "bug"
        | "calendar"
        | "chart"
        | "check"
        | "check-circle"
        | "check-circle-filled"
        | "chevron-left"
        | "chevron-right"
        | "circle-question"
        | "clock"
        | "compass"
        | "confetti"
        | "cube"
        | "desktop"
        | "document"
        | "dot"
        | "dots-horizontal"
        | "dots-vertical"
        | "empty-circle"
        | "external-link"
        | "globe"
        | "keys"
        | "lab"
        | "images"
        | "info"
        | "lifesaver"
        | "lightbulb"
        | "mail"
        | "map-pin"
        | "maps"
        | "mobile"
        | "name"
        | "notebook"
        | "notebook-pencil"
        | "page-blank"
        | "phone"
        | "play"
        | "plus"
        | "profile"
        | "profile-card"
        | "reload"
        | "star"
        | "star-filled"
        | "search"
        | "sparkle"
        | "sparkle-double"
        | "square-code"
        | "square-image"
        | "square-text"
        | "suitcase"
        | "settings-slider"
        | "user"
        | "wreath"
        | "write"
        | "write-alt"
        | "write-alt2"
      )
    | string
    | null;
  style?: ("primary" | "secondary") | null;
  iconSize?: ("sm" | "md" | "lg" | "xl" | "2xl") | null;
  color?: ("primary" | "secondary" | "info" | "discovery" | "success" | "caution" | "warning" | "danger") | null;
  variant?: ("solid" | "soft" | "outline" | "ghost") | null;
  size?: ("3xs" | "2xs" | "xs" | "sm" | "md" | "lg" | "xl" | "2xl" | "3xl") | null;
  pill?: boolean | null;
  uniform?: boolean | null;
  block?: boolean | null;
  disabled?: boolean | null;
}
/**
 * A yes or no.
 */
export interface Checkbox {
  key?: string | null;
  id?: string | null;
  type: "Checkbox";
  name: string;
  label?: string | null;
  defaultChecked?: boolean | null;
  onChangeAction?: ActionConfig | null;
  disabled?: boolean | null;
  required?: boolean | null;
}
/**
 * Takes the room that is left.
 */
export interface Spacer {
  key?: string | null;
  id?: string | null;
  type: "Spacer";
  minSize?: number | string | null;
}
/**
 * One choice out of a drop-down list.
 */
export interface Select {
  key?: string | null;
  id?: string | null;
  type: "Select";
  name: string;
  options: SelectOption[];
  onChangeAction?: ActionConfig | null;
  placeholder?: string | null;
  defaultValue?: string | null;
  variant?: ("solid" | "soft" | "outline" | "ghost") | null;
  size?: ("3xs" | "2xs" | "xs" | "sm" | "md" | "lg" | "xl" | "2xl" | "3xl") | null;
  pill?: boolean | null;
  block?: boolean | null;
  clearable?: boolean | null;
  disabled?: boolean | null;
  searchable?: boolean | null;
}
/**
 * One choice of a Select.
 */
export interface SelectOption {
  value: string;
  label: string;
  disabled?: boolean;
  description?: string;
}
/**
 * A day out of a calendar.
 */
export interface DatePicker {
  key?: string | null;
  id?: string | null;
  type: "DatePicker";
  name: string;
  onChangeAction?: ActionConfig | null;
  placeholder?: string | null;
  defaultValue?: string | null;
  min?: string | null;
  max?: string | null;
  variant?: ("solid" | "soft" | "outline" | "ghost") | null;
  size?: ("3xs" | "2xs" | "xs" | "sm" | "md" | "lg" | "xl" | "2xl" | "3xl") | null;
  side?: ("top" | "bottom" | "left" | "right") | null;
  align?: ("start" | "center" | "end") | null;
  pill?: boolean | null;
  block?: boolean | null;
  clearable?: boolean | null;
  disabled?: boolean | null;
}
/**
 * A box whose fields are sent together, in the payload of any action from inside it.
 */
export interface Form {
  children?:
    | (
        | (
            | Text
            | Title
            | Caption
            | Chart
            | Badge
            | Markdown
            | Box
            | Row
            | Col
            | Divider
            | Icon
            | Image
            | ListViewItem
            | Button
            | Checkbox
            | Spacer
            | Select
            | DatePicker
            | Form
            | Input
            | Label
            | RadioGroup
            | Textarea
            | Transition
            | Table
            | TableRow
            | TableCell
          )
        | DynamicWidgetComponent
      )[]
    | null;
  align?: ("start" | "center" | "end" | "baseline" | "stretch") | null;
  justify?: ("start" | "center" | "end" | "between" | "around" | "evenly" | "stretch") | null;
  wrap?: ("nowrap" | "wrap" | "wrap-reverse") | null;
  flex?: number | string | null;
  gap?: number | string | null;
  height?: number | string | null;
  width?: number | string | null;
  size?: number | string | null;
  minHeight?: number | string | null;
  minWidth?: number | string | null;
  minSize?: number | string | null;
  maxHeight?: number | string | null;
  maxWidth?: number | string | null;
  maxSize?: number | string | null;
  padding?: number | string | Spacing | null;
  margin?: number | string | Spacing | null;
  border?: number | Border | Borders | null;
  radius?: ("2xs" | "xs" | "sm" | "md" | "lg" | "xl" | "2xl" | "3xl" | "4xl" | "full" | "100%" | "none") | null;
  background?: string | ThemeColor | null;
  aspectRatio?: number | string | null;
  key?: string | null;
  id?: string | null;
  type: "Form";
  onSubmitAction?: ActionConfig | null;
  direction?: ("row" | "col") | null;
}
/**
 * One line of text.
 */
export interface Input {
  key?: string | null;
  id?: string | null;
  type: "Input";
  name: string;
  inputType?: ("number" | "email" | "text" | "password" | "tel" | "url") | null;
  defaultValue?: string | null;
  required?: boolean | null;
  pattern?: string | null;
  placeholder?: string | null;
  allowAutofillExtensions?: boolean | null;
  autoSelect?: boolean | null;
  autoFocus?: boolean | null;
  disabled?: boolean | null;
  variant?: ("soft" | "outline") | null;
  size?: ("3xs" | "2xs" | "xs" | "sm" | "md" | "lg" | "xl" | "2xl" | "3xl") | null;
  gutterSize?: ("2xs" | "xs" | "sm" | "md" | "lg" | "xl") | null;
  pill?: boolean | null;
}
/**
 * The caption of the field called `fieldName`.
 */
export interface Label {
  key?: string | null;
  id?: string | null;
  type: "Label";
  value: string;
  fieldName: string;
  size?: ("xs" | "sm" | "md" | "lg" | "xl") | null;
  weight?: ("normal" | "medium" | "semibold" | "bold") | null;
  textAlign?: ("start" | "center" | "end") | null;
  color?: string | ThemeColor | null;
}
/**
 * One choice out of a few that are all in sight.
 */
export interface RadioGroup {
  key?: string | null;
  id?: string | null;
  type: "RadioGroup";
  name: string;
  options?: RadioOption[] | null;
  ariaLabel?: string | null;
  onChangeAction?: ActionConfig | null;
  defaultValue?: string | null;
  direction?: ("row" | "col") | null;
  disabled?: boolean | null;
  required?: boolean | null;
}
/**
 * One choice of a RadioGroup.
 */
export interface RadioOption {
  label: string;
  value: string;
  disabled?: boolean;
}
/**
 * Several lines of text.
 */
export interface Textarea {
  key?: string | null;
  id?: string | null;
  type: "Textarea";
  name: string;
  defaultValue?: string | null;
  required?: boolean | null;
  pattern?: string | null;
  placeholder?: string | null;
  autoSelect?: boolean | null;
  autoFocus?: boolean | null;
  disabled?: boolean | null;
  variant?: ("soft" | "outline") | null;
  size?: ("3xs" | "2xs" | "xs" | "sm" | "md" | "lg" | "xl" | "2xl" | "3xl") | null;
  gutterSize?: ("2xs" | "xs" | "sm" | "md" | "lg" | "xl") | null;
  rows?: number | null;
  autoResize?: boolean | null;
  maxRows?: number | null;
  allowAutofillExtensions?: boolean | null;
}
/**
 * Animates the change from one child to the next; null shows nothing.
 */
export interface Transition {
  key?: string | null;
  id?: string | null;
  type: "Transition";
  children:
    | (
        | Text
        | Title
        | Caption
        | Chart
        | Badge
        | Markdown
        | Box
        | Row
        | Col
        | Divider
        | Icon
        | Image
        | ListViewItem
        | Button
        | Checkbox
        | Spacer
        | Select
        | DatePicker
        | Form
        | Input
        | Label
        | RadioGroup
        | Textarea
        | Transition
        | Table
        | TableRow
        | TableCell
      )
    | DynamicWidgetComponent
    | null;
}
/**
 * Rows of cells: `Table(children=[Table.Row(children=[Table.Cell(children=[…])])])`.
 */
export interface Table {
  key?: string | null;
  id?: string | null;
  type: "Table";
  children?: TableRow[] | null;
}
/**
 * A row of cells; `header` for the names of the columns.
 */
export interface TableRow {
  key?: string | null;
  id?: string | null;
  type: "Table.Row";
  children?: TableCell[] | null;
  header?: boolean | null;
}
/**
 * A cell; `colSpan` and `rowSpan` count the columns and rows that it covers.
 */
export interface TableCell {
  key?: string | null;
  id?: string | null;
  type: "Table.Cell";
  children?:
    | (
        | (
            | Text
            | Title
            | Caption
            | Chart
            | Badge
            | Markdown
            | Box
            | Row
            | Col
            | Divider
            | Icon
            | Image
            | ListViewItem
            | Button
            | Checkbox
            | Spacer
            | Select
            | DatePicker
            | Form
            | Input
            | Label
            | RadioGroup
            | Textarea
            | Transition
            | Table
            | TableRow
            | TableCell
          )
        | DynamicWidgetComponent
      )[]
    | null;
  width?: number | string | null;
  padding?: Spacing | null;
  colSpan?: number | null;
  rowSpan?: number | null;
  align?: ("start" | "center" | "end") | null;
  vAlign?: ("start" | "center" | "end") | null;
  colSize?: ("xs" | "sm" | "md" | "lg" | "xl") | null;
}
/**
 * A framed widget, with a status line above and up to two buttons below.
 *
 * `asForm` sends the fields inside it with `confirm`; `collapsed` hides the body.
 */
export interface Card {
  key?: string | null;
  id?: string | null;
  type: "Card";
  asForm?: boolean | null;
  children: (
    | (
        | Text
        | Title
        | Caption
        | Chart
        | Badge
        | Markdown
        | Box
        | Row
        | Col
        | Divider
        | Icon
        | Image
        | ListViewItem
        | Button
        | Checkbox
        | Spacer
        | Select
        | DatePicker
        | Form
        | Input
        | Label
        | RadioGroup
        | Textarea
        | Transition
        | Table
        | TableRow
        | TableCell
      )
    | DynamicWidgetComponent
  )[];
  background?: string | ThemeColor | null;
  size?: ("sm" | "md" | "lg" | "full") | null;
  padding?: number | string | Spacing | null;
  status?: WidgetStatusWithFavicon | WidgetStatusWithIcon | null;
  collapsed?: boolean | null;
  confirm?: CardAction | null;
  cancel?: CardAction | null;
  theme?: ("light" | "dark") | null;
  border?: number | Border | Borders | null;
}
/**
 * A line above the widget, with the favicon of a site (an image URL).
 */
export interface WidgetStatusWithFavicon {
  text: string;
  favicon?: string;
  frame?: boolean;
}
/**
 * A line above the widget, with an icon.
 */
export interface WidgetStatusWithIcon {
  text: string;
  icon?:
    | (
        | "agent"
        | "analytics"
        | "atom"
        | "batch"
        | "bolt"
        | "book-open"
        | "book-closed"
        | "book-clock"
        | "bug"
        | "calendar"
        | "chart"
        | "check"
        | "check-circle"
        | "check-circle-filled"
        | "chevron-left"
        | "chevron-right"
        | "circle-question"
        | "clock"
        | "compass"
        | "confetti"
        | "cube"
        | "desktop"
        | "document"
        | "dot"
        | "dots-horizontal"
        | "dots-vertical"
        | "empty-circle"
        | "external-link"
        | "globe"
        | "keys"
        | "lab"
        | "images"
        | "info"
        | "lifesaver"
        | "lightbulb"
        | "mail"
        | "map-pin"
        | "maps"
        | "mobile"
        | "name"
        | "notebook"
        | "notebook-pencil"
        | "page-blank"
        | "phone"
        | "play"
        | "plus"
        | "profile"
        | "profile-card"
        | "reload"
        | "star"
        | "star-filled"
        | "search"
        | "sparkle"
        | "sparkle-double"
        | "square-code"
        | "square-image"
        | "square-text"
        | "suitcase"
        | "settings-slider"
        | "user"
        | "wreath"
        | "write"
        | "write-alt"
        | "write-alt2"
      )
    | string;
}
/**
 * A button at the foot of a Card.
 */
export interface CardAction {
  label: string;
  action: ActionConfig;
}
/**
 * Starts a thread with a message, and streams the answer.
 */
export interface ThreadsCreateReq {
  metadata?: {
    [k: string]: unknown;
  };
  type: "threads.create";
  params: ThreadCreateParams;
}
/**
 * The first message of a new thread.
 */
export interface ThreadCreateParams {
  input: UserMessageInput;
}
/**
 * A message as the page sends it; `attachments` by id.
 */
export interface UserMessageInput {
  content: (UserMessageTextContent | UserMessageTagContent)[];
  attachments: string[];
  quoted_text?: string | null;
  inference_options: InferenceOptions;
}
/**
 * Plain text of a person.
 */
export interface UserMessageTextContent {
  type: "input_text";
  text: string;
}
/**
 * An entity that a person mentioned with `@`; `data` is what the page knows of it.
 */
export interface UserMessageTagContent {
  type: "input_tag";
  id: string;
  text: string;
  data: {
    [k: string]: unknown;
  };
  group?: string | null;
  interactive?: boolean;
}
/**
 * What the person chose for the answer: a tool, a model.
 */
export interface InferenceOptions {
  tool_choice?: ToolChoice | null;
  model?: string | null;
}
/**
 * A tool that the person picked in the composer.
 */
export interface ToolChoice {
  id: string;
}
/**
 * Adds a message to a thread, and streams the answer.
 */
export interface ThreadsAddUserMessageReq {
  metadata?: {
    [k: string]: unknown;
  };
  type: "threads.add_user_message";
  params: ThreadAddUserMessageParams;
}
/**
 * A further message of a thread.
 */
export interface ThreadAddUserMessageParams {
  input: UserMessageInput;
  thread_id: string;
}
/**
 * Hands in what the page's tool gave, and streams how the answer goes on.
 */
export interface ThreadsAddClientToolOutputReq {
  metadata?: {
    [k: string]: unknown;
  };
  type: "threads.add_client_tool_output";
  params: ThreadAddClientToolOutputParams;
}
/**
 * What the page's tool gave; any JSON.
 */
export interface ThreadAddClientToolOutputParams {
  thread_id: string;
  result: unknown;
}
/**
 * Hands in the answers to a form, and streams how the answer goes on.
 */
export interface ThreadsAddStructuredInputReq {
  metadata?: {
    [k: string]: unknown;
  };
  type: "threads.add_structured_input";
  params: ThreadAddStructuredInputParams;
}
/**
 * The answers to the form in this item.
 */
export interface ThreadAddStructuredInputParams {
  thread_id: string;
  item_id: string;
  input: StructuredInputSubmission;
}
/**
 * The answers to a form, by the id of the question.
 */
export interface StructuredInputSubmission {
  status?: "answered" | "skipped";
  answers?: {
    [k: string]: StructuredInputAnswerSubmission;
  };
}
/**
 * The answer to one question, as it is sent.
 */
export interface StructuredInputAnswerSubmission {
  values?: string[];
  skipped?: boolean;
}
/**
 * Drops what follows a message and streams another answer.
 */
export interface ThreadsRetryAfterItemReq {
  metadata?: {
    [k: string]: unknown;
  };
  type: "threads.retry_after_item";
  params: ThreadRetryAfterItemParams;
}
/**
 * The message of a person that is to be answered once more.
 */
export interface ThreadRetryAfterItemParams {
  thread_id: string;
  item_id: string;
}
/**
 * Tells what a person did with a widget, and streams what follows.
 */
export interface ThreadsCustomActionReq {
  metadata?: {
    [k: string]: unknown;
  };
  type: "threads.custom_action";
  params: ThreadCustomActionParams;
}
/**
 * What a person did with a widget; without an item, what the page itself sent.
 */
export interface ThreadCustomActionParams {
  thread_id: string;
  item_id?: string | null;
  action: Action;
}
/**
 * Streams the rest of a running turn. This package's own.
 */
export interface TurnsAttachReq {
  metadata?: {
    [k: string]: unknown;
  };
  type: "turns.attach";
  params: TurnsAttachParams;
}
/**
 * Which turn, and the number of the last event that was seen of it: 0 for none yet.
 */
export interface TurnsAttachParams {
  turn_id: string;
  after?: number;
}
/**
 * Reads a thread with its first items.
 */
export interface ThreadsGetByIdReq {
  metadata?: {
    [k: string]: unknown;
  };
  type: "threads.get_by_id";
  params: ThreadGetByIdParams;
}
/**
 * Which thread.
 */
export interface ThreadGetByIdParams {
  thread_id: string;
}
/**
 * Reads a page of the person's threads, without their items.
 */
export interface ThreadsListReq {
  metadata?: {
    [k: string]: unknown;
  };
  type: "threads.list";
  params: ThreadListParams;
}
/**
 * Which page of the person's threads: up to `limit` of them, from the cursor `after`.
 */
export interface ThreadListParams {
  limit?: number | null;
  order?: "asc" | "desc";
  after?: string | null;
}
/**
 * Reads a page of a thread's items.
 */
export interface ItemsListReq {
  metadata?: {
    [k: string]: unknown;
  };
  type: "items.list";
  params: ItemsListParams;
}
/**
 * Which page of a thread's items: up to `limit` of them, from the cursor `after`.
 */
export interface ItemsListParams {
  thread_id: string;
  limit?: number | null;
  order?: "asc" | "desc";
  after?: string | null;
}
/**
 * Hands in a thumb up or down.
 */
export interface ItemsFeedbackReq {
  metadata?: {
    [k: string]: unknown;
  };
  type: "items.feedback";
  params: ItemFeedbackParams;
}
/**
 * A thumb up or down for these items.
 */
export interface ItemFeedbackParams {
  thread_id: string;
  item_ids: string[];
  kind: "positive" | "negative";
}
/**
 * Gives a thread another title; the answer is the thread.
 */
export interface ThreadsUpdateReq {
  metadata?: {
    [k: string]: unknown;
  };
  type: "threads.update";
  params: ThreadUpdateParams;
}
/**
 * The thread's new title.
 */
export interface ThreadUpdateParams {
  thread_id: string;
  title: string;
}
/**
 * Deletes a thread and all that belongs to it.
 */
export interface ThreadsDeleteReq {
  metadata?: {
    [k: string]: unknown;
  };
  type: "threads.delete";
  params: ThreadDeleteParams;
}
/**
 * Which thread.
 */
export interface ThreadDeleteParams {
  thread_id: string;
}
/**
 * Turns a recording into text; the answer is a TranscriptionResult.
 */
export interface InputTranscribeReq {
  metadata?: {
    [k: string]: unknown;
  };
  type: "input.transcribe";
  params: InputTranscribeParams;
}
/**
 * A recording as the page sends it, in base64.
 */
export interface InputTranscribeParams {
  audio_base64: string;
  mime_type: string;
}
/**
 * Tells what a person did with a widget; the answer is a SyncCustomActionResponse.
 */
export interface ThreadsSyncCustomActionReq {
  metadata?: {
    [k: string]: unknown;
  };
  type: "threads.sync_custom_action";
  params: ThreadCustomActionParams;
}
/**
 * Stops a running turn and keeps what it has said so far. This package's own.
 */
export interface TurnsStopReq {
  metadata?: {
    [k: string]: unknown;
  };
  type: "turns.stop";
  params: TurnsStopParams;
}
/**
 * Which turn.
 */
export interface TurnsStopParams {
  turn_id: string;
}
/**
 * Something for the page to do at once, and never again when the thread is read later.
 */
export interface ClientEffectEvent {
  type: "client_effect";
  name: string;
  data?: {
    [k: string]: unknown;
  };
}
/**
 * A call of a tool that runs in the page; `output` is there once it is completed.
 */
export interface ClientToolCallItem {
  id: string;
  thread_id: string;
  created_at: string;
  type: "client_tool_call";
  status?: "pending" | "completed";
  call_id: string;
  name: string;
  arguments: {
    [k: string]: unknown;
  };
  output?: unknown;
}
/**
 * The thread takes no messages any more; `reason` is shown.
 */
export interface ClosedStatus {
  type: "closed";
  reason?: string | null;
}
/**
 * A finished workflow in words.
 */
export interface CustomSummary {
  title: string;
  icon?:
    | (
        | "agent"
        | "analytics"
        | "atom"
        | "batch"
        | "bolt"
        | "book-open"
        | "book-closed"
        | "book-clock"
        | "bug"
        | "calendar"
        | "chart"
        | "check"
        | "check-circle"
        | "check-circle-filled"
        | "chevron-left"
        | "chevron-right"
        | "circle-question"
        | "clock"
        | "compass"
        | "confetti"
        | "cube"
        | "desktop"
        | "document"
        | "dot"
        | "dots-horizontal"
        | "dots-vertical"
        | "empty-circle"
        | "external-link"
        | "globe"
        | "keys"
        | "lab"
        | "images"
        | "info"
        | "lifesaver"
        | "lightbulb"
        | "mail"
        | "map-pin"
        | "maps"
        | "mobile"
        | "name"
        | "notebook"
        | "notebook-pencil"
        | "page-blank"
        | "phone"
        | "play"
        | "plus"
        | "profile"
        | "profile-card"
        | "reload"
        | "star"
        | "star-filled"
        | "search"
        | "sparkle"
        | "sparkle-double"
        | "square-code"
        | "square-image"
        | "square-text"
        | "suitcase"
        | "settings-slider"
        | "user"
        | "wreath"
        | "write"
        | "write-alt"
        | "write-alt2"
      )
    | string
    | null;
}
/**
 * A step of any kind; `content` in Markdown.
 */
export interface CustomTask {
  status_indicator?: "none" | "loading" | "complete";
  type: "custom";
  title?: string | null;
  icon?:
    | (
        | "agent"
        | "analytics"
        | "atom"
        | "batch"
        | "bolt"
        | "book-open"
        | "book-closed"
        | "book-clock"
        | "bug"
        | "calendar"
        | "chart"
        | "check"
        | "check-circle"
        | "check-circle-filled"
        | "chevron-left"
        | "chevron-right"
        | "circle-question"
        | "clock"
        | "compass"
        | "confetti"
        | "cube"
        | "desktop"
        | "document"
        | "dot"
        | "dots-horizontal"
        | "dots-vertical"
        | "empty-circle"
        | "external-link"
        | "globe"
        | "keys"
        | "lab"
        | "images"
        | "info"
        | "lifesaver"
        | "lightbulb"
        | "mail"
        | "map-pin"
        | "maps"
        | "mobile"
        | "name"
        | "notebook"
        | "notebook-pencil"
        | "page-blank"
        | "phone"
        | "play"
        | "plus"
        | "profile"
        | "profile-card"
        | "reload"
        | "star"
        | "star-filled"
        | "search"
        | "sparkle"
        | "sparkle-double"
        | "square-code"
        | "square-image"
        | "square-text"
        | "suitcase"
        | "settings-slider"
        | "user"
        | "wreath"
        | "write"
        | "write-alt"
        | "write-alt2"
      )
    | string
    | null;
  content?: string | null;
}
/**
 * How long a finished workflow took, in seconds.
 */
export interface DurationSummary {
  duration: number;
}
/**
 * A root of any shape; `type` says which of the three roots it is.
 */
export interface DynamicWidgetRoot {
  key?: string | null;
  id?: string | null;
  type: "Card" | "ListView" | "Basic";
  children?: DynamicWidgetComponent | DynamicWidgetComponent[] | null;
  [k: string]: unknown;
}
/**
 * Closes a turn; shows nothing.
 */
export interface EndOfTurnItem {
  id: string;
  thread_id: string;
  created_at: string;
  type: "end_of_turn";
}
/**
 * The stream failed: with a code that the client words, or `custom` and a message.
 */
export interface ErrorEvent {
  type: "error";
  code?: ErrorCode | "custom";
  message?: string | null;
  allow_retry?: boolean;
}
/**
 * Files that were read.
 */
export interface FileTask {
  status_indicator?: "none" | "loading" | "complete";
  type: "file";
  title?: string | null;
  sources?: FileSource[];
}
/**
 * An image of the model; `url` may be a data URL.
 */
export interface GeneratedImage {
  id: string;
  url: string;
}
/**
 * An image of the model, or the place where it will appear.
 */
export interface GeneratedImageItem {
  id: string;
  thread_id: string;
  created_at: string;
  type: "generated_image";
  image?: GeneratedImage | null;
}
/**
 * A better version of the image; `progress` runs from 0 to 1.
 */
export interface GeneratedImageUpdated {
  type: "generated_image.updated";
  image: GeneratedImage;
  progress?: number | null;
}
/**
 * Context for the model that no client ever sees; put there by the host.
 */
export interface HiddenContextItem {
  id: string;
  thread_id: string;
  created_at: string;
  type: "hidden_context_item";
  content: unknown;
}
/**
 * An image that was looked at or made.
 */
export interface ImageTask {
  status_indicator?: "none" | "loading" | "complete";
  type: "image";
  title?: string | null;
}
/**
 * A list of rows; those over `limit` wait behind "Show more".
 */
export interface ListView {
  key?: string | null;
  id?: string | null;
  type: "ListView";
  children: ListViewItem[];
  limit?: number | "auto" | null;
  status?: WidgetStatusWithFavicon | WidgetStatusWithIcon | null;
  theme?: ("light" | "dark") | null;
}
/**
 * The thread takes no messages for now; `reason` is shown.
 */
export interface LockedStatus {
  type: "locked";
  reason?: string | null;
}
/**
 * A note above the composer, in Markdown; never stored.
 */
export interface NoticeEvent {
  type: "notice";
  level: "info" | "warning" | "danger";
  message: string;
  title?: string | null;
}
export interface ItemPage {
  data?: (
    | UserMessageItem
    | AssistantMessageItem
    | ClientToolCallItem
    | WidgetItem
    | GeneratedImageItem
    | StructuredInputItem
    | WorkflowItem
    | TaskItem
    | HiddenContextItem
    | SDKHiddenContextItem
    | EndOfTurnItem
  )[];
  has_more?: boolean;
  after?: string | null;
}
/**
 * A message of a person.
 */
export interface UserMessageItem {
  id: string;
  thread_id: string;
  created_at: string;
  type: "user_message";
  content: (UserMessageTextContent | UserMessageTagContent)[];
  attachments?: (FileAttachment | ImageAttachment)[];
  quoted_text?: string | null;
  inference_options: InferenceOptions;
}
/**
 * A widget; `copy_text` is what its copy button copies.
 */
export interface WidgetItem {
  id: string;
  thread_id: string;
  created_at: string;
  type: "widget";
  widget: (Card | ListView | BasicRoot) | DynamicWidgetRoot;
  copy_text?: string | null;
}
/**
 * A form with questions, which stands in the place of the composer while it is pending.
 */
export interface StructuredInputItem {
  id: string;
  thread_id: string;
  created_at: string;
  type: "structured_input";
  status?: "pending" | "answered" | "skipped";
  inputs: (StructuredInputMultipleChoice | StructuredInputFreeform)[];
}
/**
 * A question with choices, of which one may be taken, or several where `multiple`.
 */
export interface StructuredInputMultipleChoice {
  id: string;
  question: string;
  answer?: StructuredInputAnswer | null;
  type: "multiple_choice";
  options: StructuredInputMultipleChoiceOption[];
  multiple?: boolean;
}
/**
 * The answer to one question, as it is kept.
 */
export interface StructuredInputAnswer {
  values?: string[];
  skipped?: boolean;
}
/**
 * One choice; its value is also its text.
 */
export interface StructuredInputMultipleChoiceOption {
  value: string;
}
/**
 * A question that is answered in words.
 */
export interface StructuredInputFreeform {
  id: string;
  question: string;
  answer?: StructuredInputAnswer | null;
  type: "freeform";
  description?: string | null;
}
/**
 * Steps of work, shown as one.
 */
export interface WorkflowItem {
  id: string;
  thread_id: string;
  created_at: string;
  type: "workflow";
  workflow: Workflow;
}
/**
 * A list of tasks; `reasoning` shows them as thoughts. `expanded` says whether it is open.
 */
export interface Workflow {
  type: "custom" | "reasoning";
  tasks: (CustomTask | SearchTask | ThoughtTask | FileTask | ImageTask)[];
  summary?: CustomSummary | DurationSummary | null;
  expanded?: boolean;
}
/**
 * A search of the web: what was asked and what was found.
 */
export interface SearchTask {
  status_indicator?: "none" | "loading" | "complete";
  type: "web_search";
  title?: string | null;
  title_query?: string | null;
  queries?: string[];
  sources?: URLSource[];
}
/**
 * A thought of the model.
 */
export interface ThoughtTask {
  status_indicator?: "none" | "loading" | "complete";
  type: "thought";
  title?: string | null;
  content: string;
}
/**
 * A single step of work.
 */
export interface TaskItem {
  id: string;
  thread_id: string;
  created_at: string;
  type: "task";
  task: CustomTask | SearchTask | ThoughtTask | FileTask | ImageTask;
}
/**
 * Context for the model that no client ever sees; put there by this package.
 */
export interface SDKHiddenContextItem {
  id: string;
  thread_id: string;
  created_at: string;
  type: "sdk_hidden_context";
  content: string;
}
export interface ThreadPage {
  data?: Thread[];
  has_more?: boolean;
  after?: string | null;
}
/**
 * A thread with a page of its items, as clients get it.
 */
export interface Thread {
  title?: string | null;
  id: string;
  created_at: string;
  status?: ActiveStatus | LockedStatus | ClosedStatus;
  allowed_image_domains?: string[] | null;
  items: ItemPage;
}
/**
 * A line that says what is going on, until something else shows up; never stored.
 */
export interface ProgressUpdateEvent {
  type: "progress_update";
  icon?:
    | (
        | "agent"
        | "analytics"
        | "atom"
        | "batch"
        | "bolt"
        | "book-open"
        | "book-closed"
        | "book-clock"
        | "bug"
        | "calendar"
        | "chart"
        | "check"
        | "check-circle"
        | "check-circle-filled"
        | "chevron-left"
        | "chevron-right"
        | "circle-question"
        | "clock"
        | "compass"
        | "confetti"
        | "cube"
        | "desktop"
        | "document"
        | "dot"
        | "dots-horizontal"
        | "dots-vertical"
        | "empty-circle"
        | "external-link"
        | "globe"
        | "keys"
        | "lab"
        | "images"
        | "info"
        | "lifesaver"
        | "lightbulb"
        | "mail"
        | "map-pin"
        | "maps"
        | "mobile"
        | "name"
        | "notebook"
        | "notebook-pencil"
        | "page-blank"
        | "phone"
        | "play"
        | "plus"
        | "profile"
        | "profile-card"
        | "reload"
        | "star"
        | "star-filled"
        | "search"
        | "sparkle"
        | "sparkle-double"
        | "square-code"
        | "square-image"
        | "square-text"
        | "suitcase"
        | "settings-slider"
        | "user"
        | "wreath"
        | "write"
        | "write-alt"
        | "write-alt2"
      )
    | string
    | null;
  text: string;
}
/**
 * What the page may do with a stream; `allow_cancel` shows the Stop button.
 */
export interface StreamOptions {
  allow_cancel: boolean;
}
/**
 * What the page may do with this stream.
 */
export interface StreamOptionsEvent {
  type: "stream_options";
  stream_options: StreamOptions;
}
/**
 * The answer to a synchronous action; `updated_item` takes the place of the item it is of.
 */
export interface SyncCustomActionResponse {
  updated_item?:
    | (
        | UserMessageItem
        | AssistantMessageItem
        | ClientToolCallItem
        | WidgetItem
        | GeneratedImageItem
        | StructuredInputItem
        | WorkflowItem
        | TaskItem
        | HiddenContextItem
        | SDKHiddenContextItem
        | EndOfTurnItem
      )
    | null;
}
/**
 * The thread was made; its items follow as events of their own.
 */
export interface ThreadCreatedEvent {
  type: "thread.created";
  thread: Thread;
}
/**
 * An item began; updates and a `done` follow.
 */
export interface ThreadItemAddedEvent {
  type: "thread.item.added";
  item:
    | UserMessageItem
    | AssistantMessageItem
    | ClientToolCallItem
    | WidgetItem
    | GeneratedImageItem
    | StructuredInputItem
    | WorkflowItem
    | TaskItem
    | HiddenContextItem
    | SDKHiddenContextItem
    | EndOfTurnItem;
}
/**
 * An item is complete, whether or not it was announced before; it is stored.
 */
export interface ThreadItemDoneEvent {
  type: "thread.item.done";
  item:
    | UserMessageItem
    | AssistantMessageItem
    | ClientToolCallItem
    | WidgetItem
    | GeneratedImageItem
    | StructuredInputItem
    | WorkflowItem
    | TaskItem
    | HiddenContextItem
    | SDKHiddenContextItem
    | EndOfTurnItem;
}
/**
 * An item is gone.
 */
export interface ThreadItemRemovedEvent {
  type: "thread.item.removed";
  item_id: string;
}
/**
 * An item of the thread is another now, in the same place.
 */
export interface ThreadItemReplacedEvent {
  type: "thread.item.replaced";
  item:
    | UserMessageItem
    | AssistantMessageItem
    | ClientToolCallItem
    | WidgetItem
    | GeneratedImageItem
    | StructuredInputItem
    | WorkflowItem
    | TaskItem
    | HiddenContextItem
    | SDKHiddenContextItem
    | EndOfTurnItem;
}
/**
 * The text of the Text or Markdown with this id goes on, or ends with `done`.
 */
export interface WidgetStreamingTextValueDelta {
  type: "widget.streaming_text.value_delta";
  component_id: string;
  delta: string;
  done: boolean;
}
/**
 * The component with this id is replaced.
 */
export interface WidgetComponentUpdated {
  type: "widget.component.updated";
  component_id: string;
  component:
    | (
        | Text
        | Title
        | Caption
        | Chart
        | Badge
        | Markdown
        | Box
        | Row
        | Col
        | Divider
        | Icon
        | Image
        | ListViewItem
        | Button
        | Checkbox
        | Spacer
        | Select
        | DatePicker
        | Form
        | Input
        | Label
        | RadioGroup
        | Textarea
        | Transition
        | Table
        | TableRow
        | TableCell
      )
    | DynamicWidgetComponent;
}
/**
 * The whole widget is replaced.
 */
export interface WidgetRootUpdated {
  type: "widget.root.updated";
  widget: (Card | ListView | BasicRoot) | DynamicWidgetRoot;
}
/**
 * A workflow has a new task, at `task_index`.
 */
export interface WorkflowTaskAdded {
  type: "workflow.task.added";
  task_index: number;
  task: CustomTask | SearchTask | ThoughtTask | FileTask | ImageTask;
}
/**
 * The task at `task_index` is replaced.
 */
export interface WorkflowTaskUpdated {
  type: "workflow.task.updated";
  task_index: number;
  task: CustomTask | SearchTask | ThoughtTask | FileTask | ImageTask;
}
/**
 * A pending item changed.
 */
export interface ThreadItemUpdatedEvent {
  type: "thread.item.updated";
  item_id: string;
  update:
    | AssistantMessageContentPartAdded
    | AssistantMessageContentPartTextDelta
    | AssistantMessageContentPartAnnotationAdded
    | AssistantMessageContentPartDone
    | WidgetStreamingTextValueDelta
    | WidgetComponentUpdated
    | WidgetRootUpdated
    | WorkflowTaskAdded
    | WorkflowTaskUpdated
    | GeneratedImageUpdated;
}
/**
 * A thread with its running turn: the items are folded to exactly `active_turn.seq`.
 */
export interface ThreadResponse {
  title?: string | null;
  id: string;
  created_at: string;
  status?: ActiveStatus | LockedStatus | ClosedStatus;
  allowed_image_domains?: string[] | null;
  items: ItemPage;
  active_turn?: ActiveTurn | null;
}
/**
 * Something of the thread changed; its items did not, and the page here is empty.
 */
export interface ThreadUpdatedEvent {
  type: "thread.updated";
  thread: Thread;
}
/**
 * The text of a recording, to be put into the composer.
 */
export interface TranscriptionResult {
  text: string;
}
