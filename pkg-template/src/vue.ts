// `kyc-capture/vue`: the element as a component of Vue 3.

import { defineComponent, h, onBeforeUnmount, onMounted, ref, watch } from "vue";
import type { CaptureOptions } from "./capture-api.js";
import type { KycCaptureAttributes } from "./ui/element.js";
import { mount } from "./wrap.js";
import type { CaptureCallbacks, Mounted } from "./wrap.js";

export type { CaptureCallbacks, WrapperProps } from "./wrap.js";

/** Props: the options of a capture as one object; and callbacks, which templates write as events (`@complete`). */
export type KycCaptureProps = { options: Omit<CaptureOptions, "container"> } & CaptureCallbacks;

declare module "vue" {
  interface GlobalComponents {
    "kyc-capture": new () => { $props: KycCaptureAttributes & { options?: Partial<CaptureOptions> } };
  }
}

const CALLBACKS = [
  "onCaptured",
  "onComplete",
  "onDeclined",
  "onError",
  "onGuidance",
  "onLanguage",
  "onProgress",
  "onStep",
] as const;

/**
 * Shows a capture. Renders an empty `div` on a server. Another `sessionId` starts a new capture; unmounting closes it.
 *
 * @example
 * <KycCapture :options="options" @complete="onComplete" @error="onError" />
 */
export const KycCapture: new () => { $props: KycCaptureProps } = defineComponent(
  (props: KycCaptureProps) => {
    const place = ref<HTMLElement | null>(null);
    let mounted: Mounted | null = null;
    const all = () => {
      const { options, ...callbacks } = props;
      return { ...options, ...callbacks };
    };
    onMounted(() => {
      if (place.value !== null) mounted = mount(place.value, all());
    });
    watch(all, (next) => mounted?.update(next));
    onBeforeUnmount(() => mounted?.destroy());
    return () => h("div", { ref: place });
  },
  { name: "KycCapture", props: ["options", ...CALLBACKS] },
) as new () => { $props: KycCaptureProps };
