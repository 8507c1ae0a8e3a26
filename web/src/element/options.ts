/**
 * The options of the element, as the closed component takes them.
 * Source: client-surface of @openai/chatkit 1.9.0; `validate.ts` checks them at run time.
 */
import type { PluralKey, StringKey } from "../locales/en";
import type { BasicRoot, Card, ListView } from "../protocol/types";
import type { UserMessageContent } from "../protocol/unions";

export interface Entity {
  title: string;
  id: string;
  icon?: string;
  interactive?: boolean;
  group?: string;
  data?: Record<string, string>;
}

export interface Command {
  id: string;
  label: string;
  description?: string;
  icon?: string;
  group?: string;
}

export type CommandSelection =
  | { type: "entity"; entity: Entity }
  | { type: "menu"; commands: Command[] };

export interface ToolChoice {
  id: string;
}

/**
 * Draws a component of the page's own into an element of the frame, and again whenever its props
 * change. What it throws is reported as `chatkit.error`; a text in its place stays.
 */
export type WidgetRenderer = (
  element: HTMLElement,
  component: Record<string, unknown>,
  context: WidgetRenderContext,
) => void;

export interface WidgetRenderContext {
  /** Fires an action of the widget, with the values of the form around the component. */
  act(action: { type: string; payload?: unknown; handler?: "client" | "server" }): void;
  readonly locale: string;
  /** Aborted when the component leaves the page. */
  readonly signal: AbortSignal;
}

export type FileUploadStrategy = { type: "two_phase" } | { type: "direct"; uploadUrl: string };

export interface CustomApiConfig {
  url: string;
  fetch?: typeof fetch;
  /** Accepted and ignored: nothing is verified with anybody. */
  domainKey?: string;
  uploadStrategy?: FileUploadStrategy;
}

export interface HostedApiConfig {
  getClientSecret: (currentClientSecret: string | null) => Promise<string>;
}

/** Whether requests go to where the script came from, with a secret that the page fetches. */
export function isHosted(api: CustomApiConfig | HostedApiConfig): api is HostedApiConfig {
  // Present and undefined is as good as missing: pages write plain JavaScript.
  return (api as Partial<HostedApiConfig>).getClientSecret !== undefined;
}

export interface FontObject {
  family: string;
  src: string;
  weight?: string | number;
  style?: "normal" | "italic" | "oblique";
  display?: "auto" | "block" | "swap" | "fallback" | "optional";
  unicodeRange?: string;
}

export interface ThemeOption {
  /** "system" follows the page's reader; beyond the official surface. */
  colorScheme?: "light" | "dark" | "system";
  typography?: {
    baseSize?: 14 | 15 | 16 | 17 | 18;
    fontSources?: FontObject[];
    fontFamily?: string;
    fontFamilyMono?: string;
  };
  radius?: "pill" | "round" | "soft" | "sharp";
  density?: "compact" | "normal" | "spacious";
  color?: {
    grayscale?: { hue: number; tint: number; shade?: number };
    accent?: { primary: string; level: 0 | 1 | 2 | 3 };
    surface?: { background: string; foreground: string };
  };
}

export interface HeaderAction {
  icon: string;
  /** What the button does, for those who do not see the icon; beyond the official surface. */
  label?: string;
  onClick: () => void;
}

export interface StartScreenPrompt {
  label: string;
  prompt: string | UserMessageContent[];
  icon?: string;
}

export interface ToolOption {
  id: string;
  label: string;
  icon: string;
  shortLabel?: string;
  placeholderOverride?: string;
  pinned?: boolean;
  persistent?: boolean;
}

export interface ModelOption {
  id: string;
  label: string;
  description?: string;
  disabled?: boolean;
  default?: boolean;
}

export interface AttachmentsOption {
  enabled: boolean;
  /** Bytes, for all types or by MIME type, with "*" or "" for the others. */
  maxSize?: number | Record<string, number>;
  maxCount?: number;
  /** MIME types and the extensions of each. */
  accept?: Record<string, string[]>;
}

export interface WidgetItemRef {
  id: string;
  widget: Card | ListView | BasicRoot;
}

export interface ChatKitOptions {
  api: CustomApiConfig | HostedApiConfig;
  locale?: string;
  /** Strings of the interface in the page's own words, by key; beyond the official surface. */
  strings?: Partial<Record<StringKey | PluralKey, string>>;
  theme?: "light" | "dark" | "system" | ThemeOption;
  frameTitle?: string;
  initialThread?: string | null;
  onClientTool?: (toolCall: {
    name: string;
    params: Record<string, unknown>;
  }) => Promise<Record<string, unknown>> | Record<string, unknown>;
  header?: {
    enabled?: boolean;
    title?: { enabled?: boolean; text?: string };
    leftAction?: HeaderAction;
    rightAction?: HeaderAction;
  };
  history?: { enabled?: boolean; showDelete?: boolean; showRename?: boolean };
  startScreen?: { greeting?: string; prompts?: StartScreenPrompt[] };
  threadItemActions?: { feedback?: boolean; retry?: boolean };
  composer?: {
    placeholder?: string;
    attachments?: AttachmentsOption;
    tools?: ToolOption[];
    models?: ModelOption[];
    dictation?: { enabled: boolean };
  };
  disclaimer?: { text: string; highContrast?: boolean };
  entities?: {
    onTagSearch?: (query: string) => Promise<Entity[]>;
    showComposerMenu?: boolean;
    onClick?: (entity: Entity) => void;
    onRequestPreview?: (entity: Entity) => Promise<{ preview: BasicRoot | null }>;
  };
  commands?: {
    enabled: boolean;
    onSearch?: (query: string) => Promise<Command[]>;
    onSelect?: (command: Command) => Promise<CommandSelection | undefined>;
  };
  widgets?: {
    onAction?: (
      action: { type: string; payload?: Record<string, unknown> },
      widgetItem: WidgetItemRef,
    ) => Promise<void>;
    /** The page's own components by type; beyond the official surface. */
    components?: Record<string, WidgetRenderer>;
  };
  thread?: { autoScroll?: boolean };
}
