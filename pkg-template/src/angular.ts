// `kyc-capture/angular`: the element as a standalone directive of Angular 17 and later, in the form that Angular's
// compiler gives to libraries ("partial compilation"), which `ng build` links.

import * as ng from "@angular/core";
import type { CaptureEvents, CaptureOptions, Result } from "./capture-api.js";
import type { KycCaptureError } from "./errors.js";
import { mount } from "./wrap.js";
import type { Mounted, WrapperProps } from "./wrap.js";

/**
 * Shows a capture inside an element, once it has its options. Does nothing on a server. Another `sessionId` starts a
 * new capture; removing the element closes it.
 *
 * @example
 * <div [kycCapture]="options" (complete)="onComplete($event)" (error)="onError($event)"></div>
 */
export class KycCaptureDirective {
  /** The options of a capture; `null` or `undefined` while there are none. */
  kycCapture: Omit<CaptureOptions, "container"> | null | undefined;
  readonly complete = new ng.EventEmitter<Result>();
  readonly error = new ng.EventEmitter<KycCaptureError>();
  readonly step = new ng.EventEmitter<CaptureEvents["step"]>();
  readonly guidance = new ng.EventEmitter<CaptureEvents["guidance"]>();
  readonly progress = new ng.EventEmitter<CaptureEvents["progress"]>();
  readonly captured = new ng.EventEmitter<CaptureEvents["captured"]>();
  readonly declined = new ng.EventEmitter<void>();
  readonly language = new ng.EventEmitter<CaptureEvents["language"]>();
  readonly #place: HTMLElement;
  #mounted: Mounted | null = null;

  constructor(place: ng.ElementRef<HTMLElement>) {
    this.#place = place.nativeElement;
  }

  ngOnChanges(): void {
    // Angular's server rendering has no global document.
    if (typeof document === "undefined") return;
    if (!this.kycCapture) {
      this.ngOnDestroy();
      return;
    }
    const props: Record<string, unknown> & WrapperProps = { ...this.kycCapture };
    for (const [name, output] of Object.entries(this)) {
      if (output instanceof ng.EventEmitter) {
        props[`on${name[0]?.toUpperCase()}${name.slice(1)}`] = (value: unknown) => output.emit(value);
      }
    }
    if (this.#mounted) this.#mounted.update(props);
    else this.#mounted = mount(this.#place, props);
  }

  ngOnDestroy(): void {
    this.#mounted?.destroy();
    this.#mounted = null;
  }

  static ɵfac: ng.ɵɵFactoryDeclaration<KycCaptureDirective, never> = ng.ɵɵngDeclareFactory({
    minVersion: "12.0.0",
    version: "17.0.0",
    ngImport: ng,
    type: KycCaptureDirective,
    deps: [{ token: ng.ElementRef }],
    target: ng.ɵɵFactoryTarget.Directive,
  });
  static ɵdir: ng.ɵɵDirectiveDeclaration<
    KycCaptureDirective,
    "[kycCapture]",
    never,
    { kycCapture: { alias: "kycCapture"; required: true } },
    {
      complete: "complete";
      error: "error";
      step: "step";
      guidance: "guidance";
      progress: "progress";
      captured: "captured";
      declined: "declined";
      language: "language";
    },
    never,
    never,
    true,
    never
  > = ng.ɵɵngDeclareDirective({
    minVersion: "14.0.0",
    version: "17.0.0",
    ngImport: ng,
    type: KycCaptureDirective,
    isStandalone: true,
    selector: "[kycCapture]",
    inputs: { kycCapture: "kycCapture" },
    outputs: {
      complete: "complete",
      error: "error",
      step: "step",
      guidance: "guidance",
      progress: "progress",
      captured: "captured",
      declined: "declined",
      language: "language",
    },
    usesOnChanges: true,
  });
}
