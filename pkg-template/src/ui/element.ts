// <kyc-capture>: a capture with its user interface. Text options are attributes too, the others properties.

import type { Capture, CaptureEvents, CaptureOptions, Result } from "../capture-api.js";
import type { Step } from "../codes.js";
import { CaptureController } from "../controller.js";
import { tellDeveloper } from "../developer.js";
import { fromWire, KycCaptureError, messageOf } from "../errors.js";
import { format } from "../i18n/format.js";
import { directionOf, nameOf } from "../i18n/negotiate.js";
import { checkElementOptions } from "../options.js";
import type { View } from "../types.js";
import { invalidOption, isPlain, nearest } from "../validate.js";
import { h, setText } from "./dom.js";
import { icon } from "./icons.js";
import type { Host, Screen } from "./parts.js";
import { buildScreen, screenKey } from "./screens.js";
import { sheet } from "./styles.js";

/** Events of the element. Each has its payload as `detail`; none bubbles. */
export interface KycCaptureElementEvents {
  step: CustomEvent<CaptureEvents["step"]>;
  guidance: CustomEvent<CaptureEvents["guidance"]>;
  progress: CustomEvent<CaptureEvents["progress"]>;
  captured: CustomEvent<CaptureEvents["captured"]>;
  error: CustomEvent<KycCaptureError>;
  language: CustomEvent<CaptureEvents["language"]>;
  complete: CustomEvent<Result>;
  /** The person does not consent. */
  declined: CustomEvent<null>;
  /** The person restarts. Prevent the default to provide a new session; otherwise the same one is read again. */
  restart: CustomEvent<null>;
}

/** Attributes of `<kyc-capture>`: options of the same names, and the colour scheme. */
export interface KycCaptureAttributes {
  "base-url"?: string;
  "client-id"?: string;
  "session-id"?: string;
  "access-token"?: string;
  locale?: string;
  theme?: "light" | "dark";
}

const FORWARDED = ["step", "guidance", "progress", "captured", "language", "declined", "error", "complete"] as const;
const ATTRIBUTES = { baseUrl: "base-url", clientId: "client-id", sessionId: "session-id", locale: "locale" } as const;

/** Time in which options may be assigned after the element was connected, ms. */
const OPTIONS_NOTICE_MS = 4_000;
/** Options that a running capture cannot take. */
const FIXED = ["baseUrl", "clientId", "sessionId", "flow"] as const;

type Listener = EventListenerOrEventListenerObject;

// Without a DOM (server rendering) the class is never instantiated.
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

/**
 * The element `<kyc-capture>`. Runs as soon as it is connected and has its four required options.
 *
 * @example
 * <kyc-capture base-url="https://kyc.example.com" client-id="…" session-id="…" access-token="…"></kyc-capture>
 */
export class KycCaptureElement extends Base {
  /** `base-url`, `client-id`, `session-id`, `access-token` and `locale`: options of the same names. */
  static readonly observedAttributes = [...Object.values(ATTRIBUTES), "access-token"];

  #options: Partial<CaptureOptions> = {};
  #capture: Capture | null = null;
  /** Whether this element created the capture, and so closes it. */
  #ownsCapture = false;
  #subscriptions: (() => void)[] = [];
  #view: ShadowView | null = null;
  /** Whether {@link run} was called for this capture. */
  #runs = false;
  #notice: ReturnType<typeof setTimeout> | undefined;

  /** Options that take precedence over the attributes. A running capture keeps its options. */
  get options(): Partial<CaptureOptions> {
    return this.#options;
  }

  set options(options: Partial<CaptureOptions>) {
    // A framework sets what is not there yet to `null` or `undefined`.
    if (options != null && !isPlain(options)) throw invalidOption("options", "an object", options);
    const { sessionId } = this.#options;
    if (this.#ownsCapture && this.#capture !== null && FIXED.some((name) => options?.[name] !== this.#options[name])) {
      const message = `the capture of session ${sessionId} runs and keeps its options: close() it for another one`;
      tellDeveloper({ code: "invalid_option", message });
    }
    this.#options = options ?? {};
    this.#startSoon();
  }

  /** The same as `options.accessToken`. */
  set accessToken(token: CaptureOptions["accessToken"]) {
    this.options = { ...this.#options, accessToken: token };
  }

  /** The shown capture; `null` before it runs. */
  get capture(): Capture | null {
    return this.#capture;
  }

  /** Shows a capture that the caller created and closes. */
  attach(capture: Capture): void {
    this.#detach();
    this.#capture = capture;
    this.#ownsCapture = false;
    if (this.isConnected) this.#show();
  }

  /**
   * Runs the flow; returns the promise of {@link Capture.run}. The element calls it itself once it has its required
   * options.
   *
   * @throws {@link KycCaptureError} as {@link Capture.run}; `invalid_option`
   */
  run(): Promise<Result> {
    try {
      if (this.#capture === null || !this.#runs) {
        this.#capture ??= this.#createCapture();
        this.#ownsCapture = true;
        this.#runs = true;
        this.#show();
      }
      const outcome = this.#capture.run();
      outcome.catch(() => {});
      return outcome;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Closes the capture: camera off, memory freed. */
  async close(): Promise<void> {
    const capture = this.#capture;
    this.#detach();
    await capture?.close();
  }

  override addEventListener<Type extends keyof KycCaptureElementEvents>(
    type: Type,
    listener: (this: KycCaptureElement, event: KycCaptureElementEvents[Type]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(type: string, listener: Listener, options?: boolean | AddEventListenerOptions): void;
  override addEventListener(type: string, listener: unknown, options?: boolean | AddEventListenerOptions): void {
    super.addEventListener(type, listener as Listener, options);
  }

  override removeEventListener<Type extends keyof KycCaptureElementEvents>(
    type: Type,
    listener: (this: KycCaptureElement, event: KycCaptureElementEvents[Type]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  override removeEventListener(type: string, listener: Listener, options?: boolean | EventListenerOptions): void;
  override removeEventListener(type: string, listener: unknown, options?: boolean | EventListenerOptions): void {
    super.removeEventListener(type, listener as Listener, options);
  }

  connectedCallback(): void {
    this.#checkAttributes();
    if (this.#capture) this.#show();
    else this.#startSoon();
    clearTimeout(this.#notice);
    this.#notice = setTimeout(() => this.#sayWhatIsMissing(), OPTIONS_NOTICE_MS);
  }

  attributeChangedCallback(): void {
    this.#startSoon();
  }

  disconnectedCallback(): void {
    clearTimeout(this.#notice);
    // An element that is moved is connected again at once.
    queueMicrotask(() => {
      if (!this.isConnected) {
        if (this.#ownsCapture) void this.close();
        else this.#hide();
      }
    });
  }

  /** Starts after the current task, in which more options may be set. */
  #startSoon(): void {
    queueMicrotask(() => this.#startIfReady());
  }

  #startIfReady(): void {
    if (!this.isConnected || this.#capture !== null) return;
    const { baseUrl, clientId, sessionId, accessToken } = this.#captureOptions();
    if (!(baseUrl && clientId && sessionId && accessToken)) return;
    // A capture reports its failures as events; invalid options are reported here.
    void this.run().catch((error: unknown) => {
      const { code } = fromWire(error);
      if (this.#capture !== null || code === "closed" || code === "cancelled") return;
      tellDeveloper(fromWire(error));
      this.#showText(messageOf(error));
      this.#emit("error", fromWire(error));
    });
  }

  /** Without options the element would stay empty. */
  #sayWhatIsMissing(): void {
    if (!this.isConnected || this.#capture !== null) return;
    this.#checkAttributes();
    const options = this.#captureOptions();
    const missing = (["baseUrl", "clientId", "sessionId", "accessToken"] as const).filter((name) => !options[name]);
    if (missing.length === 0) return;
    const message = `<kyc-capture> waits for its options: ${missing.join(", ")}; set the property \`options\``;
    const option = missing[0] ?? null;
    const error = new KycCaptureError("invalid_option", message, { option });
    tellDeveloper(error);
    this.#showText(message);
  }

  /** A text in the element's place, replaced when a capture is shown. */
  #showText(text: string): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.replaceChildren(h("p", { role: "alert", "data-kyc": "developer" }, text));
  }

  #checkAttributes(): void {
    const theme = this.getAttribute("theme");
    if (theme !== null && theme !== "light" && theme !== "dark") {
      tellDeveloper(invalidOption("theme", '"light" or "dark"', theme, true));
    }
    const known = KycCaptureElement.observedAttributes;
    for (const name of this.getAttributeNames()) {
      const near = known.includes(name) || /^(data|aria)-/.test(name) ? null : nearest(name, known);
      if (near === null) continue;
      const message = `the attribute \`${name}\` of <kyc-capture> is unknown: did you mean \`${near}\`?`;
      tellDeveloper({ code: "invalid_option", message });
    }
  }

  #createCapture(): Capture {
    const options = this.#captureOptions();
    checkElementOptions(options);
    return new CaptureController(options);
  }

  #captureOptions(): CaptureOptions {
    const options: Record<string, unknown> = {};
    for (const [name, attribute] of Object.entries(ATTRIBUTES)) {
      const value = this.getAttribute(attribute);
      if (value !== null) options[name] = value;
    }
    const token = this.getAttribute("access-token");
    if (token !== null) options.accessToken = token;
    return { ...options, ...this.#options } as CaptureOptions;
  }

  #show(): void {
    const capture = this.#capture;
    if (capture === null || this.#view !== null) return;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    this.#view = new ShadowView(root, { capture, restart: () => this.#restart() });
    this.#subscriptions = [
      capture.on("view", (view) => this.#view?.update(view)),
      capture.on("language", () => this.#view?.translate(capture.view)),
      capture.on("provider", (container) => {
        if (container === null) return;
        container.slot = "provider";
        this.append(container);
      }),
      ...FORWARDED.map((type) => capture.on(type, (detail) => this.#emit(type, detail))),
    ];
    this.#view.update(capture.view);
  }

  #hide(): void {
    for (const end of this.#subscriptions) end();
    this.#subscriptions = [];
    this.#view?.dispose();
    this.#view = null;
  }

  #detach(): void {
    this.#hide();
    this.#capture = null;
    this.#runs = false;
  }

  #restart(): void {
    if (this.#emit("restart", null)) this.#capture?.restart();
  }

  #emit(type: keyof KycCaptureElementEvents, detail: unknown): boolean {
    return this.dispatchEvent(new CustomEvent(type, { detail, cancelable: type === "restart" }));
  }
}

/** The shadow tree: progress, and one screen below it. */
class ShadowView {
  readonly #host: Host;
  readonly #app: HTMLElement;
  readonly #segments = h("div", { class: "segments", part: "progress", "aria-hidden": "true" });
  readonly #stepWords = h("p", { class: "step-words", part: "step", "data-kyc": "step" });
  readonly #offline: HTMLElement;
  readonly #stage = h("div", { class: "screens" });
  readonly #languages: HTMLSelectElement | null;
  readonly #page = new AbortController();
  readonly #root: ShadowRoot;
  /** Announces the title of a screen that does not take the focus. */
  readonly #announcer = h("p", { class: "sr", role: "status", "data-kyc": "announcer" });
  /** Whether the person has acted in the element. */
  #acted = false;
  #screen: Screen | null = null;
  #key = "";
  #onLine = () => {};

  constructor(root: ShadowRoot, host: Host) {
    this.#host = host;
    this.#root = root;
    root.adoptedStyleSheets = [sheet()];
    this.#languages = languageSwitch(host.capture);
    this.#offline = h("p", { class: "offline", role: "status", "data-kyc": "offline" });
    const header = h(
      "header",
      { class: "top", part: "header" },
      h("slot", { name: "logo" }),
      this.#segments,
      this.#stepWords,
      this.#languages,
      h("slot", { name: "help" }),
    );
    this.#app = h("div", { class: "app", "data-kyc": "app" }, header, this.#offline, this.#announcer, this.#stage);
    this.#label();
    root.replaceChildren(this.#app);
    const line = () => {
      const offline = navigator.onLine === false;
      this.#offline.hidden = !offline;
      this.#offline.replaceChildren(...(offline ? [icon("offline"), h("span", {}, host.capture.texts.offline)] : []));
    };
    this.#onLine = line;
    const { signal } = this.#page;
    const acted = () => {
      this.#acted = true;
    };
    for (const type of ["pointerdown", "keydown"]) this.#app.addEventListener(type, acted, { signal });
    window.addEventListener("online", line, { signal });
    window.addEventListener("offline", line, { signal });
    line();
  }

  update(view: View): void {
    this.#app.dataset.step = view.step;
    this.#app.dataset.phase = view.phase;
    this.#progress(view);
    const key = screenKey(view);
    if (key !== this.#key) {
      const wasInside = this.#root.activeElement !== null;
      this.#key = key;
      this.#screen?.dispose?.();
      this.#screen = buildScreen(this.#host, view);
      this.#stage.replaceChildren(this.#screen.element);
      this.#screen.element.dataset.step = view.step;
      this.#screen.update?.(view);
      const heading = this.#screen.element.querySelector<HTMLElement>(".title");
      // The embedding page keeps its focus until the person acts here: someone may be typing in it.
      const free = document.activeElement === null || document.activeElement === document.body;
      if (wasInside || (this.#acted && free)) heading?.focus({ preventScroll: true });
      else setText(this.#announcer, heading?.textContent ?? "");
      this.#stage.scrollTop = 0;
    } else {
      this.#screen?.update?.(view);
    }
  }

  /** Draws everything again in the capture's texts; the focus stays if it is on the switch. */
  translate(view: View): void {
    this.#label();
    this.#onLine();
    this.#key = "";
    delete this.#segments.dataset.at;
    this.update(view);
  }

  #label(): void {
    const { texts } = this.#host.capture;
    this.#app.lang = texts.locale;
    this.#app.dir = directionOf(texts.locale);
    if (this.#languages === null) return;
    this.#languages.value = texts.locale;
    this.#languages.setAttribute("aria-label", texts.language);
  }

  dispose(): void {
    this.#page.abort();
    this.#screen?.dispose?.();
    this.#screen = null;
    this.#app.remove();
  }

  #progress(view: View): void {
    // Starting and the result are no steps for the person.
    const steps: Step[] = view.steps.filter((step) => step !== "starting" && step !== "result");
    const at = view.step === "result" ? steps.length : steps.indexOf(view.step);
    const wanted = `${steps.length}:${at}`;
    if (this.#segments.dataset.at === wanted) return;
    this.#segments.dataset.at = wanted;
    this.#segments.replaceChildren(
      ...steps.map((_, i) => h("span", { class: i < at ? "segment done" : i === at ? "segment now" : "segment" })),
    );
    const known = at >= 0 && at < steps.length;
    const { stepOf, locale } = this.#host.capture.texts;
    setText(this.#stepWords, known ? format(stepOf, { index: at + 1, total: steps.length }, locale) : "");
  }
}

/** The switch: each language by its own name; `null` if there is nothing to choose. */
function languageSwitch(capture: Capture): HTMLSelectElement | null {
  const tags = capture.languages;
  if (tags.length < 2) return null;
  const options = tags.map((tag) => h("option", { value: tag, lang: tag }, nameOf(tag)));
  return h(
    "select",
    {
      class: "languages",
      "data-kyc": "language",
      onchange: (event) => void capture.setLanguage((event.target as HTMLSelectElement).value),
    },
    ...options,
  );
}
